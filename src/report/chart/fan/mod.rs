//! The fan chart of one policy: bands of the balance by age, and below them the share of lifetimes that
//! ran out of money.

mod ruin;
mod words;

use std::fmt::Write as _;

use crate::error::Result;
use crate::report::chart::canvas::{Canvas, Colour};
use crate::report::chart::font;
use crate::report::chart::frame::{
    BODY, FOOTER, GRID, LIGHT, LINE, MIDDLE, RULE, STRONG, WIDTH, apart, footer, headings,
};
use crate::report::chart::scale::{Scale, age_ticks};
use crate::report::view::{P5, P10, P25, P50, P75, P90, P95, View, margin};
use crate::report::words::{money, money_short, money_tick};
use crate::scenario::{MoneyAxis, Scenario};

use ruin::ruin_panel;
pub(super) use words::title;
use words::{describe, subtitle};

const HEIGHT: f64 = 600.0;
const LEFT: f64 = 72.0;
const RIGHT: f64 = 804.0;
const TOP: f64 = 92.0;
/// Bottom of the lowest panel; the ticks of the age axis stand below.
const BOTTOM: f64 = HEIGHT - FOOTER - 38.0;
/// Height of the panel of ruin, and of the gap above it that holds its heading.
const RUIN_HEIGHT: f64 = 66.0;
const RUIN_GAP: f64 = 34.0;

/// The bands from wide to narrow, by places of percentiles.
const BANDS: [(usize, usize, Colour); 3] = [(P5, P95, LIGHT), (P10, P90, MIDDLE), (P25, P75, STRONG)];

/// Labels at the right edge, from top to bottom.
const LABELS: [(usize, &str); 7] =
    [(P95, "95th"), (P90, "90th"), (P75, "75th"), (P50, "median"), (P25, "25th"), (P10, "10th"), (P5, "5th")];

/// A balance below this share of the axis is as good as nothing.
const DEPLETED: f64 = 1e-7;

/// How many times as far as its own axis the common one may reach for a policy to be drawn on it.
const COMMON_WITHIN_LINEAR: f64 = 2.0;
const COMMON_WITHIN_LOG: f64 = 30.0;

/// A policy's fan with what is needed to place it.
struct Fan<'a> {
    view: View<'a>,
    policy: usize,
    rows: usize,
    money: Scale,
    /// Bottom of the panel of money.
    floor: f64,
    last_age: u32,
}

/// Draws the fan chart of a policy as SVG.
///
/// # Errors
///
/// None that is known: plotters writes into memory.
pub(super) fn draw(scenario: &Scenario, view: View<'_>, policy: usize) -> Result<String> {
    let title = title(view, policy);
    let description = describe(view, policy);
    compose(scenario, view, policy, &title).into_svg(&title, &description)
}

pub(super) fn compose(scenario: &Scenario, view: View<'_>, policy: usize, title: &str) -> Canvas {
    let rows = view.shown_rows();
    let ruin = ruin_panel(view, policy);
    let fan = Fan {
        view,
        policy,
        rows,
        money: money_scale(scenario.output.axis, view, policy),
        floor: if ruin.is_some() { BOTTOM - RUIN_HEIGHT - RUIN_GAP } else { BOTTOM },
        last_age: view.last_age().unwrap_or(view.outcome.start_age + 1),
    };
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    headings(&mut canvas, title, &subtitle(scenario.output.axis, view));
    fan.grid(&mut canvas);
    fan.bands(&mut canvas);
    fan.retirement(&mut canvas);
    fan.edge_labels(&mut canvas);
    if let Some(most) = ruin {
        fan.ruin(&mut canvas, Scale::for_shares(most));
    }
    fan.ages(&mut canvas);
    footer(&mut canvas, HEIGHT, scenario, view.outcome);
    canvas
}

/// The same axis for all policies, unless this one would hardly be seen on it.
///
/// After the age of decision only the upper halves ask for room: lower ones may fall to nothing, for which no log
/// axis reaches far enough.
fn money_scale(axis: MoneyAxis, view: View<'_>, policy: usize) -> Scale {
    let rows = view.shown_rows();
    let saving = view.decision_age().and_then(|age| view.outcome.age_index(age)).map_or(rows, |row| row + 1);
    let amounts = |policy: usize| {
        let table = view.balances();
        let place = move |row: usize| {
            let asks = move |place: usize| row < saving || place > P50;
            BANDS.iter().flat_map(|b| [b.0, b.1]).filter(move |p| asks(*p)).map(move |p| [policy, row, p])
        };
        (0..rows)
            .flat_map(place)
            .filter_map(|index| table.percentiles.get(index).copied())
            .chain([view.outcome.opening_balance])
    };
    let policies = 0..view.outcome.policies.len();
    let least_typical = policies.clone().map(|p| typical_early(view, p)).fold(f64::INFINITY, f64::min);
    let own = Scale::covering(axis, amounts(policy)).reaching_down_to(typical_early(view, policy));
    let common = Scale::covering(axis, policies.flat_map(amounts)).reaching_down_to(least_typical);
    let within = if axis == MoneyAxis::Log { COMMON_WITHIN_LOG } else { COMMON_WITHIN_LINEAR };
    if common.high() <= own.high() * within { common } else { own }
}

/// The median a quarter of the way to the age of decision, which no spread at later ages may push below
/// the floor; infinite if there is none.
fn typical_early(view: View<'_>, policy: usize) -> f64 {
    let decision = view.decision_age().unwrap_or(0);
    let early = view.outcome.ages.iter().filter(|age| **age <= decision).count() / 4;
    let median = view.balances().percentiles.get([policy, early, P50]).copied();
    median.filter(|m| *m > 0.0).unwrap_or(f64::INFINITY)
}

