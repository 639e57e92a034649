//! Problems as people read them: title, place, the line with a caret under the value, and what to do.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::error::{Error, Problem};
use crate::scenario::Sources;

/// Whether a report carries terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// For pipes and files.
    Plain,
    /// For a terminal.
    Terminal,
}

/// Every problem of an error with the line it stands on; an error without problems is one plain line.
#[must_use]
pub fn render_problems(error: &Error, sources: &Sources, colour: Colour) -> String {
    let renderer = match colour {
        Colour::Plain => Renderer::plain(),
        Colour::Terminal => Renderer::styled(),
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(100);
    if error.problems().is_empty() {
        let title = visible(&error.to_string());
        return renderer.render(&[Group::with_title(Level::ERROR.primary_title(title))]);
    }
    let reports: Vec<String> =
        error.problems().iter().map(|problem| renderer.render(&[group(problem, sources)])).collect();
    reports.join("\n\n")
}

fn group<'a>(problem: &Problem, sources: &'a Sources) -> Group<'a> {
    let place = problem.location.as_ref().and_then(|at| Some((at, sources.text_of(&at.file)?)));
    // A place in a file whose text is not at hand, such as one that the scenario names, is said in words.
    let elsewhere = problem.location.clone().filter(|_| place.is_none());
    let bare = Problem { location: elsewhere, help: None, ..problem.clone() };
    let title = Level::ERROR.primary_title(visible(&bare.to_string()));
    let mut group = Group::with_title(title);
    if let Some((at, text)) = place {
        let annotation = AnnotationKind::Primary.span(first_line(text, at.span.clone()));
        group = group.element(Snippet::source(text).path(visible(&at.file)).annotation(annotation));
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    group
}

/// A text in which nothing tells a terminal what to do; the renderer does the same for the lines of the file.
fn visible(text: &str) -> String {
    let shown = |c: char| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c };
    text.chars().map(shown).collect()
}

/// The part of a span on its first line, so that a whole table does not fill the screen.
fn first_line(text: &str, span: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let Some(within) = text.get(span.clone()) else { return 0..0 };
    let length = within.find('\n').unwrap_or(within.len());
    span.start..span.start + length
}
