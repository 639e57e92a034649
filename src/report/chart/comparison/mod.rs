//! All policies side by side: a row for each, with the spread of the balance at one or two ages, the
//! probability of ruin, and how often it beats the first one.

mod captions;
mod panel;
mod rows;

use crate::error::Result;
use crate::report::Reported;
use crate::report::chart::canvas::Canvas;
use crate::report::chart::font;
use crate::report::chart::footer::Footer;
use crate::report::chart::frame::{BODY, MARGIN, STRIPE, WIDTH};
use crate::report::chart::heading::Heading;
use crate::report::chart::names::{self, question};
use crate::report::view::{View, margin, row_order};
pub(super) use captions::{before_tax, title};
use captions::{common_reference, describe, ends, safety, subtitle, warning};
pub(super) use panel::zone_in_words;
use panel::{MoneyScales, panels};
use rows::{BEATS, Rows, names_width, number_with_margin, points_within, row_style, share_text};

/// Room above the first row for the heads of columns.
const HEADS: f64 = 58.0;
/// Room below the last row for ticks.
const TICKS: f64 = 30.0;
/// Draws all policies side by side as SVG.
///
/// # Errors
///
/// None that is known: plotters writes into memory.
pub(super) fn draw(reported: Reported<'_>) -> Result<String> {
    let view = reported.view();
    let title = title(reported.scenario, view);
    let description = describe(view);
    compose(reported, &title).into_svg(&title, &description)
}

pub(super) fn compose(reported: Reported<'_>, title: &str) -> Canvas {
    let (scenario, view) = (reported.scenario, reported.view());
    let scales = MoneyScales::new(scenario.output.axis, view);
    let drawn = subtitle(scenario.output.axis, &scales, view);
    let notes = [warning(view), safety(view), ends(view, reported.conditions), drawn];
    let heading = Heading::new(&question(scenario), title, &notes);
    let rows = Rows::new(row_order(scenario, view), heading.height() + HEADS);
    let footer = Footer::new(scenario, view.outcome, &rows.order);
    let height = rows.bottom() + TICKS + footer.height();
    let panels = panels(scales, view);
    let mut canvas = Canvas::new(WIDTH, height);
    heading.draw(&mut canvas);
    stripes(&mut canvas, &rows);
    for panel in &panels {
        panel.axis(&mut canvas, view, &rows);
        for (row, policy) in rows.policies() {
            panel.row(&mut canvas, view, (row, policy), &rows);
        }
    }
    names(&mut canvas, view, &rows);
    if !view.outcome.against_first.is_empty() {
        beats(&mut canvas, view, &rows);
    }
    footer.draw(&mut canvas, height);
    canvas
}

/// Every second row on a light ground.
fn stripes(canvas: &mut Canvas, rows: &Rows) {
    for row in (0..rows.order.len()).step_by(2) {
        let top = rows.top + row as f64 * rows.height;
        canvas.rectangle((MARGIN, top), (WIDTH - MARGIN, top + rows.height), STRIPE);
    }
}

/// The names; one that is too long takes a second line if the rows are high enough, and is cut in its middle where that is
/// not enough.
fn names(canvas: &mut Canvas, view: View<'_>, rows: &Rows) {
    let room = names_width(view) + 1.0;
    let bold = BODY.bold();
    let most = if rows.have_margins() { 2 } else { 1 };
    // Where words end differs, so two lines hold a little less than twice a line.
    let fits = |share: f64| -> Option<Vec<Vec<String>>> {
        let cut = names::fitted(view.outcome, bold.size, bold.weight, share * room);
        let lines = cut
            .iter()
            .enumerate()
            .map(|(policy, name)| font::wrapped(name, BODY.size, row_style(policy).weight, room));
        let lines: Vec<Vec<String>> = lines.collect();
        lines.iter().all(|lines| lines.len() <= most).then_some(lines)
    };
    let shares = if most == 2 { &[2.0, 1.9, 1.7, 1.5, 1.3, 1.0][..] } else { &[1.0][..] };
    let lines = shares.iter().find_map(|share| fits(*share)).unwrap_or_default();
    for (row, policy) in rows.policies() {
        let (x, y) = (MARGIN + 6.0, rows.middle(row) + 4.0);
        let own = lines.get(policy).map_or(&[][..], Vec::as_slice);
        for (i, line) in own.iter().enumerate() {
            let shift = 15.0 * (i as f64 - (own.len() as f64 - 1.0) / 2.0);
            canvas.text_in((x, y + shift), line, row_style(policy), room);
        }
    }
}

/// The column that says how often each policy beats the one that it is compared with.
fn beats(canvas: &mut Canvas, view: View<'_>, rows: &Rows) {
    let right = WIDTH - MARGIN - 6.0;
    let Some(age) = view.decision_age() else { return };
    let heading = BODY.bold().to_the_left();
    // In the heading if it is one for all and has room there, beside each share if not.
    let beaten = |reference: usize| format!("Beats {}", names::shown(view.outcome, reference));
    let fits = |reference: &usize| font::width(&beaten(*reference), heading.size, heading.weight) <= BEATS;
    let one = common_reference(view).filter(|reference| fits(reference) || !rows.have_margins());
    let named = one.map_or_else(|| "Beats".to_string(), beaten);
    let named = font::fitted(&font::printable(&named), heading.size, heading.weight, BEATS);
    canvas.text((right, rows.top - 32.0), &named, heading);
    let at = |policy: usize| {
        let comparison = view.outcome.comparisons.iter().find(|c| c.policy == policy)?;
        Some((comparison.against, comparison.at.iter().find(|at| at.age == age)?.better))
    };
    let worst = view.outcome.comparisons.iter().filter_map(|c| at(c.policy));
    let worst = worst.map(|(_, better)| margin(better)).fold(f64::NAN, f64::max);
    let told = worst.is_finite() && !rows.have_margins();
    let margin_told = if told { format!(" (± {})", points_within(worst)) } else { String::new() };
    let heading = format!("{}{margin_told}", view.clock.column(age));
    canvas.text_in((right, rows.top - 16.0), &heading, BODY.soft().to_the_left(), BEATS);
    for (row, policy) in rows.policies() {
        let Some((against, better)) = at(policy) else {
            canvas.text((right, rows.middle(row) + 4.0), "–", BODY.soft().to_the_left());
            continue;
        };
        let (mut text, mut below) = share_text(better, rows.have_margins());
        if one.is_none() && rows.have_margins() {
            let is_limit = better.value == 0.0 || better.value == 1.0;
            text = match below {
                Some(limit) if is_limit => limit,
                Some(margin) => format!("{text} {margin}"),
                None => text,
            };
            below = Some(format!("vs {}", names::shown(view.outcome, against)));
        }
        number_with_margin(canvas, (right, rows.middle(row)), rows, (&text, below), BODY, BEATS - 14.0);
    }
}
