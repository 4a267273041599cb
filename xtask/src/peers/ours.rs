//! Our side: a cook for one list, and what `cookshelf eval` says of the bundle.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::layout::{Questions, Set};
use super::score::Figure;
use super::table::{Measurement, Row};
use super::{PeersPlan, THREADS, repeats};
use crate::bench::Pace;
use crate::bench::measured::Measured;
use crate::failure::Failure;
use crate::workshop::Workshop;

/// Lists that are learned; charts are always made, because they fill up short lists.
const LEARNED: [&str; 6] = ["picks", "similar", "together", "next", "text", "look"];

/// One way to cook for a list.
#[derive(Debug, Clone, Copy)]
struct Recipe {
    floor: u32,
    bytes_per_item: Option<u64>,
}

/// Our rows for one file of cases: every byte budget at privacy floor 1, then the higher floors.
pub(super) fn rows(
    workshop: &Workshop,
    plan: &PeersPlan,
    set: &Set,
    asked: &Questions,
) -> Result<Vec<Row>, Failure> {
    let (program, folder) = (program(workshop, plan)?, folder(workshop, &set.name)?);
    let settings = folder.join("settings.toml");
    fs::write(&settings, only_list(&asked.list)).map_err(|e| Failure::file("write", &settings, &e))?;
    let mut rows = Vec::new();
    for recipe in recipes(asked, plan.pace) {
        let models = folder.join(format!("{}-floor-{}", asked.name, recipe.floor));
        let mut cook = workshop.command(&program.to_string_lossy());
        cook.arg("cook").arg(&set.root).arg("-o").arg(&models).arg("--settings").arg(&settings);
        cook.args(["--privacy-floor", &recipe.floor.to_string(), "--threads", THREADS, "--json"]);
        cook.args(["--tune", plan.tune]);
        if let Some(bytes) = recipe.bytes_per_item {
            cook.args(["--bytes-per-item", &bytes.to_string()]);
        }
        let title = format!("cook {}/{}, floor {}", set.name, asked.name, recipe.floor);
        let cooked = Measured::parse(&workshop.journal.output(&title, &mut cook)?)?;
        let mut eval = workshop.command(&program.to_string_lossy());
        eval.args(["eval", "--json", "--list", &asked.list, "--repeats", repeats(&asked.list)]);
        eval.args(["--k", &asked.places().to_string()]);
        eval.arg("--model").arg(&models).arg("--cases").arg(&asked.file);
        eval.args(asked.conditions());
        let scored = Measured::parse(&workshop.journal.output("score it", &mut eval)?)?;
        let scored = scored.list("")?.remove(0);
        rows.push(Row {
            set: set.name.clone(),
            list: asked.name.clone(),
            who: format!("Cookshelf, floor {}", recipe.floor),
            ours: true,
            outcome: Ok(measurement(&cooked, &scored, asked)?),
            notes: notes(&cooked, recipe, plan.tune)?,
        });
    }
    Ok(rows)
}

/// The whole cook of a set, with every list that its data allows and nothing tuned.
pub(super) fn whole(workshop: &Workshop, plan: &PeersPlan, set: &Set) -> Result<Row, Failure> {
    let program = program(workshop, plan)?;
    let mut cook = workshop.command(&program.to_string_lossy());
    cook.arg("cook").arg(&set.root).arg("-o").arg(folder(workshop, &set.name)?.join("whole"));
    cook.args(["--privacy-floor", "1", "--threads", THREADS, "--json"]);
    let started = Instant::now();
    let cooked = workshop.journal.output(&format!("whole cook of {}", set.name), &mut cook)?;
    let wall = started.elapsed().as_secs_f64();
    let cooked = Measured::parse(&cooked)?;
    let items = cooked.number("/items")?;
    Ok(Row {
        set: set.name.clone(),
        list: "all".to_owned(),
        who: "Cookshelf, whole cook".to_owned(),
        ours: true,
        outcome: Ok(Measurement {
            figures: Vec::new(),
            seconds: wall,
            memory: cooked.number("/peakMemoryBytes")?,
            bytes_per_item: cooked.number("/bytes")? / items.max(1.0),
        }),
        notes: format!(
            "seconds of the process; {items} items, {} interactions",
            cooked.number("/interactions")?
        ),
    })
}

fn program(workshop: &Workshop, plan: &PeersPlan) -> Result<PathBuf, Failure> {
    match &plan.program {
        Some(path) => std::path::absolute(path).map_err(|e| Failure::file("find", path, &e)),
        None => workshop.program().map(|()| workshop.places.program()),
    }
}

/// Where models and lists of a set are kept.
pub(super) fn folder(workshop: &Workshop, set: &str) -> Result<PathBuf, Failure> {
    let folder = workshop.places.cache.join("peers").join(Path::new(set));
    fs::create_dir_all(&folder).map_err(|e| Failure::file("make", &folder, &e))?;
    Ok(folder)
}

