//! Which pictures could not be had, and why: counts and first examples.
//!
//! Nothing secret is shown: addresses stand without their queries, which may hold signatures.

use serde::Serialize;

use super::error::PictureError;

/// Examples of one kind of error.
const EXAMPLES: usize = 5;
/// Letters of an address that are shown.
const SHOWN: usize = 200;

/// About all pictures of a catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PictureReport {
    /// Items that name a picture.
    pub items: u64,
    /// Items whose picture was seen.
    pub seen: u64,
    /// Why others were not; their counts add up to the difference.
    pub problems: Vec<PictureProblem>,
    /// Anything else worth knowing.
    pub notes: Vec<String>,
}

/// One kind of error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PictureProblem {
    /// Its name, which does not change.
    pub error_type: &'static str,
    /// Items.
    pub count: u64,
    /// The first few, in the order of the catalogue.
    pub examples: Vec<PictureExample>,
}

/// One item whose picture could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PictureExample {
    /// Its id.
    pub item: String,
    /// The address, shortened.
    pub address: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl PictureReport {
    /// Counts one item whose picture could not be had.
    pub fn leave_out(&mut self, item: &str, address: &str, error: &PictureError) {
        let known = self.problems.iter().position(|problem| problem.error_type == error.kind());
        let at = known.unwrap_or_else(|| {
            self.problems.push(PictureProblem { error_type: error.kind(), count: 0, examples: Vec::new() });
            self.problems.len() - 1
        });
        let problem = &mut self.problems[at];
        problem.count += 1;
        if problem.examples.len() < EXAMPLES {
            let (item, address) = (item.to_owned(), shown(address));
            problem.examples.push(PictureExample { item, address, message: error.to_string() });
        }
    }
}

/// An address as far as it may be shown.
fn shown(address: &str) -> String {
    if address.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
        return "data:…".to_owned();
    }
    let bare = address.split(['?', '#']).next().unwrap_or_default();
    let bare = match (bare.split_once("://"), bare.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, after))) => format!("{scheme}://{after}"),
        _ => bare.to_owned(),
    };
    let end = bare.floor_char_boundary(SHOWN);
    if end < bare.len() { format!("{}…", &bare[..end]) } else { bare }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_counted_by_kind_with_their_first_examples() {
        let mut report = PictureReport::default();
        for item in 0..9 {
            report.leave_out(
                &item.to_string(),
                "https://u:p@x.example/b.png?sig=secret",
                &PictureError::Status(404),
            );
        }
        report.leave_out("z", "data:image/png;base64,AAAA", &PictureError::UnknownKind);
        let counts: Vec<_> = report.problems.iter().map(|one| (one.error_type, one.count)).collect();
        assert_eq!(counts, [("PictureNotFetched", 9), ("PictureKindNotSupported", 1)]);
        let first = &report.problems[0].examples;
        assert_eq!((first.len(), &first[4].item[..]), (5, "4"));
        assert_eq!(first[0].address, "https://x.example/b.png");
        assert!(first[0].message.contains("404"));
        assert_eq!(report.problems[1].examples[0].address, "data:…");
        assert!(shown(&"ä".repeat(300)).len() < 210);
    }
}
