//! What was cooked and how: facts at the top, readiness, bytes and problems at the end.

use super::document::{row, table};
use super::measures::items;
use super::shelves::{bar, bytes};
use super::shop::Shop;
use crate::cook::{CookReport, Verdict};
use crate::draw::short;
use crate::markup::Markup;
use crate::moment::rfc3339;
use crate::progress::thousands;

/// The head of the page.
pub(super) fn head(out: &mut Markup, report: &CookReport, shop: &Shop<'_>) {
    let made = report.lists.iter().filter(|list| list.entries > 0).count();
    let facts = [
        ("items", thousands(report.items.into()), "that can be shown".to_owned()),
        (
            "interactions",
            thousands(report.interactions),
            format!("of {} named shoppers", thousands(report.shoppers)),
        ),
        (
            "data up to",
            day(shop.meta.as_of),
            format!("cooked {}", report.cooked_at.replace('T', " ").replace('Z', " UTC")),
        ),
        (
            "language",
            shop.meta.culture.clone(),
            if shop.meta.currency.is_empty() {
                String::new()
            } else {
                format!("prices in {}", shop.meta.currency)
            },
        ),
        ("lists", format!("{made} of {}", report.lists.len()), "have something to show".to_owned()),
        (
            "model",
            bytes(report.bytes),
            format!(
                "{} bytes an item, before compression",
                short(report.bytes as f64 / f64::from(report.items.max(1)))
            ),
        ),
        (
            "privacy floor",
            shop.meta.privacy_floor.to_string(),
            "distinct shoppers behind every statistic".to_owned(),
        ),
    ];
    out.element("dl", &[("class", &"facts")], |out| {
        for (name, value, about) in &facts {
            out.element("div", &[], |out| {
                out.say("dt", &[], name);
                out.say("dd", &[("class", &"value")], value);
                if !about.is_empty() {
                    out.say("dd", &[("class", &"quiet")], about);
                }
            });
        }
    });
}

fn day(seconds: i64) -> String {
    if seconds == 0 { "no dates".to_owned() } else { rfc3339(seconds)[..10].to_owned() }
}

/// What tuning chose, and the settings that the model keeps.
pub(super) fn settings(out: &mut Markup, report: &CookReport, shop: &Shop<'_>) {
    out.say("h2", &[("id", &"settings")], "Settings");
    if report.tuned.is_empty() {
        out.say(
            "p",
            &[("class", &"quiet")],
            "The recommended settings; --tune quick or full finds those that suit this shop.",
        );
    } else {
        let heads = ["list", "before", "after", "tried", "settings that tuning chose"];
        table(out, "Mean of recall and NDCG at 20 on hidden data, before and after tuning", &heads, |out| {
            for tuned in &report.tuned {
                let chosen: Vec<String> = tuned
                    .settings
                    .iter()
                    .map(|(name, value)| format!("{name} {}", short((*value).into())))
                    .collect();
                let cells = [
                    format!("{:.4}", tuned.before),
                    format!("{:.4}", tuned.after),
                    tuned.tried.to_string(),
                    chosen.join(", "),
                ];
                row(out, tuned.list, &cells);
            }
        });
    }
    let kept: Vec<String> =
        shop.meta.settings.iter().map(|(name, value)| format!("{name} {value}")).collect();
    out.say("p", &[("class", &"quiet")], &kept.join(" · "));
}

/// What the data is good for.
pub(super) fn ready(out: &mut Markup, report: &CookReport) {
    out.say("h2", &[("id", &"readiness")], "What the data is good for");
    table(
        out,
        "Each list: what it needs, what was found, what the model holds",
        &["list", "verdict", "needs", "found", "entries", "what would help"],
        |out| {
            for list in &report.lists {
                let ready = report.readiness.iter().find(|ready| ready.list == list.list);
                let (class, word) = match ready.map(|ready| ready.verdict) {
                    Some(Verdict::Pass) => ("pass", Verdict::Pass.word()),
                    Some(Verdict::Warn) => ("warn", Verdict::Warn.word()),
                    Some(Verdict::Fail) => ("fail", Verdict::Fail.word()),
                    Some(Verdict::Off) => ("off", Verdict::Off.word()),
                    None if list.entries > 0 => ("pass", Verdict::Pass.word()),
                    None => ("fail", Verdict::Fail.word()),
                };
                let advice =
                    ready.and_then(|ready| ready.advice.as_deref()).or(list.missing).unwrap_or_default();
                out.element("tr", &[], |out| {
                    out.say("th", &[("scope", &"row")], list.list);
                    out.element("td", &[], |out| {
                        out.say("span", &[("class", &format!("badge {class}"))], word)
                    });
                    out.say("td", &[], ready.map_or("", |ready| &ready.needs));
                    out.say("td", &[], ready.map_or("", |ready| &ready.found));
                    out.say("td", &[], &thousands(list.entries));
                    out.say("td", &[], advice);
                });
            }
        },
    );
}