fn recipes(asked: &Questions, pace: Pace) -> Vec<Recipe> {
    let budgets = &asked.ways.bytes_per_item;
    let first = budgets.first().copied();
    let mut recipes: Vec<Recipe> =
        budgets.iter().map(|&bytes| Recipe { floor: 1, bytes_per_item: Some(bytes) }).collect();
    if recipes.is_empty() {
        recipes.push(Recipe { floor: 1, bytes_per_item: None });
    }
    // What items are like is no statistic about shoppers.
    let private = !matches!(asked.list.as_str(), "text" | "look");
    match pace {
        Pace::Full if private => recipes.extend([2, 5].map(|floor| Recipe { floor, bytes_per_item: first })),
        Pace::Full => {}
        Pace::Quick => recipes.truncate(1),
    }
    recipes
}

/// Settings that learn one list and no other, so that its time is its own.
fn only_list(list: &str) -> String {
    let lines = LEARNED.map(|other| format!("{other} = {}\n", other == list));
    format!("[lists]\n{}", lines.concat())
}

fn measurement(cooked: &Measured, scored: &Measured, asked: &Questions) -> Result<Measurement, Failure> {
    let figures = Figure::of_list(&asked.list);
    let values = figures.iter().map(|figure| Ok((*figure, scored.number(figure.path())?)));
    Ok(Measurement {
        figures: values.collect::<Result<_, Failure>>()?,
        seconds: cooked.number("/seconds/train")? + cooked.number("/seconds/likeness")?,
        memory: cooked.number("/peakMemoryBytes")?,
        bytes_per_item: scored.number("/sizes/perItem")?,
    })
}

/// What was chosen, and what it took to choose it.
fn notes(cooked: &Measured, recipe: Recipe, tune: &str) -> Result<String, Failure> {
    let mut notes = Vec::new();
    notes.extend(recipe.bytes_per_item.map(|bytes| format!("at most {bytes} bytes an item")));
    notes.push(match cooked.list("/tuned") {
        Ok(tuned) if !tuned.is_empty() => {
            format!("tuned ({tune}) in {:.0} s, in the same process", cooked.number("/seconds/tune")?)
        }
        _ => "recommended settings".to_owned(),
    });
    Ok(notes.join("; "))
}

#[cfg(test)]
mod tests {
    use super::super::layout::Ways;
    use super::*;

    #[test]
    fn only_one_list_is_learned() {
        let text = only_list("next");
        assert!(text.contains("next = true\n") && text.contains("similar = false\n"), "{text}");
        assert_eq!(text.matches("true").count(), 1);
    }

    fn asked(list: &str, bytes_per_item: &[u64]) -> Questions {
        Questions {
            name: list.to_owned(),
            list: list.to_owned(),
            file: PathBuf::new(),
            ways: Ways { bytes_per_item: bytes_per_item.to_vec(), ..Ways::default() },
        }
    }

    #[test]
    fn budgets_and_floors_are_cooked() {
        let shown = |list: &str, budgets: &[u64], pace| {
            let found = recipes(&asked(list, budgets), pace);
            found.iter().map(|one| (one.floor, one.bytes_per_item.unwrap_or(0))).collect::<Vec<_>>()
        };
        assert_eq!(shown("next", &[], Pace::Full), [(1, 0), (2, 0), (5, 0)]);
        assert_eq!(shown("picks", &[200, 40], Pace::Full), [(1, 200), (1, 40), (2, 200), (5, 200)]);
        assert_eq!(shown("picks", &[200, 40], Pace::Quick), [(1, 200)]);
        assert_eq!(shown("look", &[], Pace::Full), [(1, 0)]);
    }

    #[test]
    fn our_figures_come_from_the_reports() {
        let cooked = Measured::parse(
            r#"{"seconds": {"train": 1.5, "likeness": 0.5, "tune": 30.2}, "tuned": [{}],
                "peakMemoryBytes": 7e6}"#,
        )
        .unwrap();
        let scored = Measured::parse(
            r#"{"hitRate": {"mean": 0.5}, "mrr": {"mean": 0.25}, "sizes": {"perItem": 61.5}}"#,
        )
        .unwrap();
        let asked = asked("next", &[]);
        let found = measurement(&cooked, &scored, &asked).unwrap();
        assert_eq!(found.figures, [(Figure::HitRate, 0.5), (Figure::Mrr, 0.25)]);
        assert_eq!((found.seconds, found.memory, found.bytes_per_item), (2.0, 7e6, 61.5));
        let recipe = Recipe { floor: 1, bytes_per_item: Some(40) };
        assert_eq!(
            notes(&cooked, recipe, "full").unwrap(),
            "at most 40 bytes an item; tuned (full) in 30 s, in the same process"
        );
    }
}
