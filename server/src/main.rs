//! The `cookshelf` binary: parse, dispatch, print the error once, map it to an exit code.

use std::process::ExitCode;

use clap::Parser;
use cookshelf_server::cli::{self, Cli};

fn main() -> ExitCode {
    cli::run(Cli::parse()).into()
}
