//! A whole server, as operators and clients meet it: the real program, in a folder of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod six_commands;

#[path = "service/running.rs"]
mod running;

#[path = "service/collector.rs"]
mod collector;

#[path = "service/canary.rs"]
mod canary;
#[path = "service/joined.rs"]
mod joined;
#[path = "service/kept.rs"]
mod kept;
#[path = "service/live.rs"]
mod live;
#[path = "service/matrix.rs"]
mod matrix;
#[path = "service/reco.rs"]
mod reco;
#[path = "service/secrets.rs"]
mod secrets;
#[path = "service/settings.rs"]
mod settings;
#[path = "service/tls.rs"]
mod tls;
#[path = "service/tokens.rs"]
mod tokens;
#[path = "service/traces.rs"]
mod traces;
#[path = "service/way.rs"]
mod way;

#[test]
fn the_six_commands_of_the_readme_end_at_a_signed_endpoint() {
    let folder = tempfile::tempdir().unwrap();
    six_commands::run(folder.path(), &[]);
    assert!(
        folder.path().join("data/cookshelf.db").is_file() && folder.path().join("data/artifacts").is_dir()
    );
}
