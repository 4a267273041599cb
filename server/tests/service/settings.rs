//! The settings of a server where people read of them: each stands there once, with what holds when nobody says anything.

use cookshelf_server::config::KEYS;

const README: &str = include_str!("../../../deploy/README.md");

#[test]
fn every_setting_is_written_down_once_with_its_default() {
    let rows = README.lines().skip_while(|line| !line.starts_with("| Key |")).skip(2);
    let rows: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
    let wanted = KEYS.iter().map(|key| {
        let default = if key.default.is_empty() { String::new() } else { format!("`{}`", key.default) };
        format!("| `{}` | {default} | {} |", key.name, key.about)
    });
    let wanted: Vec<String> = wanted.collect();
    for row in &wanted {
        assert!(rows.contains(&row.as_str()), "deploy/README.md has no row\n{row}");
    }
    assert_eq!(rows, wanted, "the rows of deploy/README.md stand in the order of the keys, each once");
}
