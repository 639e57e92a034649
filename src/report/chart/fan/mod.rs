//! The fan chart of one policy: bands of the balance by age, and below them the share of lifetimes that
//! ran out of money.

mod captions;
mod plane;
mod ruin;

use std::fmt::Write as _;

use crate::error::Result;
use crate::report::chart::canvas::{Canvas, Colour};
use crate::report::chart::font;
use crate::report::chart::footer::Footer;
use crate::report::chart::frame::{
    BODY, GRID, LIGHT, LINE, MIDDLE, RULE, STRONG, WIDTH, ZONE_GROUND, apart, axis_break,
};
use crate::report::chart::heading::Heading;
use crate::report::chart::names::question;
use crate::report::chart::scale::{Scale, age_ticks};
use crate::report::view::{P5, P10, P25, P50, P75, P90, P95, View, margin};
use crate::report::words::{money, money_short, money_tick};
use crate::scenario::{MoneyAxis, Scenario};

pub(super) use captions::title;
use captions::{describe, subtitle};
use plane::{Fan, LEFT, RIGHT, RUIN_HEIGHT};
use ruin::ruin_panel;

/// From the head to the top of the plot, with and without the label of retirement.
const ABOVE: f64 = 28.0;
const ABOVE_UNLABELLED: f64 = 14.0;
/// Height of the plot, the panel of ruin included; the ticks of the age axis stand below it.
const PLOT: f64 = 422.0;
const TICKS: f64 = 38.0;
/// Height of the gap above the panel of ruin, which holds its heading.
const RUIN_GAP: f64 = 34.0;

/// The bands from wide to narrow, by places of percentiles.
const BANDS: [(usize, usize, Colour); 3] = [(P5, P95, LIGHT), (P10, P90, MIDDLE), (P25, P75, STRONG)];

/// Labels at the right edge, from top to bottom.
const LABELS: [(usize, &str); 7] =
    [(P95, "95th"), (P90, "90th"), (P75, "75th"), (P50, "median"), (P25, "25th"), (P10, "10th"), (P5, "5th")];

/// Draws the fan chart of a policy as SVG.
///
/// # Errors
///
/// None that is known: plotters writes into memory.
pub(super) fn draw(scenario: &Scenario, view: View<'_>, policy: usize) -> Result<String> {
    let title = title(scenario, view, policy);
    let description = describe(view, policy);
    compose(scenario, view, policy, &title).into_svg(&title, &description)
}

pub(super) fn compose(scenario: &Scenario, view: View<'_>, policy: usize, title: &str) -> Canvas {
    let rows = view.shown_rows();
    let ruin = ruin_panel(view, policy);
    let money = money_scale(scenario.output.axis, view);
    let heading = Heading::new(&question(scenario), title, &[subtitle(scenario.output.axis, money, view)]);
    let footer = Footer::new(scenario, view.outcome, &[policy]);
    let above = if view.outcome.retirement_age.is_some() { ABOVE } else { ABOVE_UNLABELLED };
    let top = heading.height_with_titles(title_lines(scenario, view)) + above;
    let bottom = top + PLOT;
    let fan = Fan {
        view,
        policy,
        rows,
        money,
        top,
        floor: if ruin.is_some() { bottom - RUIN_HEIGHT - RUIN_GAP } else { bottom },
        bottom,
        last_age: view.last_age().unwrap_or(view.outcome.start_age + 1),
    };
    let height = bottom + TICKS + footer.height();
    let mut canvas = Canvas::new(WIDTH, height);
    heading.draw(&mut canvas);
    fan.grid(&mut canvas);
    fan.bands(&mut canvas);
    fan.retirement(&mut canvas);
    fan.edge_labels(&mut canvas);
    if let Some(most) = ruin {
        fan.ruin(&mut canvas, Scale::for_shares(most));
    }
    fan.ages(&mut canvas);
    footer.draw(&mut canvas, height);
    canvas
}

/// The most policies for which all titles are laid out, so that all fans are alike.
const MOST_ALIKE: usize = 12;

/// Lines that the longest title of all fans takes; of many fans that of most.
fn title_lines(scenario: &Scenario, view: View<'_>) -> usize {
    let policies = view.outcome.policies.len();
    if policies > MOST_ALIKE {
        return 2;
    }
    (0..policies).map(|policy| Heading::title_lines(&title(scenario, view, policy))).max().unwrap_or(1)
}

