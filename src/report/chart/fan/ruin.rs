//! The slim panel below a fan: the share of lifetimes that ran out of money by each age, which a log axis of
//! money cannot show.

use crate::engine::Interval;
use crate::report::chart::canvas::Canvas;
use crate::report::chart::fan::plane::{Fan, LEFT, RIGHT, RUIN_HEIGHT};
use crate::report::chart::frame::{BODY, GRID, RUIN_FILL, RUIN_LINE, WIDTH};
use crate::report::chart::scale::Scale;
use crate::report::view::View;
use crate::report::words::{percent_tick, percent_with_interval};

/// The largest probability of ruin of any policy, if there is a panel: withdrawals are made.
pub(super) fn ruin_panel(view: View<'_>, policy: usize) -> Option<f64> {
    let own = view.outcome.policies.get(policy)?;
    if own.ruin_by_age.is_empty() {
        return None;
    }
    let all = view.outcome.policies.iter().flat_map(|p| &p.ruin_by_age);
    Some(all.map(|i| i.value).filter(|v| v.is_finite()).fold(0.0, f64::max))
}

impl Fan<'_> {
    /// The panel of ruin, on the same age axis.
    pub(super) fn ruin(&self, canvas: &mut Canvas, shares: Scale) {
        let Some(own) = self.view.outcome.policies.get(self.policy) else { return };
        let top = self.bottom - RUIN_HEIGHT;
        let y = |share: f64| self.bottom - shares.position(share) * RUIN_HEIGHT;
        let all = if self.view.outcome.enumerated { "start dates" } else { "lifetimes" };
        canvas.text((LEFT, top - 8.0), &format!("Ran out of money so far, share of all {all}"), BODY.bold());
        for tick in shares.ticks(4) {
            let place = y(tick).round() + 0.5;
            canvas.line(vec![(LEFT, place), (RIGHT, place)], GRID, 1.0);
            canvas.text((LEFT - 8.0, place + 4.0), &percent_tick(tick), BODY.soft().to_the_left());
        }
        let rows = self.view.outcome.ages.iter().zip(&own.ruin_by_age).take(self.rows);
        let drawn = rows.filter(|(_, share)| share.value.is_finite());
        let mut path = vec![(self.x(f64::from(self.view.outcome.start_age)), self.bottom)];
        path.extend(drawn.map(|(&age, share)| (self.x(f64::from(age)), y(share.value))));
        let mut area = path.clone();
        area.push((path.last().map_or(LEFT, |p| p.0), self.bottom));
        canvas.polygon(area, RUIN_FILL);
        canvas.line(path, RUIN_LINE, 2.0);
        self.ruin_label(canvas, own.ruin_by_age.get(self.rows.saturating_sub(1)), y);
    }

    /// The share at the last age with its interval, beside the end of its line.
    fn ruin_label(&self, canvas: &mut Canvas, last: Option<&Interval>, y: impl Fn(f64) -> f64) {
        let Some(share) = last.filter(|share| share.value.is_finite()) else { return };
        let text = percent_with_interval(*share);
        let (value, interval) = text.split_once(" (").unwrap_or((&text, ""));
        let place = y(share.value).clamp(self.bottom - RUIN_HEIGHT + 8.0, self.bottom - 16.0);
        let style = BODY.coloured(RUIN_LINE);
        let by = format!("{value} {}", self.view.clock.by(self.last_age));
        let room = WIDTH - RIGHT - 20.0;
        canvas.text_in((RIGHT + 17.0, place + 4.0), &by, style.bold(), room);
        if !interval.is_empty() {
            canvas.text_in((RIGHT + 17.0, place + 19.0), &format!("({interval}"), style, room);
        }
    }
}
