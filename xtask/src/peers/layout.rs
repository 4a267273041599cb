//! What lies in the `--data` folder: sets, and the lists that each has cases for.
//!
//! Reads names and the small files, no data. Invariant: sets and lists come in the order of their names; what is
//! incomplete is named, never silently left out.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::failure::Failure;

/// The optional file beside the cases.
const FILE: &str = "peers.json";

/// One contract folder with cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Set {
    /// The folder's name.
    pub(super) name: String,
    /// The contract folder.
    pub(super) root: PathBuf,
    /// What is asked.
    pub(super) questions: Vec<Questions>,
}

/// One file of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Questions {
    /// `picks` for `cases-picks.csv`; `text-left` for `cases-text-left.csv`.
    pub(super) name: String,
    /// The list that is asked: the name up to its first hyphen.
    pub(super) list: String,
    /// The file.
    pub(super) file: PathBuf,
    /// How it is asked.
    pub(super) ways: Ways,
}

/// How a list is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ways {
    /// Places that count; 20 when not said.
    pub(super) places: Option<u64>,
    /// Conditions on what may be shown, as `cookshelf eval --where` takes them.
    pub(super) conditions: Vec<String>,
    /// Budgets to cook `picks` within; the program's own when there is none.
    pub(super) bytes_per_item: Vec<u64>,
}

/// Everything below the folder, and what was left out and why.
pub(super) fn sets(data: &Path) -> Result<(Vec<Set>, Vec<String>), Failure> {
    let (mut sets, mut left_out) = (Vec::new(), Vec::new());
    for name in names(data)? {
        let folder = data.join(&name);
        if !folder.is_dir() {
            continue;
        }
        let root = folder.join("root");
        let questions = questions(&folder)?;
        if !root.is_dir() || questions.is_empty() {
            let lacks = if root.is_dir() { "no cases-LIST.csv" } else { "no folder `root`" };
            left_out.push(format!("{name}: {lacks}"));
            continue;
        }
        sets.push(Set { name, root, questions });
    }
    if sets.is_empty() {
        let text = format!("{} holds no set; `cargo xtask help` shows how one is laid out", data.display());
        return Err(Failure::new(text));
    }
    Ok((sets, left_out))
}

/// Keeps what was asked for: sets, lists or `set/list`; a name that fits nothing is a failure.
pub(super) fn chosen(sets: &[Set], only: &[String]) -> Result<Vec<Set>, Failure> {
    let fits = |name: &str, set: &Set, asked: &Questions| {
        name == set.name
            || name == asked.name
            || name == asked.list
            || name.split_once('/') == Some((&set.name, &asked.name))
    };
    let all = || sets.iter().flat_map(|set| set.questions.iter().map(move |asked| (set, asked)));
    if let Some(name) = only.iter().find(|name| !all().any(|(set, asked)| fits(name, set, asked))) {
        let names: Vec<String> = all().map(|(set, asked)| format!("{}/{}", set.name, asked.name)).collect();
        return Err(Failure::new(format!("there is no `{name}`; there are {}", names.join(", "))));
    }
    let mut kept = Vec::new();
    for set in sets {
        let wanted = |asked: &&Questions| only.is_empty() || only.iter().any(|name| fits(name, set, asked));
        let questions: Vec<Questions> = set.questions.iter().filter(wanted).cloned().collect();
        if !questions.is_empty() {
            kept.push(Set { questions, ..set.clone() });
        }
    }
    Ok(kept)
}

fn questions(folder: &Path) -> Result<Vec<Questions>, Failure> {
    let path = folder.join(FILE);
    let ways = match fs::read_to_string(&path) {
        Ok(text) => read_ways(&text).map_err(|why| Failure::new(format!("{}: {why}", path.display())))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(Failure::file("read", &path, &error)),
    };
    let mut found = Vec::new();
    for file in names(folder)? {
        let Some(name) = file.strip_prefix("cases-").and_then(|rest| rest.strip_suffix(".csv")) else {
            continue;
        };
        let ways = ways.iter().find(|(of, _)| of == name).map(|(_, ways)| ways.clone());
        let list = name.split('-').next().unwrap_or(name).to_owned();
        found.push(Questions {
            name: name.to_owned(),
            list,
            file: folder.join(&file),
            ways: ways.unwrap_or_default(),
        });
    }
    if let Some((name, _)) = ways.iter().find(|(name, _)| found.iter().all(|asked| asked.name != *name)) {
        return Err(Failure::new(format!("{}: there is no cases-{name}.csv beside it", path.display())));
    }
    Ok(found)
}

