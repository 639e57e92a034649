//! The sets of a chart with their colours, and what each says of the assets on which they differ most.

use crate::report::across::{Across, set_name};
use crate::report::chart::canvas::Canvas;
use crate::report::chart::font;
use crate::report::chart::frame::{BODY, LINE_ROOM, MARGIN, colour_of};
use crate::report::condition::{Assumed, assumed};
use crate::report::held;
use crate::report::words::{one_line, percent, percent_mean};

/// Height of a line, and blank space above the first.
const LINE: f64 = 16.0;
const ABOVE: f64 = 8.0;

/// The most assets of which it is said what the sets assume.
const MOST: usize = 2;

/// Means nearer than this are the same.
const SAME: f64 = 1e-9;

/// A line for each set.
pub(super) struct Legend {
    lines: Vec<(String, String)>,
}

impl Legend {
    pub(super) fn new(across: Across<'_>) -> Self {
        let means: Vec<Vec<Assumed>> =
            across.scenarios.iter().map(|scenario| assumed(&scenario.inputs.market)).collect();
        let disputed = disputed(across, &means);
        let line = |(scenario, means): (&crate::scenario::Scenario, &Vec<Assumed>)| {
            let said = disputed.iter().filter_map(|&place| {
                let name = one_line(&scenario.inputs.market.assets.get(place)?.name);
                let Assumed { arithmetic, compound } = *means.get(place)?;
                let mean = arithmetic
                    .map_or_else(String::new, |mean| format!("{} arithmetic, ", percent_mean(mean)));
                Some(format!("{name} {mean}{} compound", percent(compound)))
            });
            let said: Vec<String> = said.collect();
            let said = if said.is_empty() { String::new() } else { format!(": {} a year", said.join("; ")) };
            (set_name(scenario).to_string(), said)
        };
        Self { lines: across.scenarios.iter().zip(&means).map(line).collect() }
    }

    pub(super) fn height(&self) -> f64 {
        ABOVE + LINE * self.lines.len() as f64
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, top: f64) {
        for (set, (name, said)) in self.lines.iter().enumerate() {
            let y = top + ABOVE + LINE * (set as f64 + 0.5);
            canvas.rectangle((MARGIN, y - 4.0), (MARGIN + 14.0, y + 4.0), colour_of(set));
            let style = BODY.bold().coloured(colour_of(set));
            let name = font::fitted(&font::printable(name), style.size, style.weight, 0.5 * LINE_ROOM);
            canvas.text((MARGIN + 20.0, y + 4.0), &name, style);
            let left = MARGIN + 20.0 + font::width(&name, style.size, style.weight) + 1.0;
            canvas.text_in((left, y + 4.0), said, BODY.soft(), MARGIN + LINE_ROOM - left);
        }
    }
}

/// The held assets whose means the sets put furthest apart, counted by how much of them is held at most.
fn disputed(across: Across<'_>, means: &[Vec<Assumed>]) -> Vec<usize> {
    let Some((scenario, outcome)) = across.first() else { return vec![] };
    let all: Vec<usize> = (0..outcome.policies.len()).collect();
    let mean = |assumed: &Assumed| assumed.arithmetic.unwrap_or(assumed.compound);
    let apart = |place: usize| {
        let each = means.iter().filter_map(|of_set| of_set.get(place)).map(mean);
        let (least, most) = each.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), v| (l.min(v), m.max(v)));
        most - least
    };
    let weight = |place: usize| {
        let points = scenario.inputs.policies.iter().flat_map(|policy| policy.allocation.points());
        points.filter_map(|point| point.weights.get(place).copied()).fold(0.0, f64::max)
    };
    let mut held: Vec<usize> =
        held::assets(scenario, &all).into_iter().filter(|&place| apart(place) > SAME).collect();
    held.sort_by(|&a, &b| (apart(b) * weight(b)).total_cmp(&(apart(a) * weight(a))));
    held.truncate(MOST);
    held
}
