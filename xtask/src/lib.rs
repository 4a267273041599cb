//! What a person types: `cargo xtask demo`, `test`, `bench`, `soak`, `peers`,
//! `verify-privacy`.
//!
//! Sets up every tool it needs, says what it is doing, and keeps all output of
//! those tools in log files. Knows how the product is built and run; knows
//! nothing about how the product works.
//!
//! Rooms, in reading order:
//!
//! ```text
//! arguments   the words after `cargo xtask`
//! demo        build all, make a shop, cook it, serve it
//! test        every suite, one table
//! bench       every measurement, one table, BENCHMARKS.md
//! peers       our lists beside those of other programs
//! soak        the fault tests of the server, for hours
//! visit       what is done in browsers: the privacy promise of a page, pictures of the demo
//! page        parts of BENCHMARKS.md, and how tables look
//! workshop    what the three share: build the server, the package, the storefront
//! shop        a generated shop, cooked
//! tools · node · debian    things installed from outside
//! api         the server against its own description
//! deploy      what operators deploy, linted and tried as far as one machine can
//! emulators   object stores of this machine, for the tests
//! postgres    a real PostgreSQL, for the tests
//! faults      the fault tests of the server, on both databases
//! journal     steps, elapsed time, log files
//! places      where everything lies
//! ```

use std::process::ExitCode;

pub mod api;
pub mod arguments;
pub mod bench;
pub mod broker;
pub mod counts;
pub mod debian;
pub mod demo;
pub mod deploy;
pub mod emulators;
pub mod failure;
pub mod faults;
pub mod fuzz;
pub mod journal;
pub mod node;
pub mod page;
pub mod peers;
pub mod places;
pub mod postgres;
pub mod python;
pub mod shop;
pub mod soak;
pub mod stamp;
pub mod test;
pub mod tools;
pub mod visit;
pub mod workshop;

use arguments::Task;
use failure::Failure;
use workshop::Workshop;

/// Does what the words ask for.
pub fn run(words: &[String]) -> Result<ExitCode, Failure> {
    match arguments::parse(words)? {
        Task::Help => {
            print!("{}", arguments::HELP);
            Ok(ExitCode::SUCCESS)
        }
        Task::Setup => workshop::set_up(&Workshop::open("setup")?),
        Task::Demo(plan) => demo::run(&Workshop::open("demo")?, &plan),
        Task::ListSuites => Ok(test::list()),
        Task::Test(plan) => test::run(&Workshop::open("test")?, &plan),
        Task::Bench(plan) => bench::run(&Workshop::open("bench")?, &plan),
        Task::Peers(plan) => peers::run(&Workshop::open("peers")?, &plan),
        Task::Soak(plan) => soak::run(&Workshop::open("soak")?, &plan),
        Task::Pictures => visit::pictures(&Workshop::open("pictures")?),
        Task::Verify(plan) => visit::run(&Workshop::open("verify")?, &plan),
        Task::FormatStamp => stamp::update(&Workshop::open("format-stamp")?.places),
    }
}
