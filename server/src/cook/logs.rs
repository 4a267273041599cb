//! The logs of a cook as users of Intelligent Recommendations know them: an error log per entity,
//! and a status report per cook.
//!
//! ```text
//! StatusReport/<execution>.json          begun, then finished or failed
//! ErrorLogs/<execution>/<entity>.json    counts and first examples of what was dropped
//! ErrorLogs/<execution>/Pictures.json    the same about pictures that could not be seen
//! ```
//!
//! They hold what the report holds and nothing more: no shopper, no path outside the data folder.

use serde_json::{Value, json};

use super::report::CookReport;
use crate::{
    contract::{EntityReport, Problem, Report},
    moment::{compact, rfc3339},
    pictures::{PictureProblem, PictureReport},
    storage::{Storage, StorageError},
};

/// The name of the log about pictures.
const PICTURES: &str = "Pictures";

/// How far a cook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Begun and not ended.
    InProgress,
    /// Published.
    Success,
    /// Ended without publishing.
    Failed,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Status::InProgress => "InProgress",
            Status::Success => "Success",
            Status::Failed => "Failed",
        }
    }
}

/// The log folder of one cook.
#[derive(Debug)]
pub struct Logs {
    storage: Storage,
    execution: String,
    started: i64,
}

/// The name of an execution: when it began, and something that tells cooks of one second apart.
pub fn execution_name(started: i64, apart: u32) -> String {
    format!("{}-{apart:08x}", compact(started))
}

impl Logs {
    /// The logs of the execution of this name.
    pub fn new(storage: Storage, execution: String, started: i64) -> Self {
        Self { storage, execution, started }
    }

    /// Says that the cook has begun.
    pub fn begin(&self) -> Result<(), StorageError> {
        self.status(Status::InProgress, self.started, &json!([]), None)
    }

    /// Writes the error log of every entity, and that the cook has ended well.
    pub fn finish(&self, report: &CookReport, now: i64) -> Result<(), StorageError> {
        self.entities(&report.contract)?;
        if let Some(pictures) = &report.pictures {
            self.pictures(pictures)?;
        }
        let scenario = |list: &super::ListReport| {
            let status = if list.missing.is_some() { Status::Failed } else { Status::Success };
            json!({ "name": list.list, "status": status.name(), "entries": list.entries, "reason": list.missing })
        };
        self.status(Status::Success, now, &report.lists.iter().map(scenario).collect(), None)
    }

    /// Says why the cook has ended without a model.
    pub fn fail(&self, message: &str, now: i64) -> Result<(), StorageError> {
        self.status(Status::Failed, now, &json!([]), Some(message))
    }

    /// Writes the error log of every entity.
    pub fn entities(&self, report: &Report) -> Result<(), StorageError> {
        report.entities.iter().try_for_each(|entity| {
            let path = format!("ErrorLogs/{}/{}.json", self.execution, entity.entity);
            self.storage.write(&path, pretty(&self.entity(entity)).as_bytes())
        })
    }

    /// Pictures are read after the entity that names them, so they have a log of their own.
    fn pictures(&self, report: &PictureReport) -> Result<(), StorageError> {
        let log = json!({
            "executionID": self.execution,
            "Entity": PICTURES,
            "Total Record Count": report.items,
            "Total Dropped Records": report.items - report.seen,
            "Error Messages": report.problems.iter().map(picture_problem).collect::<Value>(),
            "Notes": report.notes,
        });
        let path = format!("ErrorLogs/{}/{PICTURES}.json", self.execution);
        self.storage.write(&path, pretty(&log).as_bytes())
    }

    fn status(
        &self,
        status: Status,
        now: i64,
        scenarios: &Value,
        message: Option<&str>,
    ) -> Result<(), StorageError> {
        let report = json!({
            "executionID": self.execution,
            "startTimeUtc": rfc3339(self.started),
            "reportLastUpdateTimeUtc": rfc3339(now),
            "status": status.name(),
            "message": message,
            "scenariosStatus": scenarios,
        });
        self.storage.write(&format!("StatusReport/{}.json", self.execution), pretty(&report).as_bytes())
    }

    fn entity(&self, entity: &EntityReport) -> Value {
        let damaged =
            entity.damaged_files.iter().map(|file| json!({ "File": file.file, "Message": file.message }));
        json!({
            "executionID": self.execution,
            "Entity": entity.entity,
            "Files": entity.files,
            "Total Record Count": entity.total_record_count,
            "Total Dropped Records": entity.total_dropped_records,
            "Error Messages": entity.errors.iter().map(problem).collect::<Value>(),
            "Warnings": entity.warnings.iter().map(problem).collect::<Value>(),
            "Damaged Files": damaged.collect::<Value>(),
            "Notes": entity.notes,
        })
    }
}

fn problem(problem: &Problem) -> Value {
    let examples = problem.examples.iter();
    let examples = examples.map(|one| json!({ "File": one.file, "Line": one.line, "Value": one.value }));
    json!({
        "Error Type": problem.error_type,
        "Attribute": problem.column,
        "Count": problem.count,
        "Message": problem.message,
        "Examples": examples.collect::<Value>(),
    })
}

fn picture_problem(problem: &PictureProblem) -> Value {
    let examples = problem.examples.iter();
    let examples =
        examples.map(|one| json!({ "Item": one.item, "Value": one.address, "Message": one.message }));
    json!({
        "Error Type": problem.error_type,
        "Count": problem.count,
        "Examples": examples.collect::<Value>(),
    })
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
