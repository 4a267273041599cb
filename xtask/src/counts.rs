//! How many tests passed and failed, read from what the runners print.
//!
//! Knows the last lines of `cargo test`, vitest and `node --test`. A log that
//! names no test counts nothing; the caller decides what that means.

use std::ops::AddAssign;

/// Passed and failed tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed, were cancelled or could not run.
    pub failed: u32,
}

impl Counts {
    /// One test that failed: the suite itself.
    pub const BROKEN: Self = Self { passed: 0, failed: 1 };

    /// One check that has no count of its own.
    pub fn of_check(ok: bool) -> Self {
        Self { passed: u32::from(ok), failed: u32::from(!ok) }
    }

    /// All summaries in a log, added up.
    pub fn in_log(log: &str) -> Self {
        let mut counts = Self::default();
        for line in log.lines() {
            let line = without_colour(line);
            let line = line.trim();
            if let Some(rest) = line.strip_prefix("test result:").or_else(|| vitest_line(line)) {
                counts.passed += number_before(rest, "passed");
                counts.failed += number_before(rest, "failed");
            } else if let Some(rest) = line.strip_prefix("# ").or_else(|| line.strip_prefix("\u{2139} ")) {
                counts.passed += number_after(rest, "pass");
                counts.failed += number_after(rest, "fail") + number_after(rest, "cancelled");
            }
        }
        counts
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// `Tests  1 failed | 12 passed (13)`; the line `Test Files …` counts files and is left out.
fn vitest_line(line: &str) -> Option<&str> {
    line.strip_prefix("Tests ").filter(|rest| rest.ends_with(')'))
}

fn number_before(text: &str, word: &str) -> u32 {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let pair = words.windows(2).find(|pair| pair[1] == word);
    pair.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

fn number_after(text: &str, word: &str) -> u32 {
    text.strip_prefix(word).and_then(|rest| rest.trim().parse().ok()).unwrap_or(0)
}

fn without_colour(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some(start) = rest.find("\u{1b}[") {
        plain.push_str(&rest[..start]);
        let end = rest[start..].find('m').map_or(rest.len(), |length| start + length + 1);
        rest = &rest[end..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_runner_is_understood() {
        let cases = [
            ("", 0, 0),
            (
                "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s",
                12,
                0,
            ),
            (
                "test result: FAILED. 3 passed; 2 failed; 0 ignored\ntest result: ok. 1 passed; 0 failed;",
                4,
                2,
            ),
            (" Test Files  2 passed (2)\n      Tests  1 failed | 30 passed (31)\n   Start at  10:00", 30, 1),
            ("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[32m7 passed\u{1b}[39m\u{1b}[90m (7)\u{1b}[39m", 7, 0),
            ("# tests 5\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 0", 3, 2),
            ("\u{2139} tests 9\n\u{2139} pass 9\n\u{2139} fail 0", 9, 0),
            ("we passed 12 failed hopes", 0, 0),
        ];
        for (log, passed, failed) in cases {
            assert_eq!(Counts::in_log(log), Counts { passed, failed }, "{log}");
        }
    }
}
