//! Printing, and how the program ends: a closed pipe is success, an error becomes a report and an exit code.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use decumulus::report::USUAL_COLUMNS;
use decumulus::scenario::{Colour, Sources, render_problems};

/// An error that has been put into words already, with the exit code that it means.
#[derive(Debug)]
pub struct Report {
    text: String,
    code: u8,
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Report {}

impl Report {
    /// Bad input that is no matter of a place in a file.
    pub fn bad_input(message: impl std::fmt::Display) -> Self {
        Self { text: visible(&format!("error: {message}")), code: 2 }
    }

    /// An error of the library, with the lines of the scenario that it is about.
    pub fn of(error: &decumulus::Error, sources: &Sources) -> Self {
        Self { text: render_problems(error, sources, colour()), code: error.exit_code() }
    }
}

fn colour() -> Colour {
    let wanted = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    if wanted { Colour::Terminal } else { Colour::Plain }
}

/// Writes to standard output.
///
/// # Errors
///
/// Whatever the system says, a closed pipe included; [`exit_code`] knows what to make of it.
pub fn print(text: &str) -> anyhow::Result<()> {
    let text = visible(text);
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| {
        if error.kind() == io::ErrorKind::BrokenPipe {
            error.into()
        } else {
            anyhow::Error::new(error).context("could not write to standard output")
        }
    })
}

/// How many columns a table may take: what `COLUMNS` says, or the terminal, or else the usual number.
pub fn columns() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
    let seen = || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    said.or_else(seen).unwrap_or(USUAL_COLUMNS)
}

/// A line for people on standard error; nobody listening is no reason to fail.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", visible(text));
}

/// A report on standard error, in whose colours alone the terminal is told what to do.
pub fn show(report: &Report) {
    let _ = writeln!(io::stderr().lock(), "{}", report.text);
}

/// A text in which nothing tells a terminal what to do, whatever a file says: control characters but line ends and tabs as �.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() && c != '\n' && c != '\t' { char::REPLACEMENT_CHARACTER } else { c })
        .collect()
}

/// Reports an error, if there is one, and says how the process ends.
pub fn exit_code(done: anyhow::Result<()>) -> ExitCode {
    let Err(error) = done else { return ExitCode::SUCCESS };
    let closed_pipe = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(closed_pipe) {
        return ExitCode::SUCCESS;
    }
    if let Some(report) = error.downcast_ref::<Report>() {
        show(report);
        return ExitCode::from(report.code);
    }
    if let Some(error) = error.downcast_ref::<decumulus::Error>() {
        note(&format!("error: {error}"));
        return ExitCode::from(error.exit_code());
    }
    note(&format!("error: {error:#}"));
    ExitCode::FAILURE
}