/// The axis of money, the same for all policies, so that their fans can be laid side by side.
///
/// The opening balance and every median until the age of decision lie on it. After that age only the upper halves ask for
/// room: lower ones may fall to nothing, for which no log axis reaches far enough.
fn money_scale(axis: MoneyAxis, view: View<'_>) -> Scale {
    let rows = view.shown_rows();
    let saving = view.decision_age().and_then(|age| view.outcome.age_index(age)).map_or(rows, |row| row + 1);
    let opening = view.outcome.opening_balance;
    let (mut drawn, mut wanted, mut medians) = (vec![opening], vec![opening], vec![opening]);
    for policy in 0..view.outcome.policies.len() {
        for row in 0..rows {
            for (place, _) in LABELS {
                let amount = view.balances().percentiles.get([policy, row, place]).copied();
                let amount = amount.unwrap_or(f64::NAN);
                drawn.push(amount);
                if row < saving || place >= P50 {
                    wanted.push(amount);
                }
                if row < saving && place == P50 {
                    medians.push(amount);
                }
            }
        }
    }
    Scale::covering(axis, &drawn, &wanted, &medians)
}

impl Fan<'_> {
    /// Grid lines with their amounts, and the zone of zero with its break.
    fn grid(&self, canvas: &mut Canvas) {
        let style = BODY.soft().to_the_left();
        if let Some((at_break, end)) = self.money.zone() {
            let place = |share: f64| self.floor - share * (self.floor - self.top);
            canvas.rectangle((LEFT, place(end)), (RIGHT, self.floor), ZONE_GROUND);
            canvas.text((LEFT - 8.0, self.floor + 4.0), "$0", style);
            axis_break(canvas, (LEFT, place(at_break)), true);
        }
        let limit = ((self.floor - self.top) / 34.0) as usize;
        for tick in self.money.ticks(limit) {
            let y = self.y(tick).round() + 0.5;
            canvas.line(vec![(LEFT, y), (RIGHT, y)], GRID, 1.0);
            canvas.text((LEFT - 8.0, y + 4.0), &money_tick(tick), style);
        }
        canvas.line(vec![(LEFT, self.floor), (RIGHT, self.floor)], GRID, 1.0);
    }

    fn bands(&self, canvas: &mut Canvas) {
        for (low, high, fill) in BANDS {
            let mut outline = self.path(low);
            outline.extend(self.path(high).into_iter().rev());
            canvas.polygon(outline, fill);
        }
        canvas.line(self.path(P50), LINE, 2.4);
    }

    fn retirement(&self, canvas: &mut Canvas) {
        let outcome = self.view.outcome;
        let inside = |age: &u32| *age >= outcome.start_age && *age <= self.last_age;
        let Some(age) = outcome.retirement_age.filter(inside) else { return };
        let x = self.x(f64::from(age)).round() + 0.5;
        canvas.line(vec![(x, self.top - 4.0), (x, self.floor)], RULE, 1.0);
        // The heading of the panel of ruin stands in the gap.
        if self.floor < self.bottom {
            canvas.line(vec![(x, self.bottom - RUIN_HEIGHT), (x, self.bottom)], RULE, 1.0);
        }
        let mut label = format!("retirement {}", self.view.clock.at(age));
        if let Some(median) = self.view.percentile(self.policy, age, P50) {
            let _ = write!(label, ": median {}", money(median.value));
            if margin(median).is_finite() {
                let _ = write!(label, " ± {}", money_short(margin(median)));
            }
            canvas.disc((x, self.y(median.value)), 4.0, LINE);
        }
        let half = font::width(&label, BODY.size, BODY.weight) / 2.0;
        let at = x.clamp(LEFT + half, WIDTH - 24.0 - half);
        canvas.text((at, self.top - 10.0), &label, BODY.centred());
    }

    /// What each line is, beside its end.
    fn edge_labels(&self, canvas: &mut Canvas) {
        let Some(row) = self.rows.checked_sub(1) else { return };
        let labels = merged(LABELS.map(|(place, name)| (name, self.value(row, place))));
        let wanted: Vec<f64> = labels.iter().map(|label| self.y(label.1)).collect();
        let places = apart(&wanted, 16.0, self.top + 2.0, self.floor);
        for ((text, amount, is_median), place) in labels.iter().zip(&places) {
            let from = (RIGHT + 3.0, self.y(*amount));
            canvas.line(vec![from, (RIGHT + 9.0, *place), (RIGHT + 13.0, *place)], RULE, 0.8);
            let style = if *is_median { BODY.bold() } else { BODY };
            canvas.text_in((RIGHT + 17.0, place + 4.0), text, style, WIDTH - RIGHT - 20.0);
        }
    }

    fn ages(&self, canvas: &mut Canvas) {
        let style = BODY.soft().centred();
        canvas.line(vec![(LEFT, self.bottom), (RIGHT, self.bottom)], RULE, 1.0);
        for age in age_ticks(self.view.outcome.start_age, self.last_age, 16) {
            let x = self.x(f64::from(age));
            canvas.line(vec![(x, self.bottom), (x, self.bottom + 5.0)], RULE, 1.0);
            canvas.text((x, self.bottom + 18.0), &age.to_string(), style);
        }
        let middle = f64::midpoint(LEFT, RIGHT);
        canvas.text((middle, self.bottom + 33.0), self.view.clock.name(), style);
    }
}

