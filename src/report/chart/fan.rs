//! The fan chart of one policy: bands of the balance by age, and below them the share of lifetimes that
//! ran out of money.

use crate::engine::Interval;
use crate::error::Result;
use crate::report::chart::canvas::{Canvas, Colour};
use crate::report::chart::font;
use crate::report::chart::frame::{
    BODY, FOOTER, GRID, LIGHT, LINE, LINE_ROOM, MIDDLE, RUIN_FILL, RUIN_LINE, RULE, STRONG, WIDTH, apart,
    footer, headings, title_style,
};
use crate::report::chart::scale::{Scale, age_ticks};
use crate::report::view::{P5, P10, P25, P50, P75, P90, P95, View};
use crate::report::words::{
    capitalised, dollars_of, money, money_short, money_tick, one_line, percent, percent_tick,
    percent_with_interval,
};
use crate::scenario::{MoneyAxis, Scenario};

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

/// The largest probability of ruin of any policy, if there is a panel: withdrawals are made.
fn ruin_panel(view: View<'_>, policy: usize) -> Option<f64> {
    let own = view.outcome.policies.get(policy)?;
    if own.ruin_by_age.is_empty() {
        return None;
    }
    let all = view.outcome.policies.iter().flat_map(|p| &p.ruin_by_age);
    Some(all.map(|i| i.value).filter(|v| v.is_finite()).fold(0.0, f64::max))
}

/// The same axis for all policies, unless this one would hardly be seen on it.
fn money_scale(axis: MoneyAxis, view: View<'_>, policy: usize) -> Scale {
    let rows = view.shown_rows();
    let amounts = |policy: usize| {
        let table = view.balances();
        (0..rows)
            .flat_map(move |row| BANDS.iter().flat_map(|b| [b.0, b.1]).map(move |p| [policy, row, p]))
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
            label.push_str(&format!(": median {}", money(median.value)));
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

    /// The panel of ruin, on the same age axis.
    fn ruin(&self, canvas: &mut Canvas, shares: Scale) {
        let Some(own) = self.view.outcome.policies.get(self.policy) else { return };
        let top = BOTTOM - RUIN_HEIGHT;
        let y = |share: f64| BOTTOM - shares.position(share) * RUIN_HEIGHT;
        let heading = "Ran out of money so far, share of all lifetimes";
        canvas.text((LEFT, top - 8.0), heading, BODY.bold());
        for tick in shares.ticks(3) {
            let place = y(tick).round() + 0.5;
            canvas.line(vec![(LEFT, place), (RIGHT, place)], GRID, 1.0);
            canvas.text((LEFT - 8.0, place + 4.0), &percent_tick(tick), BODY.soft().to_the_left());
        }
        let rows = self.view.outcome.ages.iter().zip(&own.ruin_by_age).take(self.rows);
        let drawn = rows.filter(|(_, share)| share.value.is_finite());
        let mut path = vec![(self.x(f64::from(self.view.outcome.start_age)), BOTTOM)];
        path.extend(drawn.map(|(&age, share)| (self.x(f64::from(age)), y(share.value))));
        let mut area = path.clone();
        area.push((path.last().map_or(LEFT, |p| p.0), BOTTOM));
        canvas.polygon(area, RUIN_FILL);
        canvas.line(path, RUIN_LINE, 2.0);
        self.ruin_label(canvas, own.ruin_by_age.get(self.rows.saturating_sub(1)), y);
    }

    /// The share at the last age with its interval, beside the end of its line.
    fn ruin_label(&self, canvas: &mut Canvas, last: Option<&Interval>, y: impl Fn(f64) -> f64) {
        let Some(share) = last.filter(|share| share.value.is_finite()) else { return };
        let text = percent_with_interval(*share);
        let (value, interval) = text.split_once(" (").unwrap_or((&text, ""));
        let place = y(share.value).clamp(BOTTOM - RUIN_HEIGHT + 8.0, BOTTOM - 16.0);
        let style = BODY.coloured(RUIN_LINE);
        let by = format!("{value} {}", self.view.clock.by(self.last_age));
        let room = WIDTH - RIGHT - 20.0;
        canvas.text_in((RIGHT + 17.0, place + 4.0), &by, style.bold(), room);
        if !interval.is_empty() {
            canvas.text_in((RIGHT + 17.0, place + 19.0), &format!("({interval}"), style, room);
        }
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

/// The finding: how the middle half fares at the age of decision, and how many run out.
pub(super) fn title(view: View<'_>, policy: usize) -> String {
    let name = view.outcome.policies.get(policy).map_or("", |p| p.name.as_str());
    let name = one_line(name);
    let Some(finding) = finding(view, policy) else { return name };
    let ruin = view.outcome.policies.get(policy).and_then(|p| p.ruin);
    let ending = match ruin {
        Some(ruin) if ruin.value > 0.0 => format!("; {} run out", percent(ruin.value)),
        Some(ruin) => format!("; fewer than {} run out", percent(ruin.high)),
        None => String::new(),
    };
    let style = title_style();
    let fits = |text: &str| font::width(text, style.size, style.weight) <= LINE_ROOM;
    let whole = format!("{name}: {finding}{ending}");
    if fits(&whole) {
        return whole;
    }
    let short = format!("{name}: {finding}");
    if fits(&short) {
        return short;
    }
    let room = LINE_ROOM - font::width(&format!(": {finding}"), style.size, style.weight);
    format!("{}: {finding}", font::fitted(&font::printable(&name), style.size, style.weight, room))
}

fn finding(view: View<'_>, policy: usize) -> Option<String> {
    let age = view.decision_age()?;
    let low = view.percentile(policy, age, P25)?.value;
    let high = view.percentile(policy, age, P75)?.value;
    let at = view.clock.at(age);
    let who = if view.outcome.retirement_age.is_some() { "savers" } else { "outcomes" };
    let verb = if who == "savers" { "have" } else { "are" };
    let (low, high) = (money_short(low), money_short(high));
    Some(match low == high {
        true if low == "$0" => format!("nothing is left {at} in most lifetimes"),
        true => format!("half of {who} {verb} about {low} {at}"),
        false => format!("half of {who} {verb} {low}–{high} {at}"),
    })
}

fn subtitle(axis: MoneyAxis, view: View<'_>) -> String {
    let axis = if axis == MoneyAxis::Log { "log scale" } else { "linear scale" };
    let among = if view.some_die() { "percentiles among survivors" } else { "percentiles of all lifetimes" };
    format!("Balance at the end of the year in {}, {axis} · {among}", dollars_of(view.basis))
}

/// The chart in words.
fn describe(view: View<'_>, policy: usize) -> String {
    let mut parts = vec![format!("Fan chart of the balance by {}", view.clock.name().to_lowercase())];
    for age in view.key_ages() {
        let at = |place: usize| view.percentile(policy, age, place).map(|i| money(i.value));
        if let (Some(low), Some(middle), Some(high)) = (at(P5), at(P50), at(P95)) {
            parts.push(capitalised(&format!(
                "{}: 5th percentile {low}, median {middle}, 95th percentile {high}",
                view.clock.at(age)
            )));
        }
    }
    if let Some(ruin) = view.outcome.policies.get(policy).and_then(|p| p.ruin) {
        parts.push(format!("Probability of running out: {}", percent_with_interval(ruin)));
    }
    parts.push(format!("In {}", dollars_of(view.basis)));
    format!("{}.", parts.join(". "))
}
