//! Cases: what was known of a shopper, and what the shopper went on to choose.
//!
//! A file of cases is a table with the header `case,context,targets`; ids are
//! separated by spaces, the context stands oldest first. Deliberately small: no
//! quotes inside quotes, because ids with commas or spaces cannot be written.

use super::error::EvalError;

/// One question with its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Case {
    /// Its name in the file.
    pub name: String,
    /// Item ids, oldest first.
    pub context: Vec<String>,
    /// Item ids that a good list shows.
    pub targets: Vec<String>,
}

const HEADER: [&str; 3] = ["case", "context", "targets"];

/// Reads a file of cases; `path` is for messages only.
pub fn read_cases(text: &str, path: &str) -> Result<Vec<Case>, EvalError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let wrong =
        |line: usize, message: String| EvalError::Line { path: path.to_owned(), line: line + 1, message };
    match lines.next() {
        Some((_, line)) if columns(line).map(str::to_ascii_lowercase).eq(HEADER) => (),
        Some((at, _)) => return Err(wrong(at, format!("the first line has to be `{}`", HEADER.join(",")))),
        None => return Err(EvalError::Empty { path: path.to_owned() }),
    }
    let cases: Vec<Case> = lines
        .map(|(at, line)| {
            let fields: Vec<&str> = columns(line).collect();
            let [name, context, targets] = fields[..] else {
                return Err(wrong(at, format!("{} columns instead of {}", fields.len(), HEADER.join(","))));
            };
            let ids = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<String>>();
            let case = Case { name: name.to_owned(), context: ids(context), targets: ids(targets) };
            match case.targets.is_empty() {
                true => Err(wrong(at, "a case without targets has no right answer".to_owned())),
                false => Ok(case),
            }
        })
        .collect::<Result<_, _>>()?;
    if cases.is_empty() { Err(EvalError::Empty { path: path.to_owned() }) } else { Ok(cases) }
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
        };
        assert_eq!(found, [case("7", &["a", "b", "a"], &["c"]), case("x y", &[], &["d", "e"])]);
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
