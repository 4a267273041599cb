//! Counts of lists: added up by the minute, once for each key, and forgotten in time.

use super::{NOW, at, bench, endpoint, once, records};
use crate::resource::Counts;

const INDEX: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn counts_are_added_up_once_for_each_key_and_no_record_tells_of_them() {
    let control = bench().await;
    let before = records(&control).await;
    let some = Counts { lists: 10, failed: 1, empty: 2, filled: 3, chosen: 4, compared: 60, shared: 50 };
    for actor in [once("a"), once("a"), once("b"), at(NOW + 59_000), at(NOW + 60_000)] {
        control.add_counts(&endpoint(), INDEX, &some, &actor).await.unwrap();
    }
    control.add_counts(&endpoint(), "another", &some, &at(NOW)).await.unwrap();
    let since = async |moment: i64| control.counts_since(&endpoint(), INDEX, moment).await.unwrap();
    let whole = since(0).await;
    assert_eq!((whole.lists, whole.failed, whole.compared, whole.shared), (40, 4, 240, 200));
    assert_eq!(since(NOW + 60_000).await, some);
    assert_eq!(since(NOW + 120_000).await, Counts::default());
    control.forget_counts(NOW + 60_000).await.unwrap();
    assert_eq!(since(0).await, some, "the later minute stays");
    assert_eq!(records(&control).await, before);
}
