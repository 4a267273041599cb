//! The command line: what can be typed, and nothing about how it is done.
//!
//! The `///` lines of the arguments are the help. Each command is one file that
//! turns arguments into values, makes one call, and prints.

mod backup;
mod check;
mod contained;
mod cook;
mod demo_data;
mod eval;
mod init;
mod inspect;
mod keys;
mod output;
mod remote;
mod serve;
mod settings;
mod storage;

use clap::{CommandFactory, Parser, Subcommand};

use crate::cook::CookError;
use crate::exit_code::Exit;

/// Cook a shop's data into models that recommend in the shopper's browser, and serve them.
///
/// A data folder of the Intelligent Recommendations contract goes in; a folder of small immutable blobs comes
/// out, which this program or any static host can serve.
#[derive(Debug, Parser)]
#[command(
    name = "cookshelf",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Cook(Box<cook::Args>),
    Check(check::Args),
    Eval(eval::Args),
    Inspect(inspect::Args),
    Serve(serve::Args),
    DemoData(demo_data::Args),
    Init(init::Args),
    Storage(storage::Args),
    Backup(backup::BackupArgs),
    Restore(backup::RestoreArgs),
    CheckConfig(serve::CheckConfigArgs),
    Apply(remote::ApplyArgs),
    Diff(remote::DiffArgs),
    Export(remote::ExportArgs),
    Get(remote::GetArgs),
    List(remote::ListArgs),
    Delete(remote::DeleteArgs),
    Cooks(remote::CooksArgs),
    Release(remote::ReleaseArgs),
    Key(remote::KeyArgs),
    Health(remote::HealthArgs),
    Rows(remote::RowsArgs),
    Audit(remote::AuditArgs),
    Completions(CompletionsArgs),
}

/// Print completions for a shell
#[derive(Debug, clap::Args)]
struct CompletionsArgs {
    shell: clap_complete::Shell,
}

/// Runs what was typed. Errors are printed here, once.
pub fn run(cli: Cli) -> Exit {
    let ended = match cli.command {
        Command::Cook(args) => cook::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Serve(args) => serve::run(args),
        Command::DemoData(args) => demo_data::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Storage(args) => args.run(),
        Command::Backup(args) => args.run(),
        Command::Restore(args) => args.run(),
        Command::CheckConfig(args) => args.run(),
        Command::Apply(args) => args.run(),
        Command::Diff(args) => args.run(),
        Command::Export(args) => args.run(),
        Command::Get(args) => args.run(),
        Command::List(args) => args.run(),
        Command::Delete(args) => args.run(),
        Command::Cooks(args) => args.run(),
        Command::Release(args) => args.run(),
        Command::Key(args) => args.run(),
        Command::Health(args) => args.run(),
        Command::Rows(args) => args.run(),
        Command::Audit(args) => args.run(),
        Command::Completions(args) => {
            clap_complete::generate(args.shell, &mut Cli::command(), "cookshelf", &mut std::io::stdout());
            Ok(())
        }
    };
    match ended {
        Ok(()) => Exit::Done,
        Err(failure) => {
            if !failure.message.is_empty() {
                output::error(&failure.message);
            }
            failure.exit
        }
    }
}

/// A failed cook, or a part of one.
fn cook_failure(cause: &CookError) -> Failure {
    let exit = match cause {
        CookError::Contract(_)
        | CookError::NoItems { .. }
        | CookError::OwnModel(_)
        | CookError::Train(_)
        | CookError::TooLarge { .. } => Exit::Input,
        CookError::Lost { .. } => Exit::Held,
        CookError::Publish(_) => Exit::System,
        CookError::Pack(_) => Exit::Fault,
    };
    Failure::new(exit, cause.to_string())
}

/// A failed command: what to print and how to end. Nothing is printed when another process has said it.
#[derive(Debug)]
struct Failure {
    message: String,
    exit: Exit,
}

impl Failure {
    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { message: message.into(), exit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
