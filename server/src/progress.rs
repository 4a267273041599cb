//! What a long run says while it works.
//!
//! Stages report to a [`Progress`] and never print. On a terminal it draws bars
//! with rate and time left; elsewhere it writes a plain line per stage.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::{Deserialize, Serialize};

/// Names a file that keeps what a stage is at, so that it can be told after the process is gone.
pub const PLACE: &str = "COOKSHELF_PLACE";

/// Milliseconds between two lines of one stage that another program reads.
const TELL_EVERY: u64 = 250;

/// One line of [`Progress::Told`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What is being done.
    pub stage: String,
    /// Steps that are done.
    pub done: u64,
    /// Steps in all; 0 where nobody knows.
    pub of: u64,
    /// What a step is.
    pub unit: String,
    /// Milliseconds since the stage began.
    pub ms: u64,
}

/// Where stages report to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Bars on a terminal, plain lines otherwise; always on standard error.
    Shown,
    /// A line of JSON on standard error, a few times a second, for the program that started this one.
    Told,
    /// Nothing at all, for tests and `--json`.
    Silent,
}

/// One running stage. Dropping it without [`Stage::done`] leaves no line.
#[derive(Debug)]
pub struct Stage {
    name: &'static str,
    unit: &'static str,
    bar: ProgressBar,
    started: Instant,
    /// When the last line was told, in milliseconds since the start.
    told: AtomicU64,
    shown: Progress,
}

impl Progress {
    /// Starts a stage of `total` steps (bytes, items, rounds: `unit` names them). A total of 0 is unknown.
    pub fn stage(self, name: &'static str, total: u64, unit: &'static str) -> Stage {
        let bar = if total == 0 { ProgressBar::new_spinner() } else { ProgressBar::new(total) };
        bar.set_draw_target(match self {
            Progress::Shown => ProgressDrawTarget::stderr(),
            Progress::Told | Progress::Silent => ProgressDrawTarget::hidden(),
        });
        let template = if unit == "bytes" {
            "{prefix:>10} {wide_bar} {bytes}/{total_bytes} {binary_bytes_per_sec} {eta} left".to_owned()
        } else {
            format!("{{prefix:>10}} {{wide_bar}} {{human_pos}}/{{human_len}} {unit} {{per_sec}} {{eta}} left")
        };
        let style = ProgressStyle::with_template(&template).expect("the template is a constant of this file");
        bar.set_style(style);
        bar.set_prefix(name);
        let stage = Stage { name, unit, bar, started: Instant::now(), told: AtomicU64::new(0), shown: self };
        stage.tell(0);
        stage
    }
}

impl Stage {
    /// Moves on by `steps`; cheap enough to call every few thousand rows, from any thread.
    pub fn advance(&self, steps: u64) {
        self.bar.inc(steps);
        if self.shown == Progress::Told {
            let now = self.milliseconds();
            let told = self.told.load(Ordering::Relaxed);
            // Whoever wins the exchange writes the line.
            let due = now >= told + TELL_EVERY;
            if due && self.told.compare_exchange(told, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
                self.tell(now);
            }
        }
    }

    fn milliseconds(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn tell(&self, ms: u64) {
        if self.shown != Progress::Told {
            return;
        }
        let (done, of) = (self.bar.position(), self.bar.length().unwrap_or(0));
        let told = Told { stage: self.name.to_owned(), done, of, unit: self.unit.to_owned(), ms };
        // Words and numbers only: there is nothing in it that JSON could not say.
        write_line(&serde_json::to_string(&told).unwrap_or_default());
    }

    /// Says what the stage is at now, such as the name of a file.
    pub fn at(&self, what: &str) {
        self.bar.set_message(what.to_owned());
        if let Some(path) = std::env::var_os(PLACE) {
            // Only a hint for a message: a disk that is full must not stop the work.
            let _ = std::fs::write(path, what);
        }
    }

    /// Ends the stage with a one-line summary, such as `420,618 rows`.
    pub fn done(self, summary: &str) {
        self.tell(self.milliseconds());
        self.bar.finish_and_clear();
        if self.shown == Progress::Shown {
            let seconds = self.started.elapsed().as_secs_f64();
            let rate = if seconds > 0.0 { self.bar.position() as f64 / seconds } else { 0.0 };
            let rate = if self.bar.position() > 0 { format!(", {rate:.0}/s") } else { String::new() };
            write_line(&format!("{:>10}  {summary}  ({seconds:.1} s{rate})", self.name));
        }
    }
}

/// Writes one line for the person at the terminal; a closed standard error is not an error of ours.
fn write_line(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// `1234567` as `1,234,567`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn thousands_are_grouped() {
        let texts = [0, 999, 1000, 420_618, 1_234_567].map(thousands);
        assert_eq!(texts, ["0", "999", "1,000", "420,618", "1,234,567"]);
    }
}
