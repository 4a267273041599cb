//! The audit of each account as files in the store, one for each day that is over, for whoever collects logs there.
//!
//! Lines of JSON in the order of the records. A file's name ends with the number of its last record, so that the next one
//! goes on there. Invariants: a file is written once and never changed; whoever writes it, it says the same.

use bytes::BytesMut;

use crate::artifacts::{ArtifactPath, Artifacts};
use crate::control::{AuditRecord, Control};
use crate::moment::rfc3339;
use crate::resource::Name;
use crate::sweep::SweepError;

const A_DAY_MS: i64 = 86_400_000;
/// After a day's end servers whose clocks are behind may still add to it.
const LATE_MS: i64 = 3_600_000;
/// Records of one look.
const AT_ONCE: u32 = 1_000;

/// Writes the files of days that are over and not written yet; how many.
pub(super) async fn export(
    control: &Control,
    artifacts: &Artifacts,
    account: &Name,
    now_ms: i64,
) -> Result<u32, SweepError> {
    let written = artifacts.below(ArtifactPath::activities(account.as_str())).await?;
    let mut after = written.iter().filter_map(ArtifactPath::activity).max().unwrap_or(0);
    let mut files = 0;
    let mut open: Option<(i64, BytesMut)> = None;
    loop {
        let records = control.audit_after(Some(account), after, AT_ONCE).await?;
        for record in &records {
            let day = record.at_ms.div_euclid(A_DAY_MS);
            // A record that is a little late stands in the file of the day that had begun.
            if open.as_ref().is_some_and(|(open, _)| day > *open) {
                files += close(artifacts, account, after, open.take()).await?;
            }
            let (_, text) = open.get_or_insert_with(|| (day, BytesMut::new()));
            text.extend_from_slice(line(record).as_bytes());
            after = record.seq;
        }
        if records.len() < AT_ONCE as usize {
            break;
        }
    }
    let over = open.filter(|(day, _)| (day + 1) * A_DAY_MS + LATE_MS <= now_ms);
    Ok(files + close(artifacts, account, after, over).await?)
}

async fn close(
    artifacts: &Artifacts,
    account: &Name,
    last: i64,
    open: Option<(i64, BytesMut)>,
) -> Result<u32, SweepError> {
    let Some((day, text)) = open else { return Ok(0) };
    let date = rfc3339(day * A_DAY_MS / 1000);
    artifacts.write(ArtifactPath::activity_file(account.as_str(), &date[..10], last), text.freeze()).await?;
    Ok(1)
}

fn line(record: &AuditRecord) -> String {
    serde_json::to_string(record).expect("a record is texts and whole numbers") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::tests::bench::Bench;
    use crate::control::{Actor, Condition};
    use crate::resource::{Place, Spec};
    use crate::storage::Credentials;

    #[tokio::test]
    async fn days_that_are_over_are_written_once() {
        let (bench, folder) = (Bench::open().await, tempfile::tempdir().unwrap());
        let artifacts =
            Artifacts::open(&folder.path().display().to_string(), &Credentials::default()).unwrap();
        let noon = |day: i64| day * A_DAY_MS + A_DAY_MS / 2;
        let act = async |account: &str, now_ms: i64| {
            let place: Place = account.parse().unwrap();
            let title = serde_json::json!({ "title": now_ms.to_string() });
            let spec = Spec::of_value(place.kind(), title).unwrap();
            let actor = Actor::new("test", "r", now_ms);
            bench.put(&place, &spec, Condition::Always, &actor).await.unwrap();
        };
        // The third is late: a clock was behind at midnight.
        for (account, now_ms) in [
            ("acme", noon(0)),
            ("acme", noon(2)),
            ("acme", noon(2) - A_DAY_MS),
            ("other", noon(2)),
            ("acme", noon(3)),
        ] {
            act(account, now_ms).await;
        }
        let account: Name = "acme".parse().unwrap();
        let export = async |now_ms: i64| export(&bench, &artifacts, &account, now_ms).await.unwrap();
        assert_eq!(export(noon(3)).await, 2, "the last day is not over");
        assert_eq!(export(noon(3)).await, 0);
        assert_eq!(export(4 * A_DAY_MS + LATE_MS - 1).await, 0, "somebody may still be late");
        act("acme", noon(3) + 1).await;
        assert_eq!(export(noon(4)).await, 1);
        let files = artifacts.below(ArtifactPath::activities("acme")).await.unwrap();
        let names: Vec<&str> = files.iter().map(|path| path.as_str().rsplit('/').next().unwrap()).collect();
        assert_eq!(names, ["1970-01-01-1.jsonl", "1970-01-03-3.jsonl", "1970-01-04-6.jsonl"]);
        let mut seqs = Vec::new();
        for file in files {
            let text = artifacts.read(file).await.unwrap().unwrap();
            for line in std::str::from_utf8(&text).unwrap().lines() {
                let record: AuditRecord = serde_json::from_str(line).unwrap();
                assert!(record.is_whole());
                seqs.push(record.seq);
            }
        }
        assert_eq!(seqs, [1, 2, 3, 5, 6]);
    }
}