/// What was borrowed for new and rare items.
pub(super) fn cold(out: &mut Markup, report: &CookReport) {
    let filled: Vec<String> = report.filled.iter().map(ToString::to_string).collect();
    items(out, "New and rare items borrow from what they are like, below what shoppers made:", &filled);
}

/// What the model weighs.
pub(super) fn weight(out: &mut Markup, report: &CookReport) {
    out.say("h2", &[("id", &"weight")], "What the model weighs");
    out.say("p", &[], "A browser loads only the parts that its page needs, and keeps what did not change.");
    let largest = report.sections.iter().map(|section| section.bytes).max().unwrap_or(1).max(1);
    table(
        out,
        "Bytes of each part, before compression",
        &["part", "drawn", "bytes", "bytes an item", "files"],
        |out| {
            for section in &report.sections {
                let name = [section.kind, section.list.unwrap_or("")].join(" ");
                out.element("tr", &[], |out| {
                    out.say("th", &[("scope", &"row")], name.trim());
                    out.element("td", &[("class", &"drawn")], |out| {
                        bar(out, section.bytes as f64 / largest as f64)
                    });
                    out.say("td", &[], &thousands(section.bytes));
                    out.say("td", &[], &short(section.bytes as f64 / f64::from(report.items.max(1))));
                    out.say("td", &[], &thousands(section.blobs));
                });
            }
        },
    );
}

/// What was odd about the data.
pub(super) fn problems(out: &mut Markup, report: &CookReport) {
    out.say("h2", &[("id", &"problems")], "Problems in the data");
    let data = &report.contract;
    let rows = data.entities.iter().map(|entity| {
        format!(
            "{} of {} rows of {}",
            thousands(entity.accepted),
            thousands(entity.total_record_count),
            entity.entity
        )
    });
    let found = found(report);
    out.say(
        "p",
        &[],
        if found.is_empty() {
            "None was found."
        } else {
            "Rows that were dropped count for nothing; the others do."
        },
    );
    if !found.is_empty() {
        table(
            out,
            "By entity and reason, with the first place",
            &["where", "rows", "what", "first at"],
            |out| {
                for (place, cells) in &found {
                    row(out, place, cells);
                }
            },
        );
    }
    out.element("details", &[], |out| {
        out.say("summary", &[], "What was read");
        out.element("ul", &[], |out| rows.for_each(|text| out.say("li", &[], &text)));
    });
}

/// Where, how many, what, and the first example.
fn found(report: &CookReport) -> Vec<(String, [String; 3])> {
    let data = &report.contract;
    let mut found = Vec::new();
    for entity in &data.entities {
        for (problems, fate) in [(&entity.errors, "dropped"), (&entity.warnings, "kept")] {
            for problem in problems {
                let column = problem.column.as_ref().map_or(String::new(), |column| format!(" · {column}"));
                let first = problem.examples.first().map_or(String::new(), |first| {
                    let value = if first.value.is_empty() {
                        String::new()
                    } else {
                        format!(", “{}”", first.value)
                    };
                    format!("{}:{}{value}", first.file, first.line)
                });
                let rows = format!("{} {fate}", thousands(problem.count));
                found.push((format!("{}{column}", entity.entity), [rows, problem.message.to_owned(), first]));
            }
        }
        for damaged in &entity.damaged_files {
            let said = format!("the file could not be read to its end: {}", damaged.message);
            found.push((entity.entity.to_owned(), [String::new(), said, damaged.file.clone()]));
        }
    }
    for other in &data.not_read {
        found.push((other.entity.clone(), [String::new(), other.reason.to_owned(), String::new()]));
    }
    for problem in report.pictures.iter().flat_map(|pictures| &pictures.problems) {
        let first = problem.examples.first();
        let (said, place) = first.map_or((String::new(), String::new()), |first| {
            (first.message.clone(), format!("item {}, {}", first.item, first.address))
        });
        found.push(("pictures".to_owned(), [format!("{} not seen", thousands(problem.count)), said, place]));
    }
    found
}
