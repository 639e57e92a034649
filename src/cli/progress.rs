//! The progress bar on standard error, and Ctrl-C (or a request to terminate): once stops cleanly, twice at once,
//! but never while files are being put in place.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};

use decumulus::engine::Progress;
use decumulus::{Error, Result};
use indicatif::{HumanCount, ProgressBar, ProgressState, ProgressStyle};

use super::terminal::note;

/// Set by the first Ctrl-C; the handler of signals can reach nothing but a static.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Set while files are written, which is finished or undone rather than broken off.
static WRITING: AtomicBool = AtomicBool::new(false);

/// Set when all is done but the printing, which anything may end: whoever reads may be slow.
static DONE: AtomicBool = AtomicBool::new(false);

/// The exit code of a program that a second Ctrl-C ended, by the convention of shells.
const KILLED_BY_INTERRUPT: i32 = 130;

/// Watches a run: shows how far it is, and stops it when asked to.
#[derive(Debug)]
pub struct Watch {
    bar: ProgressBar,
}

impl Watch {
    /// Begins to watch `lifetimes`; nothing is shown if `quiet`, or if standard error is no terminal.
    pub fn begin(lifetimes: u64, quiet: bool) -> Self {
        listen_for_interrupt();
        let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new(lifetimes) };
        let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            // A formatter that cannot write has nobody to tell.
            let _ = write!(out, "{}", HumanCount(state.per_sec() as u64));
        };
        let template =
            "{bar:32} {percent:>3} %  {human_pos} of {human_len} lifetimes, {rate} a second, {eta} left{msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.with_key("rate", rate).progress_chars("=> "));
        }
        Self { bar }
    }

    /// Begins again, with the name of what is simulated.
    pub fn next(&self, name: &str) {
        self.bar.set_message(format!("  {name}"));
        self.bar.reset();
    }

    /// Takes the bar away: there will be nothing to write.
    pub fn give_up(&self) {
        self.bar.finish_and_clear();
    }

    /// Takes the bar away, and lets nothing but the end of the program break off what follows: the writing of
    /// files.
    ///
    /// # Errors
    ///
    /// The run was stopped before; nothing is to be written.
    pub fn end(&self) -> Result<Writing> {
        self.bar.finish_and_clear();
        let writing = Writing::begin();
        if self.cancelled() { Err(Error::interrupted()) } else { Ok(writing) }
    }
}

/// As long as it lives, files are written and nothing but the end of the program breaks that off; once it is dropped, a single
/// signal ends the program.
#[derive(Debug)]
pub struct Writing(());

impl Writing {
    /// Begins to write.
    pub fn begin() -> Self {
        listen_for_interrupt();
        WRITING.store(true, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        DONE.store(true, Ordering::SeqCst);
    }
}

impl Progress for Watch {
    fn advanced(&self, done: u64, _total: u64) {
        self.bar.set_position(done);
    }

    fn cancelled(&self) -> bool {
        STOPPED.load(Ordering::SeqCst)
    }
}

/// Says something to whoever sits before a terminal. Where standard error goes elsewhere it may block, and the next signal must be
/// heard.
fn tell(text: &str) {
    if io::stderr().is_terminal() {
        note(text);
    }
}

fn listen_for_interrupt() {
    let listening = ctrlc::set_handler(|| {
        if DONE.load(Ordering::SeqCst) {
            std::process::exit(KILLED_BY_INTERRUPT);
        }
        if WRITING.load(Ordering::SeqCst) {
            tell("the files are being written and will be whole in a moment");
            return;
        }
        if STOPPED.swap(true, Ordering::SeqCst) {
            std::process::exit(KILLED_BY_INTERRUPT);
        }
        tell("stopping; press Ctrl-C again to end at once");
    });
    // One handler serves for all that a command does.
    if let Err(error) = listening
        && !matches!(error, ctrlc::Error::MultipleHandlers)
    {
        note("warning: Ctrl-C cannot be caught here and will end the program at once");
    }
}
