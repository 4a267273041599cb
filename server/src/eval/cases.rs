//! Cases: what was known of a shopper, and what the shopper went on to choose.
//!
//! A file of cases is a table with the header `case,context,targets`; ids are
//! separated by spaces, the context stands oldest first. A fourth column `days` may say how
//! many days before the question each item of the context was chosen. Deliberately small: no
//! quotes inside quotes, because ids with commas or spaces cannot be written.

use super::error::EvalError;

/// One question with its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Case {
    /// Its name in the file.
    pub name: String,
    /// Item ids, oldest first.
    pub context: Vec<String>,
    /// How many hours before the question each item of the context was chosen; empty when nobody says.
    pub age_hours: Vec<u32>,
    /// Item ids that a good list shows.
    pub targets: Vec<String>,
}

impl Case {
    /// The context with the hours before the question, 0 where nobody says; oldest first.
    pub fn aged(&self) -> impl Iterator<Item = (&str, u32)> {
        let ages = self.age_hours.iter().copied().chain(std::iter::repeat(0));
        self.context.iter().map(String::as_str).zip(ages)
    }
}

const HEADER: [&str; 4] = ["case", "context", "targets", "days"];
/// Columns that a file has to have.
const NEEDED: usize = 3;
const DAY_HOURS: f64 = 24.0;

/// Reads a file of cases; `path` is for messages only.
pub fn read_cases(text: &str, path: &str) -> Result<Vec<Case>, EvalError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let wrong =
        |line: usize, message: String| EvalError::Line { path: path.to_owned(), line: line + 1, message };
    let expected = match lines.next() {
        Some((at, line)) => {
            let found: Vec<String> = columns(line).map(str::to_ascii_lowercase).collect();
            let whole = (NEEDED..=HEADER.len()).find(|count| found == HEADER[..*count]);
            let needed = HEADER[..NEEDED].join(",");
            whole
                .ok_or_else(|| wrong(at, format!("the first line has to be `{needed}` or `{needed},days`")))?
        }
        None => return Err(EvalError::Empty { path: path.to_owned() }),
    };
    let wrong_columns = |at: usize, found: usize| {
        wrong(at, format!("{found} columns instead of {}", HEADER[..expected].join(",")))
    };
    let cases: Vec<Case> = lines
        .map(|(at, line)| {
            let fields: Vec<&str> = columns(line).collect();
            let &[name, context, targets, ref days @ ..] = fields.as_slice() else {
                return Err(wrong_columns(at, fields.len()));
            };
            if fields.len() != expected {
                return Err(wrong_columns(at, fields.len()));
            }
            let ids = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<String>>();
            let age_hours = match days {
                [days] => days.split_whitespace().map(hours).collect::<Option<Vec<u32>>>(),
                _ => Some(Vec::new()),
            };
            let age_hours = age_hours.ok_or_else(|| wrong(at, "days are numbers, 0 or above".to_owned()))?;
            let case =
                Case { name: name.to_owned(), context: ids(context), age_hours, targets: ids(targets) };
            match case.targets.is_empty() {
                _ if !days.is_empty() && case.age_hours.len() != case.context.len() => {
                    Err(wrong(at, "there is not one number of days for every item of the context".to_owned()))
                }
                true => Err(wrong(at, "a case without targets has no right answer".to_owned())),
                false => Ok(case),
            }
        })
        .collect::<Result<_, _>>()?;
    if cases.is_empty() { Err(EvalError::Empty { path: path.to_owned() }) } else { Ok(cases) }
}

/// Days as whole hours.
fn hours(days: &str) -> Option<u32> {
    let hours = days.parse::<f64>().ok()? * DAY_HOURS;
    (0.0..=f64::from(u32::MAX)).contains(&hours).then_some(hours as u32)
}

fn columns(line: &str) -> impl Iterator<Item = &str> {
    line.split(',').map(|field| field.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_read_in_order() {
        let found = read_cases("case,context,targets\r\n7,a b a,c\r\n\r\n\"x y\",,\"d  e\"\n", "f")
            .expect("two cases");
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let case = |name: &str, context: &[&str], targets: &[&str]| Case {
            name: name.to_owned(),
            context: ids(context),
            targets: ids(targets),
            age_hours: Vec::new(),
        };
        assert_eq!(found, [case("7", &["a", "b", "a"], &["c"]), case("x y", &[], &["d", "e"])]);
    }

    #[test]
    fn ages_are_read_in_days() {
        let found = read_cases("case,context,targets,days\n1,a b,c,40 1.5\n2,,d,\n", "f").expect("two cases");
        assert_eq!(found.iter().map(|case| &case.age_hours[..]).collect::<Vec<_>>(), [&[960, 36][..], &[]]);
        for (days, expected) in [
            ("40", "f:2: there is not one number of days"),
            ("40 -1", "f:2: days are numbers"),
            ("40 nan", "f:2: days are numbers"),
            ("40 1e9", "f:2: days are numbers"),
        ] {
            let text = format!("case,context,targets,days\n1,a b,c,{days}\n");
            let message = read_cases(&text, "f").expect_err(days).to_string();
            assert!(message.starts_with(expected), "{message}");
        }
        assert!(read_cases("case,context,targets,days\n1,a,b\n", "f").is_err(), "a column is missing");
    }

    #[test]
    fn faults_are_located() {
        let table = [
            ("", "f: there are no cases"),
            ("case,context,targets\n", "f: there are no cases"),
            ("context,targets\n1,2\n", "f:1: the first line has to be `case,context,targets`"),
            ("case,context,targets\n1,a,b\n2,a\n", "f:3: 2 columns"),
            ("case,context,targets\n1,a,  \n", "f:2: a case without targets"),
        ];
        for (text, expected) in table {
            let message = read_cases(text, "f").expect_err(text).to_string();
            assert!(message.starts_with(expected), "{message}");
        }
    }
}
