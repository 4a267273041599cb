//! Writes random small catalogues and the native answers to random questions about them, for the engines of the
//! package to be compared with.
//!
//! For each number there is a bundle `<number>.shelf` and a text `<number>.asked`: a line per question, of a request,
//! its list, an item and its explanation, all in hexadecimal; numbers are little-endian bits of 64-bit floats. The same
//! program writes the same files.

mod asked;
mod dice;
mod shop;

use std::path::Path;
use std::process::ExitCode;

use cookshelf_core::{Bundle, List, Model, Scratch, explain, recommend_with};
use cookshelf_tests::answers::{flat, flat_explanation, hex, hex_of_numbers};

use crate::{asked::Words, dice::Dice};

/// Two of each list kind.
const QUESTIONS: usize = 24;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let (Some(folder), Some(count)) = (words.next(), words.next().and_then(|count| count.parse().ok()))
    else {
        eprintln!("usage: random-catalogues FOLDER COUNT");
        return ExitCode::FAILURE;
    };
    match (0..count).try_for_each(|number| write(Path::new(&folder), number)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("error: {text}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path, number: u64) -> Result<(), String> {
    let mut dice = Dice::new(number);
    let bundle = shop::bundle(&mut dice).map_err(|error| format!("catalogue {number}: {error}"))?;
    let model = Bundle::decode(&bundle).map_err(|error| format!("catalogue {number}: {error}"))?.model();
    let model = model.map_err(|error| format!("catalogue {number}: {error}"))?;
    let asked = answers(&model, &mut dice).map_err(|error| format!("catalogue {number}: {error}"))?;
    let files = [("shelf", bundle), ("asked", asked.into_bytes())];
    files.iter().try_for_each(|(kind, bytes)| {
        let file = folder.join(format!("{number}.{kind}"));
        std::fs::write(&file, bytes).map_err(|error| format!("could not write {}: {error}", file.display()))
    })
}

fn answers(model: &Model, dice: &mut Dice) -> Result<String, String> {
    let words = Words {
        ids: (0..model.items()).filter_map(|position| model.ids().id(position)).collect(),
        categories: (0..7).map(shop::category).collect(),
    };
    let (mut scratch, mut list) = (Scratch::default(), List::default());
    let mut lines = String::new();
    for number in 0..QUESTIONS {
        let request = words.request(number, dice);
        if !recommend_with(model, &request, &mut scratch, &mut list).is_empty() {
            return Err("it is not whole".to_owned());
        }
        let rows = hex_of_numbers(&flat(&list));
        // Mostly one that is in the list.
        let found = dice.one(&list.items).and_then(|item| model.ids().id(item.position));
        let item = found
            .filter(|_| dice.chance(80))
            .unwrap_or_else(|| words.ids.first().cloned().unwrap_or_default());
        let why = explain(model, &request, &item, &mut scratch).map_err(|_| "it is not whole".to_owned())?;
        let why = hex_of_numbers(&flat_explanation(&why));
        lines += &format!("{} {rows} {} {why}\n", hex(&request.encode()), hex(item.as_bytes()));
    }
    Ok(lines)
}
