//! Providers that are down, change their keys, or are to be made busy.

use futures_util::future::join_all;

use super::*;

#[test]
fn a_thousand_invented_keys_are_one_look() {
    let provider = provider();
    let keys = Jwks::new(&provider);
    let params = params();
    let tokens: Vec<String> =
        (0..1_000).map(|n| token(&claims(), "foreign", &format!("invented-{n}"))).collect();
    wait(async {
        // All at once, and once more one after the other.
        let found = join_all(tokens.iter().map(|token| caller_of(token, &params, &keys, NOW))).await;
        assert!(found.iter().all(|found| *found == Err(TokenError::Key)));
        for (second, token) in tokens.iter().enumerate() {
            let now = NOW + second as i64 * 29 / 1_000;
            assert_eq!(caller_of(token, &params, &keys, now).await, Err(TokenError::Key));
        }
        assert_eq!(provider.asked.get(), 1);
        // Nor do they keep those out whose key is known.
        assert!(caller_of(&token(&claims(), "ed", "ed"), &params, &keys, NOW + 1).await.is_ok());
        assert_eq!(provider.asked.get(), 1);
    });
}

#[test]
fn known_keys_outlive_an_outage() {
    let provider = provider();
    let keys = Jwks::new(&provider);
    let params = params();
    let at = |now: i64| but(&json!({"iat": now, "nbf": now, "exp": now + 600}));
    wait(async {
        assert!(caller_of(&token(&claims(), "ec", "ec"), &params, &keys, NOW).await.is_ok());
        provider.up.set(false);
        for minute in 1..=60 {
            let now = NOW + minute * 60;
            assert!(caller_of(&token(&at(now), "ed", "ed"), &params, &keys, now).await.is_ok(), "{minute}");
        }
        assert!(provider.asked.get() <= 61, "asked {} times", provider.asked.get());
        // A day without its provider is too long to believe anything.
        let now = NOW + 86_400;
        assert_eq!(caller_of(&token(&at(now), "ed", "ed"), &params, &keys, now).await, Err(TokenError::Key));
        provider.up.set(true);
        let now = now + 31;
        assert!(caller_of(&token(&at(now), "ed", "ed"), &params, &keys, now).await.is_ok());
    });
}

#[test]
fn a_new_key_is_there_within_a_minute_and_one_that_was_taken_back_gone_soon() {
    let provider = provider();
    let keys = Jwks::new(&provider);
    let params = params();
    wait(async {
        assert!(caller_of(&token(&claims(), "ed", "ed"), &params, &keys, NOW).await.is_ok());
        // The worst moment: right after a look for a key that is not there.
        assert!(caller_of(&token(&claims(), "foreign", "new"), &params, &keys, NOW + 30).await.is_err());
        provider.keys.borrow_mut().insert("new".to_owned(), public("foreign", "new"));
        provider.keys.borrow_mut().remove("ed");
        let fresh = token(&claims(), "foreign", "new");
        // Asked every second until it works.
        let mut waited = 30;
        while caller_of(&fresh, &params, &keys, NOW + waited).await.is_err() {
            waited += 1;
            assert!(waited <= 60, "still unknown");
        }
        let old = token(&claims(), "ed", "ed");
        assert_eq!(caller_of(&old, &params, &keys, NOW + 61).await, Err(TokenError::Key));
    });
}

#[test]
fn a_provider_that_answers_nonsense_changes_nothing() {
    struct Says(RefCell<String>);
    impl FetchKeys for &Says {
        async fn fetch(&self) -> Result<String, String> {
            Ok(self.0.borrow().clone())
        }
    }
    let good = json!({"keys": [public("ed", "ed")]}).to_string();
    let says = Says(RefCell::new(good));
    let keys = Jwks::new(&says);
    let params = params();
    let known = token(&claims(), "ed", "ed");
    wait(async {
        assert!(caller_of(&known, &params, &keys, NOW).await.is_ok());
        let long = format!(r#"{{"keys":[],"pad":"{}"}}"#, "p".repeat(300_000));
        for (at, text) in ["", "null", "[]", r#"{"keys":{}}"#, "<html>", &long].into_iter().enumerate() {
            *says.0.borrow_mut() = text.to_owned();
            let now = NOW + 600 + 31 * at as i64;
            assert!(caller_of(&known, &params, &keys, now).await.is_ok(), "{at}");
        }
        // A document that says that there are no keys is an answer.
        *says.0.borrow_mut() = r#"{"keys":[]}"#.to_owned();
        assert!(caller_of(&known, &params, &keys, NOW + 900).await.is_err());
    });
}