/// A label: its text, where its line ends, and whether it is (or holds) the median.
type Label = (String, f64, bool);

/// Labels from top to bottom; neighbours that say the same share one.
fn merged(labels: [(&'static str, f64); 7]) -> Vec<Label> {
    let mut out: Vec<Label> = Vec::new();
    let drawn: Vec<_> = labels.into_iter().filter(|(_, amount)| !amount.is_nan()).collect();
    for group in drawn.chunk_by(|a, b| balance(a.1) == balance(b.1)) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let name = if group.len() == 1 { first.0.to_string() } else { format!("{}–{}", last.0, first.0) };
        let holds_median = group.iter().any(|(name, _)| *name == "median");
        out.push((format!("{name} {}", balance(first.1)), first.1, holds_median));
    }
    out
}

/// A balance in words: only zero is depleted, and nothing else is printed as zero.
fn balance(amount: f64) -> String {
    match amount {
        0.0 => "depleted".to_string(),
        less if less > 0.0 && less < 0.005 => "< $0.01".to_string(),
        amount => money(amount),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::canvas::Shape;
    use crate::report::chart::tests::cases;

    #[test]
    fn only_zero_is_depleted() {
        let labels = |low: f64| {
            let drawn = [("95th", 1e15), ("90th", 1e14), ("75th", 1e12), ("median", 1e9), ("25th", low)];
            let rest = [("10th", 0.0), ("5th", 0.0)];
            let all: Vec<_> = drawn.into_iter().chain(rest).collect();
            merged(all.try_into().unwrap()).into_iter().map(|label| label.0).collect::<Vec<_>>()
        };
        assert_eq!(labels(9.99e6)[4..], ["25th $9.99M", "5th–10th depleted"]);
        assert_eq!(labels(0.001)[4..], ["25th < $0.01", "5th–10th depleted"]);
        assert_eq!(labels(0.0)[4..], ["5th–25th depleted"]);
    }

    #[test]
    fn the_axis_is_the_same_for_all_policies_and_holds_the_opening_balance_and_every_early_median() {
        for (case, scenario, outcome) in cases() {
            let view = View::new(&scenario, &outcome);
            let scale = money_scale(scenario.output.axis, view);
            assert!(outcome.opening_balance == 0.0 || outcome.opening_balance >= scale.low(), "{case}");
            let decision = view.decision_age().unwrap();
            for policy in 0..outcome.policies.len() {
                for row in 0..=outcome.age_index(decision).unwrap() {
                    let median = view.balances().percentiles[[policy, row, P50]];
                    assert!(median == 0.0 || median >= scale.low(), "{case} {policy} {row}");
                    assert!(!scale.is_above(median), "{case} {policy} {row}");
                }
            }
            // The amounts along the axis are the same in every picture, at the same height.
            let ticks = |policy: usize| -> Vec<Shape> {
                let canvas = compose(&scenario, view, policy, "one line");
                let is_tick = |shape: &Shape| matches!(shape, Shape::Text { at, text, .. } if at.0 < LEFT && text.starts_with('$'));
                canvas.shapes().iter().filter(|shape| is_tick(shape)).cloned().collect()
            };
            let last = outcome.policies.len() - 1;
            assert!(!ticks(0).is_empty() && ticks(0) == ticks(last), "{case}");
        }
    }
}
