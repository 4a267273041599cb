//! The settings that a command works with: a file given by hand, or the one beside the data.

use std::{fs, path::PathBuf};

use super::Failure;
use crate::{
    contract::ReadAs,
    cook::read_settings,
    exit_code::Exit,
    settings::{self, Settings},
    storage::Storage,
};

#[derive(Debug, Default, clap::Args)]
pub(super) struct Given {
    /// Settings file; `cookshelf.toml` beside the data when not given, and no file is needed at all
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// How the files are understood; found out by looking at them when not given
    #[arg(long, value_name = "FORM", value_parser = form)]
    from: Option<ReadAs>,
}

fn form(text: &str) -> Result<ReadAs, String> {
    ReadAs::of_name(text).ok_or_else(|| ReadAs::ALL.map(ReadAs::name).join(", "))
}

impl Given {
    pub(super) fn read_as(&self) -> Option<ReadAs> {
        self.from
    }

    pub(super) fn settings(&self, storage: &Storage) -> Result<Settings, Failure> {
        let Some(path) = &self.settings else {
            return read_settings(storage).map_err(|cause| Failure::new(Exit::Input, cause.to_string()));
        };
        let shown = path.display().to_string();
        let large = fs::metadata(path).is_ok_and(|about| about.len() > settings::LARGEST);
        if large {
            return Err(Failure::new(Exit::Input, format!("{shown}: the file is larger than any settings")));
        }
        let text = fs::read_to_string(path);
        let text =
            text.map_err(|cause| Failure::new(Exit::Input, format!("cannot read {shown}: {cause}")))?;
        Settings::read(&text, &shown).map_err(|cause| Failure::new(Exit::Input, cause.to_string()))
    }
}