/// `{"NAME": {"places": 10, "where": ["column=value"], "bytesPerItem": [200, 40]}}`
fn read_ways(text: &str) -> Result<Vec<(String, Ways)>, String> {
    let object: Map<String, Value> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    object.into_iter().map(|(name, value)| Ok((name.clone(), one_way(&name, &value)?))).collect()
}

fn one_way(name: &str, value: &Value) -> Result<Ways, String> {
    let object = value.as_object().ok_or(format!("`{name}` wants an object"))?;
    let mut ways = Ways::default();
    for (key, value) in object {
        let wrong = || format!("`{name}.{key}` is not understood: {value}");
        let list = || value.as_array().ok_or_else(wrong);
        match key.as_str() {
            "places" => ways.places = Some(value.as_u64().filter(|places| *places > 0).ok_or_else(wrong)?),
            "where" => {
                let words = list()?.iter().map(|word| word.as_str().map(str::to_owned));
                ways.conditions = words.collect::<Option<_>>().ok_or_else(wrong)?;
            }
            "bytesPerItem" => {
                ways.bytes_per_item =
                    list()?.iter().map(Value::as_u64).collect::<Option<_>>().ok_or_else(wrong)?;
            }
            _ => return Err(format!("`{name}.{key}` is not known; there are places, where, bytesPerItem")),
        }
    }
    Ok(ways)
}

fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(folder).map_err(|e| Failure::file("list", folder, &e))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| Failure::file("list", folder, &e))?;
        names.extend(entry.file_name().into_string().ok());
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let base = std::env::temp_dir().join(format!("xtask-peers-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&base);
        for (path, text) in files {
            let path = base.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        base
    }

    const WAYS: &str =
        r#"{"text-left": {"places": 1, "where": ["side=b"]}, "picks": {"bytesPerItem": [200, 40]}}"#;

    fn shown(sets: &[Set]) -> Vec<String> {
        let names = |set: &Set| -> Vec<String> {
            set.questions.iter().map(|asked| format!("{}/{}:{}", set.name, asked.name, asked.list)).collect()
        };
        sets.iter().flat_map(names).collect()
    }

    #[test]
    fn sets_and_lists_are_found() {
        let base = folder(
            "found",
            &[
                ("b/root/model.json", ""),
                ("b/cases-text-left.csv", ""),
                ("b/cases-picks.csv", ""),
                ("b/peers.json", WAYS),
                ("a/root/model.json", ""),
                ("a/cases-next.csv", ""),
                ("c/root/model.json", ""),
                ("d/cases-next.csv", ""),
                ("note.txt", ""),
            ],
        );
        let (found, left_out) = sets(&base).unwrap();
        assert_eq!(shown(&found), ["a/next:next", "b/picks:picks", "b/text-left:text"]);
        assert_eq!(left_out, ["c: no cases-LIST.csv", "d: no folder `root`"]);
        let ways = &found[1].questions;
        assert_eq!(ways[0].ways.bytes_per_item, [200, 40]);
        assert_eq!(
            (ways[1].ways.places, &ways[1].ways.conditions[..]),
            (Some(1), &["side=b".to_owned()][..])
        );
        let only = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            chosen(&found, &names).map(|sets| shown(&sets))
        };
        assert_eq!(only(&["text"]).unwrap(), ["b/text-left:text"]);
        assert_eq!(only(&["a", "b/picks"]).unwrap(), ["a/next:next", "b/picks:picks"]);
        assert_eq!(only(&[]).unwrap().len(), 3);
        let text = only(&["looks"]).unwrap_err().to_string();
        assert!(text.contains("`looks`") && text.contains("b/text-left"), "{text}");
    }

    #[test]
    fn faults_are_named() {
        let cases = [
            (r#"{"next": {"place": 1}}"#, "`next.place` is not known"),
            (r#"{"next": {"places": 0}}"#, "`next.places` is not understood: 0"),
            (r#"{"next": {"where": "x"}}"#, "`next.where`"),
            (r#"{"next": 7}"#, "wants an object"),
            (r#"{"picks": {}}"#, "no cases-picks.csv"),
            ("{", "peers.json"),
        ];
        for (text, part) in cases {
            let files = [("s/root/model.json", ""), ("s/cases-next.csv", ""), ("s/peers.json", text)];
            let found = sets(&folder("faults", &files)).unwrap_err().to_string();
            assert!(found.contains(part), "{text}: {found}");
        }
        let text = sets(&folder("empty", &[("x", "")])).unwrap_err().to_string();
        assert!(text.contains("holds no set"), "{text}");
    }
}
