//! What the process says to the shell: the only place with exit codes.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All went well.
    Done,
    /// The input or the settings are at fault; the message says where.
    Input,
    /// The machine is at fault: a disk, a port, a permission.
    System,
    /// The work was stopped at its memory limit.
    Memory,
    /// A model was made, and the gate held it back.
    Held,
    /// The program is at fault.
    Fault,
    /// As the process ended that did the work.
    Same(u8),
}

impl Exit {
    /// As the shell sees it.
    pub fn number(self) -> u8 {
        match self {
            Exit::Done => 0,
            // 2 is what the argument parser uses for wrong arguments.
            Exit::Input => 3,
            Exit::System => 4,
            Exit::Memory => 5,
            Exit::Held => 6,
            Exit::Fault => 70,
            Exit::Same(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.number())
    }
}
