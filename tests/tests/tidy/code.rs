//! Rust sources without what the compiler does not read: comments, the insides of strings, test modules.
//!
//! Line numbers stay true: whatever is taken out leaves its line ends behind.
//! Good enough for rules, not a Rust parser.

use crate::tree::File;

/// The part of a source before its `#[cfg(test)] mod tests`.
pub(crate) fn without_tests(text: &str) -> &str {
    let mark = text.match_indices("#[cfg(test)]").find(|(place, mark)| {
        let starts_line = *place == 0 || text[..*place].ends_with('\n');
        starts_line && text[place + mark.len()..].trim_start().starts_with("mod ")
    });
    mark.map_or(text, |(place, _)| &text[..place])
}

/// The non-test code of a Rust file, blanked of comments and of the insides of strings.
pub(crate) fn of(file: &File) -> String {
    blank(without_tests(file.text().unwrap_or_default()))
}

/// Line number, from 1, of a byte of `text`.
pub(crate) fn line_at(text: &str, place: usize) -> usize {
    text[..place].matches('\n').count() + 1
}

/// Places where `word` stands alone, not as part of a longer name.
pub(crate) fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .map(|(place, _)| place)
        .filter(move |&place| !text[..place].ends_with(part) && !text[place + word.len()..].starts_with(part))
}

fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(hashes) = raw_string(rest, out.chars().next_back()) {
            let close = format!("\"{}", "#".repeat(hashes));
            let open = 2 + hashes;
            rest[open..].find(&close).map_or(rest.len(), |end| open + end + close.len())
        } else if c == '"' {
            string_length(rest)
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            rest[1..].find('\'').map_or(rest.len(), |end| end + 2)
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        out.extend(rest[..length].chars().filter(|&c| c == '\n'));
        out.push(' ');
        rest = &rest[length..];
    }
    out
}

/// How many hashes a raw string opens with, when one opens here.
fn raw_string(rest: &str, before: Option<char>) -> Option<usize> {
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn string_length(rest: &str) -> usize {
    let mut escaped = false;
    for (place, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return place + 1,
            _ => {}
        }
    }
    rest.len()
}

#[test]
fn comments_strings_and_tests_are_taken_out() {
    let source = "use a; // b\nlet s = \"c\\\" d\n\"; let q = '\"'; e\n/* f\n */ g r#\"h \" \"# i\n\
                  #[cfg(test)]\nmod tests { j }\n";
    let code = blank(without_tests(source));
    for (word, line) in [("a", 1), ("e", 3), ("g", 5), ("i", 5)] {
        let place = words(&code, word).next().unwrap_or_else(|| panic!("{word} is gone from {code}"));
        assert_eq!(line_at(&code, place), line, "{word} in {code}");
    }
    for word in ["b", "c", "d", "f", "h", "j"] {
        assert_eq!(words(&code, word).count(), 0, "{word} is still in {code}");
    }
}
