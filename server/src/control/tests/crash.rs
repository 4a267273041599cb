//! A process that is killed, at each operation and at any moment: what it acknowledged is there, and nothing is by half.
//!
//! Each test starts itself again as the process that dies; which part that one plays stands in its environment.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::*;
use crate::control::faults::{KILLED_OPENING, Lasting};
use crate::control::migrate::MIGRATIONS;
use crate::control::{Condition, DatabaseUrl};

const ADDRESS: &str = "COOKSHELF_TEST_CRASH_DATABASE";
const PART: &str = "COOKSHELF_TEST_CRASH_PART";
/// What says that everything was done.
const DONE: &str = "\nall is done";

/// The database and the part of a process that is to die; nothing in the test itself.
fn part() -> Option<(DatabaseUrl, String)> {
    Some((std::env::var(ADDRESS).ok()?.parse().unwrap(), std::env::var(PART).unwrap()))
}

/// Starts the test of this name again, to play a part.
fn start(test: &str, bench: &Bench, part: &str, extra: &[(&str, String)]) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("control::tests::crash::{test}"), "--nocapture"]);
    command.env(ADDRESS, bench.address.url().as_str()).env(PART, part).envs(extra.iter().cloned());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// True when the process came to the end of its part.
fn ended(child: Child) -> bool {
    String::from_utf8_lossy(&child.wait_with_output().unwrap().stdout).contains(DONE.trim())
}

async fn act(control: &Control, action: &str, nth: u32) {
    let claim = match action {
        "publish" => control.claim("w", NOW, &RULES).await.unwrap(),
        _ => None,
    };
    control.inner.faults.arm(nth, Lasting::Killed);
    match (action, claim) {
        ("put", _) => {
            let other = spec(&modeling(), json!({ "source": "/other" }));
            control.put(&modeling(), &other, Condition::Always, &actor()).await.map(drop)
        }
        ("delete", _) => control.delete(&endpoint(), Condition::Always, &actor()).await,
        ("enqueue", _) => control.enqueue(&modeling(), Wanted::Slot(9), &once("k")).await.map(drop),
        ("publish", Some(claim)) => control.publish(&claim, &model(&claim), NOW, newest).await.map(drop),
        other => panic!("{other:?}"),
    }
    .unwrap();
}

/// Whether an action is done; looks at each of its effects.
async fn done(control: &Control, action: &str) -> Vec<bool> {
    let resource = |place| async move { control.resource(&place).await.unwrap() };
    let cook = control.cooks(&modeling(), None, 1).await.unwrap().into_iter().next();
    match action {
        "put" => vec![resource(modeling()).await.unwrap().spec.json()["source"] == "/other"],
        "delete" => vec![
            resource(endpoint()).await.is_none(),
            control.latest_releases().await.unwrap()[0].envelope.is_none(),
        ],
        "enqueue" => vec![cook.is_some(), number(control, "SELECT COUNT(*) FROM idempotency").await == 1],
        _ => vec![
            cook.unwrap().state.is_over(),
            number(control, "SELECT COUNT(*) FROM model").await == 1,
            control.releases(&endpoint(), None, 9).await.unwrap().len() == 1,
        ],
    }
}

#[tokio::test]
async fn a_process_killed_at_any_operation_leaves_all_or_nothing() {
    if let Some((address, part)) = part() {
        let (action, nth) = part.split_once(' ').unwrap();
        act(&Control::open(&address).await.unwrap(), action, nth.parse().unwrap()).await;
        return println!("{DONE}");
    }
    for action in ["put", "delete", "enqueue", "publish"] {
        let (mut nth, mut seen) = (0, [0, 0]);
        loop {
            nth += 1;
            let bench = bench().await;
            shop(&bench).await;
            if action == "delete" {
                bench.release(&endpoint(), "release", &actor(), newest).await.unwrap();
            }
            if action == "publish" {
                bench.enqueue(&modeling(), Wanted::Manual, &actor()).await.unwrap();
            }
            let test = "a_process_killed_at_any_operation_leaves_all_or_nothing";
            let whole = ended(start(test, &bench, &format!("{action} {nth}"), &[]));
            records(&bench).await;
            let effects = done(&bench, action).await;
            assert!(effects.iter().all(|effect| *effect == effects[0]), "{action} {nth}: {effects:?}");
            assert!(effects[0] || !whole, "{action} {nth}: it ended well, and nothing happened");
            seen[usize::from(effects[0])] += 1;
            if whole {
                break;
            }
        }
        assert!(
            nth > 5 && seen[0] > 3 && seen[1] >= 2,
            "{action}: killed before and after the commit: {seen:?}"
        );
    }
}

#[tokio::test]
async fn a_process_killed_while_it_makes_the_tables_leaves_all_or_none() {
    if let Some((address, _)) = part() {
        Control::open(&address).await.unwrap();
        return println!("{DONE}");
    }
    let mut nth = 0;
    loop {
        nth += 1;
        let bench = Bench::empty().await;
        let test = "a_process_killed_while_it_makes_the_tables_leaves_all_or_none";
        let whole = ended(start(test, &bench, "open", &[(KILLED_OPENING, nth.to_string())]));
        let control = bench.another().await;
        put(&control, "acme", json!({})).await;
        assert_eq!(
            (number(&control, "SELECT COUNT(*) FROM migration").await, records(&control).await),
            (MIGRATIONS.len() as i64, 1)
        );
        if whole {
            break;
        }
    }
    assert!(nth > 4, "{nth}");
}

#[tokio::test]
async fn a_process_killed_at_any_moment_has_kept_what_it_acknowledged() {
    if let Some((address, part)) = part() {
        let control = Control::open(&address).await.unwrap();
        for count in 0.. {
            put(&control, "acme", json!({ "title": format!("{part} {count}") })).await;
            println!("\nacknowledged {count}");
        }
    }
    let bench = bench().await;
    put(&bench, "acme", json!({ "title": "0 0" })).await;
    let mut acknowledged_in_all = 0;
    for round in 0..20_u64 {
        let test = "a_process_killed_at_any_moment_has_kept_what_it_acknowledged";
        let mut child = start(test, &bench, &round.to_string(), &[]);
        let output = BufReader::new(child.stdout.take().unwrap());
        let reader = std::thread::spawn(move || {
            let words = output.lines().map_while(Result::ok);
            words.filter_map(|line| line.strip_prefix("acknowledged ")?.parse::<i64>().ok()).last()
        });
        tokio::time::sleep(Duration::from_millis(60 + 23 * round)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let acknowledged = reader.join().unwrap();
        records(&bench).await;
        let title = bench.resource(&place("acme")).await.unwrap().unwrap().spec.json()["title"].clone();
        let (of, count) = title.as_str().unwrap().split_once(' ').unwrap();
        if let Some(acknowledged) = acknowledged {
            acknowledged_in_all += acknowledged + 1;
            assert_eq!(of, round.to_string(), "what was acknowledged is there");
            assert!(
                (acknowledged..=acknowledged + 1).contains(&count.parse().unwrap()),
                "{acknowledged}: {count}"
            );
        }
    }
    assert!(acknowledged_in_all > 20, "{acknowledged_in_all}");
}
