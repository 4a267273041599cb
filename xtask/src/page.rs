//! A page of measurements: a top, and parts below it that have a heading each.
//!
//! Each part belongs to one task, which replaces its own and leaves the others as they were. Knows nothing of what
//! is measured. Invariant: a part ends where the next `## ` heading begins.

const MARK: &str = "\n## ";

/// The page with another top, and all its parts.
pub fn with_top(page: &str, top: &str) -> String {
    let parts = page.find(MARK).map_or("", |at| &page[at..]);
    format!("{}\n{parts}", top.trim_end())
}

/// The page with another text under `heading`; a heading that is not there yet comes last.
pub fn with_part(page: &str, heading: &str, text: &str) -> String {
    let start = format!("{MARK}{heading}\n");
    let (before, after) = match page.find(&start) {
        None => (page, ""),
        Some(at) => {
            let rest = &page[at + start.len()..];
            (&page[..at], rest.find(MARK).map_or("", |next| &rest[next..]))
        }
    };
    format!("{}\n{start}\n{}\n{after}", before.trim_end(), text.trim())
}

/// A table whose columns line up, so that a terminal shows it as well as a page.
pub fn table<const N: usize>(header: [&str; N], rows: &[[String; N]]) -> String {
    let mut cells = vec![header];
    cells.extend(rows.iter().map(|row| row.each_ref().map(String::as_str)));
    let width = |column: usize| cells.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |cells: &[&str; N]| -> String {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("| {cell:<width$} "));
        padded.collect::<String>() + "|\n"
    };
    let rule: String = widths.iter().map(|width| format!("|{}", "-".repeat(width + 2))).collect();
    let mut text = line(&cells[0]) + &rule + "|\n";
    text.extend(cells[1..].iter().map(line));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_replaced_alone() {
        let page = with_part("# Top\n\nold\n", "One", "1");
        assert_eq!(page, "# Top\n\nold\n\n## One\n\n1\n");
        let page = with_part(&page, "Two", "2\n");
        let page = with_part(&page, "One", "new\n\nlines");
        assert_eq!(page, "# Top\n\nold\n\n## One\n\nnew\n\nlines\n\n## Two\n\n2\n");
        let page = with_top(&page, "# Top\n\nyoung\n");
        assert_eq!(page, "# Top\n\nyoung\n\n## One\n\nnew\n\nlines\n\n## Two\n\n2\n");
        assert_eq!(with_part(&page, "Two", "2"), page);
        assert_eq!(with_top("", "# Top"), "# Top\n");
    }

    #[test]
    fn a_heading_that_begins_alike_is_another() {
        let page = with_part("top\n", "One and more", "1");
        assert_eq!(with_part(&page, "One", "2"), "top\n\n## One and more\n\n1\n\n## One\n\n2\n");
    }

    #[test]
    fn columns_line_up() {
        let row = |what: &str| ["cook".to_owned(), what.to_owned(), "1 µs".to_owned()];
        let text = table(["area", "what", "ours"], &[row("short"), row("longer one")]);
        let lengths: Vec<usize> = text.lines().map(|line| line.chars().count()).collect();
        assert!(lengths.iter().all(|length| *length == lengths[0]), "{text}");
        assert!(text.contains("| cook | short      | 1 µs"), "{text}");
    }
}
