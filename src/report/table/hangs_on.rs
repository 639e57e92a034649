//! What each gain hangs on: how far the mean of what drives it may fall until it is gone, and whose figure that mean is.

use crate::engine::Estimate;
use crate::market::Market;
use crate::report::condition::assumed;
use crate::report::table::cells::name;
use crate::report::table::page::{Block, bulleted};
use crate::report::view::View;
use crate::report::words::{MARGIN, one_line, percent, percent_mean};
use crate::scenario::Scenario;
use crate::study::{Condition, Gain, Premium};

/// The most policies whose conditions are told.
const MOST: usize = 8;

/// The most assets that are named of a sleeve.
const MOST_ASSETS: usize = 3;

/// The conditions as lines; none where nothing gains, or where means play no part.
pub(super) fn lines(scenario: &Scenario, view: View<'_>, conditions: &[Condition]) -> Vec<Block> {
    if conditions.is_empty() {
        return vec![];
    }
    let lifetimes = conditions.iter().map(|condition| condition.lifetimes).min().unwrap_or(0);
    let lead = format!(
        "What the gains hang on (arithmetic means a year before fees, all else as it is; found with {} lifetimes, \
         ± half a 95 % interval):",
        crate::report::words::count(lifetimes)
    );
    let mut lines = bulleted("- ", &lead, "  ");
    for condition in conditions.iter().take(MOST) {
        lines.extend(bulleted("  * ", &sentence(scenario, view, condition), "    "));
    }
    if let Some(more) = conditions.len().checked_sub(MOST).filter(|more| *more > 0) {
        lines.extend(bulleted("  * ", &format!("{more} more in summary.json."), "    "));
    }
    lines
}

/// One policy's condition.
fn sentence(scenario: &Scenario, view: View<'_>, condition: &Condition) -> String {
    let ends: Vec<String> = condition.ends.iter().filter_map(|(gain, end)| ending(*gain, *end)).collect();
    format!(
        "{} gains over {} as long as {} {}.",
        name(view, condition.policy),
        name(view, condition.against),
        means(&scenario.inputs.market, &condition.drivers),
        ends.join(", "),
    )
}

/// The means of what drives a gain, as the subject of a sentence, each with whose figure it is where somebody gains from it.
fn means(market: &Market, drivers: &[usize]) -> String {
    let assumed = assumed(market);
    let of = |&place: &usize| {
        let (asset, found) = (market.assets.get(place)?, assumed.get(place)?);
        let compound = percent(found.compound);
        let mean =
            found.arithmetic.map_or_else(String::new, |mean| format!("{} assumed, ", percent_mean(mean)));
        let interest = asset
            .interest
            .as_ref()
            .map_or_else(String::new, |interest| format!("; an interested source: {}", one_line(interest)));
        Some(format!("{} ({mean}{compound} compound{interest})", one_line(&asset.name)))
    };
    let mut named: Vec<String> = drivers.iter().take(MOST_ASSETS).filter_map(of).collect();
    if let Some(more) = drivers.len().checked_sub(MOST_ASSETS).filter(|more| *more > 0) {
        named.push(format!("{more} more"));
    }
    match named.as_slice() {
        [one] => format!("the mean of {one} is not lower by"),
        [first @ .., last] => format!("the means of {} and {last} are not all lower by", first.join(", ")),
        [] => "nothing is lower by".to_string(),
    }
}

/// How much lower the mean may be until a gain is gone.
fn ending(gain: Gain, end: Premium) -> Option<String> {
    let what = match gain {
        Gain::Median => "median",
        Gain::Unlucky => "unlucky",
        Gain::Ruin => "ruin",
    };
    match end {
        Premium::Found(Estimate { value, standard_error }) => {
            let margin = 100.0 * MARGIN * standard_error;
            let margin = if margin.is_finite() { format!(" ± {margin:.1}") } else { String::new() };
            Some(format!("{:.1}{margin} points ({what})", (0.0 - 100.0 * value).max(0.0)))
        }
        Premium::Below(shift) => Some(format!("even {:.0} points ({what})", -100.0 * shift)),
        Premium::Above(_) | Premium::Unknown => None,
    }
}
