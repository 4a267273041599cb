//! What a task says while it works, and where the full output of its tools goes.
//!
//! On a terminal a running step shows its last output line; elsewhere a plain
//! line appears now and then. A failed step shows the end of its log.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{IsTerminal, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::failure::Failure;

const TAIL_LINES: usize = 40;
/// Lines with these say why a runner failed …
const TELLING: [&str; 8] =
    ["panicked at", "error:", "error[", "warning:", "AssertionError", "\u{2716} ", " FAIL ", "\u{d7} "];
/// … and so many lines after them say more.
const FOLLOWING: usize = 6;
const QUIET_BEAT: Duration = Duration::from_secs(30);

/// The story of one task.
#[derive(Debug)]
pub struct Journal {
    logs: PathBuf,
    started: Instant,
    terminal: bool,
    written: Cell<u32>,
}

/// A command that ran to its end, well or not.
#[derive(Debug)]
pub struct Finished {
    /// Everything it printed.
    pub log: PathBuf,
    /// How it ended.
    pub status: ExitStatus,
}

impl Journal {
    /// Starts a story whose logs lie in `logs`; older logs there are removed.
    pub fn start(logs: PathBuf) -> Result<Self, Failure> {
        if logs.exists() {
            fs::remove_dir_all(&logs).map_err(|e| Failure::file("empty", &logs, &e))?;
        }
        fs::create_dir_all(&logs).map_err(|e| Failure::file("make", &logs, &e))?;
        let terminal = std::io::stderr().is_terminal();
        Ok(Self { logs, started: Instant::now(), terminal, written: Cell::new(0) })
    }

    /// Announces step `number` of `total`.
    pub fn step(&self, number: usize, total: usize, title: &str) {
        eprintln!("[{number}/{total}] {title}  ({} so far)", span(self.started.elapsed()));
    }

    /// Says one thing about the step at hand.
    pub fn note(&self, text: &str) {
        eprintln!("      {text}");
    }

    /// Time since the start, for people.
    pub fn elapsed(&self) -> String {
        span(self.started.elapsed())
    }

    /// Runs a command to its end with its output in a log file. Failing to start is a failure; ending badly is not.
    pub fn watch(&self, title: &str, command: &mut Command) -> Result<Finished, Failure> {
        let log = self.next_log(title);
        let output = file_at(&log)?;
        let twin = output.try_clone().map_err(|e| Failure::file("write", &log, &e))?;
        command.stdin(Stdio::null()).stdout(output).stderr(twin);
        self.attend(title, log, command)
    }

    /// As [`Journal::run`], and returns what the command wrote to its standard output.
    pub fn output(&self, title: &str, command: &mut Command) -> Result<String, Failure> {
        let log = self.next_log(title);
        let answer = log.with_extension("out");
        command.stdin(Stdio::null()).stdout(file_at(&answer)?).stderr(file_at(&log)?);
        self.attend(title, log, command)?.must(title)?;
        fs::read_to_string(&answer).map_err(|e| Failure::file("read", &answer, &e))
    }

    /// As [`Journal::watch`], but ending badly is a failure that shows the end of the log.
    pub fn run(&self, title: &str, command: &mut Command) -> Result<Finished, Failure> {
        self.watch(title, command)?.must(title)
    }

    fn attend(&self, title: &str, log: PathBuf, command: &mut Command) -> Result<Finished, Failure> {
        let started = Instant::now();
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command.spawn().map_err(|e| {
            Failure::new(format!("could not start `{program}`: {e}; is it installed and on PATH?"))
        })?;
        let status = self.wait(title, &log, &mut child, started)?;
        let ending = if status.success() { "done" } else { "FAILED" };
        self.note(&format!("{title}: {ending} in {}", span(started.elapsed())));
        Ok(Finished { log, status })
    }

    fn next_log(&self, title: &str) -> PathBuf {
        self.written.set(self.written.get() + 1);
        let plain: String = title.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        self.logs.join(format!("{:02}-{plain}.log", self.written.get()))
    }

    fn wait(
        &self,
        title: &str,
        log: &Path,
        child: &mut Child,
        started: Instant,
    ) -> Result<ExitStatus, Failure> {
        let mut beat = started;
        loop {
            let status = child.try_wait().map_err(|e| Failure::new(format!("lost track of {title}: {e}")))?;
            if let Some(status) = status {
                self.clear_line();
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(100));
            if self.terminal && beat.elapsed() >= Duration::from_secs(1) {
                beat = Instant::now();
                let line: String = last_line(log).chars().take(70).collect();
                eprint!("\r\x1b[2K      {title}: {} … {line}", span(started.elapsed()));
                let _ = std::io::stderr().flush();
            } else if !self.terminal && beat.elapsed() >= QUIET_BEAT {
                beat = Instant::now();
                self.note(&format!("{title}: {} … {}", span(started.elapsed()), last_line(log)));
            }
        }
    }

