//! The foot of a chart: which run it shows, what ± means, on which figures of which sources it rests; wrapped, never cut.

use crate::engine::Outcome;
use crate::report::chart::canvas::{Canvas, TextStyle};
use crate::report::chart::font;
use crate::report::chart::frame::{BODY, GRID, LINE_ROOM, MARGIN, WIDTH};
use crate::report::chart::names;
use crate::report::held;
use crate::report::words::count;
use crate::scenario::Scenario;

/// Height of a line, and blank space above the rule and below the last line.
const LINE: f64 = 15.0;
const ABOVE: f64 = 8.0;
const BELOW: f64 = 10.0;

/// What ± and brackets are, on every chart that has them.
pub(super) const NOISE: &str = "± and brackets are 95 % margins of simulation noise: how far the figures would move with other \
                                random numbers, not whether the assumptions hold.";

/// The same where nothing was drawn.
pub(super) const NO_NOISE: &str = "Every start date is there once, so there is no simulation noise; but windows overlap, and \
                                   hold far less evidence than their number suggests.";

/// The lines of a foot.
pub(super) struct Footer {
    lines: Vec<String>,
}

fn style() -> TextStyle {
    BODY.soft().sized(10.5)
}

impl Footer {
    /// A foot of these sentences, each on lines of its own.
    pub(super) fn of(sentences: &[String]) -> Self {
        let style = style();
        let wrap = |text: &String| font::wrapped(&font::printable(text), style.size, style.weight, LINE_ROOM);
        Self { lines: sentences.iter().flat_map(wrap).collect() }
    }

    /// The foot of a chart of some policies of a run.
    pub(super) fn new(scenario: &Scenario, outcome: &Outcome, policies: &[usize]) -> Self {
        let noise = if outcome.enumerated { NO_NOISE } else { NOISE };
        let mut sentences = vec![run(outcome), noise.to_string()];
        sentences.extend(names::note(outcome));
        sentences.extend(held::means(scenario, policies));
        sentences.push(held::sources(scenario, policies));
        sentences.extend(held::interests_in_words(scenario, policies));
        Self::of(&sentences)
    }

    /// Room that it takes.
    pub(super) fn height(&self) -> f64 {
        ABOVE + LINE * self.lines.len() as f64 + BELOW
    }

    /// Draws it at the bottom of a canvas of a height.
    pub(super) fn draw(&self, canvas: &mut Canvas, height: f64) {
        let rule = height - self.height() + ABOVE;
        canvas.line(vec![(MARGIN, rule), (WIDTH - MARGIN, rule)], GRID, 1.0);
        for (i, line) in self.lines.iter().enumerate() {
            canvas.text((MARGIN, rule + LINE * (i as f64 + 1.0)), line, style());
        }
    }
}

/// The run in a line.
pub(super) fn run(outcome: &Outcome) -> String {
    let plan = outcome.plan_hash.get(..12).unwrap_or(&outcome.plan_hash);
    let what = if outcome.enumerated { "start date" } else { "simulated lifetime" };
    let seed = if outcome.enumerated { String::new() } else { format!(" · seed {}", outcome.seed) };
    format!(
        "{} {what}{}{seed} · plan {plan} · decumulus {} · hypothetical, not a forecast",
        count(outcome.lifetimes),
        if outcome.lifetimes == 1 { "" } else { "s" },
        env!("CARGO_PKG_VERSION"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_long_sentence_is_cut() {
        let long = (0..300).map(|i| format!("word{i}")).collect::<Vec<_>>().join(" ");
        let footer = Footer::of(std::slice::from_ref(&long));
        assert!(footer.lines.len() > 5);
        assert_eq!(footer.lines.join(" "), long);
    }
}