impl Fan<'_> {
    fn x(&self, age: f64) -> f64 {
        let start = f64::from(self.view.outcome.start_age);
        let years = (f64::from(self.last_age) - start).max(1.0);
        LEFT + (age - start) / years * (RIGHT - LEFT)
    }

    fn y(&self, amount: f64) -> f64 {
        self.floor - self.money.position(amount) * (self.floor - TOP)
    }

    fn value(&self, row: usize, place: usize) -> f64 {
        self.view.balances().percentiles.get([self.policy, row, place]).copied().unwrap_or(f64::NAN)
    }

    /// A percentile's line from the opening balance to the last age.
    fn path(&self, place: usize) -> Vec<(f64, f64)> {
        let outcome = self.view.outcome;
        let start = (self.x(f64::from(outcome.start_age)), self.y(outcome.opening_balance));
        let rows = outcome.ages.iter().take(self.rows).enumerate();
        let points = rows.map(|(row, &age)| (self.x(f64::from(age)), self.value(row, place)));
        let drawn = points.filter(|(_, value)| !value.is_nan()).map(|(x, value)| (x, self.y(value)));
        [start].into_iter().chain(drawn).collect()
    }

    /// Whether any balance that is drawn lies below the floor of a log axis.
    fn is_clamped(&self) -> bool {
        let opening = self.money.is_below_floor(self.view.outcome.opening_balance);
        opening || (0..self.rows).any(|row| self.money.is_below_floor(self.value(row, P5)))
    }

    fn grid(&self, canvas: &mut Canvas) {
        let style = BODY.soft().to_the_left();
        let limit = ((self.floor - TOP) / 34.0) as usize;
        for tick in self.money.ticks(limit) {
            let y = self.y(tick).round() + 0.5;
            // The floor of a log axis has its own label.
            if self.is_clamped() && self.floor - y < 26.0 && self.money.low() > 0.0 {
                continue;
            }
            canvas.line(vec![(LEFT, y), (RIGHT, y)], GRID, 1.0);
            canvas.text((LEFT - 8.0, y + 4.0), &money_tick(tick), style);
        }
        if self.is_clamped() {
            let low = money_tick(self.money.low());
            canvas.text((LEFT - 8.0, self.floor - 2.0), &low, style);
            canvas.text((LEFT - 8.0, self.floor + 9.0), "or less", style.sized(10.0));
        }
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
        canvas.line(vec![(x, TOP - 4.0), (x, self.floor)], RULE, 1.0);
        // The heading of the panel of ruin stands in the gap.
        if self.floor < BOTTOM {
            canvas.line(vec![(x, BOTTOM - RUIN_HEIGHT), (x, BOTTOM)], RULE, 1.0);
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
        canvas.text((at, TOP - 10.0), &label, BODY.centred());
    }

    /// What each line is, beside its end.
    fn edge_labels(&self, canvas: &mut Canvas) {
        let Some(row) = self.rows.checked_sub(1) else { return };
        let labels = merged(LABELS.map(|(place, name)| (name, self.value(row, place))), self.money);
        let wanted: Vec<f64> = labels.iter().map(|label| self.y(label.1)).collect();
        let places = apart(&wanted, 16.0, TOP + 2.0, self.floor);
        for ((text, amount, is_median), place) in labels.iter().zip(&places) {
            let from = (RIGHT + 3.0, self.y(*amount));
            canvas.line(vec![from, (RIGHT + 9.0, *place), (RIGHT + 13.0, *place)], RULE, 0.8);
            let style = if *is_median { BODY.bold() } else { BODY };
            canvas.text_in((RIGHT + 17.0, place + 4.0), text, style, WIDTH - RIGHT - 20.0);
        }
    }

    fn ages(&self, canvas: &mut Canvas) {
        let style = BODY.soft().centred();
        canvas.line(vec![(LEFT, BOTTOM), (RIGHT, BOTTOM)], RULE, 1.0);
        for age in age_ticks(self.view.outcome.start_age, self.last_age, 16) {
            let x = self.x(f64::from(age));
            canvas.line(vec![(x, BOTTOM), (x, BOTTOM + 5.0)], RULE, 1.0);
            canvas.text((x, BOTTOM + 18.0), &age.to_string(), style);
        }
        let middle = f64::midpoint(LEFT, RIGHT);
        canvas.text((middle, BOTTOM + 33.0), self.view.clock.name(), style);
    }
}

/// A label: its text, where its line ends, and whether it is (or holds) the median.
type Label = (String, f64, bool);

/// Labels from top to bottom; neighbours that say the same share one.
fn merged(labels: [(&'static str, f64); 7], scale: Scale) -> Vec<Label> {
    let says = |amount: f64| if amount < scale.high() * DEPLETED { "depleted".into() } else { money(amount) };
    let mut out: Vec<Label> = Vec::new();
    let drawn: Vec<_> = labels.into_iter().filter(|(_, amount)| !amount.is_nan()).collect();
    for group in drawn.chunk_by(|a, b| says(a.1) == says(b.1)) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let name = if group.len() == 1 { first.0.to_string() } else { format!("{}–{}", last.0, first.0) };
        let holds_median = group.iter().any(|(name, _)| *name == "median");
        out.push((format!("{name} {}", says(first.1)), first.1, holds_median));
    }
    out
}