    fn clear_line(&self) {
        if self.terminal {
            eprint!("\r\x1b[2K");
        }
    }
}

impl Finished {
    /// Ending badly becomes a failure that shows the end of the log.
    fn must(self, title: &str) -> Result<Self, Failure> {
        if self.status.success() {
            return Ok(self);
        }
        let (tail, log) = (self.tail(), self.log.display());
        Err(Failure::new(format!("{title} failed ({}).\n{tail}\nThe full log: {log}", self.status)))
    }

    /// The whole log; undecodable bytes replaced.
    pub fn text(&self) -> String {
        fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// What a person wants to see of a log that ends badly: the lines that tell why, or else the last ones.
    pub fn excerpt(&self) -> String {
        let text = self.text();
        let lines: Vec<&str> = text.lines().collect();
        let tells = |line: &str| TELLING.iter().any(|mark| line.contains(mark));
        let near = |place: usize| (place.saturating_sub(FOLLOWING)..=place).any(|at| tells(lines[at]));
        let chosen: Vec<&str> =
            (0..lines.len()).filter(|&place| near(place)).map(|place| lines[place]).collect();
        match chosen.is_empty() {
            true => self.tail(),
            false => chosen.iter().take(3 * TAIL_LINES).map(|line| format!("    {line}\n")).collect(),
        }
    }

    /// The last lines of the log, indented.
    pub fn tail(&self) -> String {
        let text = self.text();
        let lines: Vec<&str> = text.lines().collect();
        let from = lines.len().saturating_sub(TAIL_LINES);
        lines[from..].iter().map(|line| format!("    {line}\n")).collect()
    }
}

fn file_at(path: &Path) -> Result<File, Failure> {
    File::create(path).map_err(|e| Failure::file("write", path, &e))
}

/// The last line with text in it; looks only at the end of the file.
fn last_line(log: &Path) -> String {
    let read_end = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(2048)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read_end().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}

/// `8.1 s`, `2 min 05 s`.
pub fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(name: &str) -> Journal {
        let logs = std::env::temp_dir().join(format!("xtask-journal-{name}-{}", std::process::id()));
        Journal::start(logs).unwrap()
    }

    #[test]
    fn a_failed_command_shows_the_end_of_its_log() {
        let journal = journal("failed");
        let mut command = Command::new("sh");
        command.args(["-c", "seq 1 100; echo the reason >&2; exit 3"]);
        let text = journal.run("count things", &mut command).unwrap_err().to_string();
        assert!(text.contains("count things failed"), "{text}");
        assert!(
            text.contains("the reason") && text.contains("    100") && !text.contains("    50\n"),
            "{text}"
        );
    }

    #[test]
    fn the_excerpt_tells_why() {
        let journal = journal("excerpt");
        let script = "seq 1 100; echo 'thread x panicked at y:'; echo because; seq 201 300; exit 1";
        let finished = journal.watch("try", Command::new("sh").args(["-c", script])).unwrap();
        let text = finished.excerpt();
        assert!(text.contains("panicked") && text.contains("because") && text.contains("205"), "{text}");
        assert!(!text.contains("    99\n") && !text.contains("    208\n"), "{text}");
        let finished = journal.watch("try", Command::new("sh").args(["-c", "seq 1 100"])).unwrap();
        assert!(finished.excerpt().ends_with("    100\n"));
    }

    #[test]
    fn the_answer_of_a_command_is_kept_apart_from_its_story() {
        let journal = journal("output");
        let mut command = Command::new("sh");
        command.args(["-c", "echo story >&2; echo answer"]);
        assert_eq!(journal.output("ask", &mut command).unwrap(), "answer\n");
    }

    #[test]
    fn a_missing_program_is_named() {
        let journal = journal("missing");
        let text = journal.run("x", &mut Command::new("no-such-program-anywhere")).unwrap_err().to_string();
        assert!(text.contains("no-such-program-anywhere"), "{text}");
    }

    #[test]
    fn spans_read_well() {
        assert_eq!(span(Duration::from_millis(8140)), "8.1 s");
        assert_eq!(span(Duration::from_secs(125)), "2 min 05 s");
    }
}
