//! The command line: one request for each sub-command, and exit codes 0 (done), 1 (failed) and 2 (bad input).

mod arguments;
mod assumptions;
mod breakeven;
mod calibrate;
mod check;
mod list;
mod load;
mod papers;
mod progress;
mod record;
mod run;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        None => run::run(&arguments.run),
        Some(Command::Run(run_arguments)) => run::run(&run_arguments),
        Some(Command::Check(check_arguments)) => check::check(&check_arguments),
        Some(Command::Breakeven(breakeven_arguments)) => breakeven::break_even(&breakeven_arguments),
        Some(Command::Calibrate(calibrate_arguments)) => calibrate::calibrate(&calibrate_arguments),
        Some(Command::Schema) => list::schema(),
        Some(Command::Assumptions { name, format }) => assumptions::assumptions(name.as_deref(), format),
        Some(Command::Scenarios { name }) => list::scenarios(name.as_deref()),
    };
    terminal::exit_code(done)
}
