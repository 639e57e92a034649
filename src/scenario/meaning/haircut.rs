//! `market.haircut_rule`: the price of a forced sale, by the empirical rule or an academic model.

use crate::market::discount::Formula;
use crate::market::{AcademicDiscount, Asset, AssumptionSet, HaircutRule};
use crate::math::elementary::ln;
use crate::scenario::meaning::findings::Findings;
use crate::scenario::wire::{HaircutKindWord, HaircutRuleTable};

const KEY: &str = "market.haircut_rule";

/// The wait until an orderly sale if none is given, years.
const USUAL_WAIT: f64 = 1.0;

/// The empirical rule, and the academic model that takes its place if one is asked for.
pub(super) fn build(
    table: &HaircutRuleTable,
    assets: Option<&[Asset]>,
    set: Option<&AssumptionSet>,
    findings: &mut Findings,
) -> Option<(HaircutRule, Option<AcademicDiscount>)> {
    let usual = HaircutRule::default();
    let rule = HaircutRule {
        base: table.base.unwrap_or(usual.base),
        slope: table.slope.unwrap_or(usual.slope),
        curvature: table.curvature.unwrap_or(usual.curvature),
        cap: table.cap.unwrap_or(usual.cap),
    };
    let rule = findings.take(KEY, rule.validated());
    let is_sound = keys_fit(table, findings);
    let kind = match table.kind {
        HaircutKindWord::Empirical => return rule.filter(|_| is_sound).map(|rule| (rule, None)),
        HaircutKindWord::Finnerty => Some(Formula::Finnerty),
        HaircutKindWord::Longstaff => Some(Formula::Longstaff),
        HaircutKindWord::Chaffe => {
            risk_free(table, assets, set, findings).map(|risk_free| Formula::Chaffe { risk_free })
        }
    };
    let discount = AcademicDiscount { formula: kind?, wait_years: table.wait_years.unwrap_or(USUAL_WAIT) };
    let discount = findings.take(KEY, discount.validated());
    Some((rule.filter(|_| is_sound)?, Some(discount?)))
}

/// Notes keys that the chosen rule does not read.
fn keys_fit(table: &HaircutRuleTable, findings: &mut Findings) -> bool {
    let is_empirical = matches!(table.kind, HaircutKindWord::Empirical);
    let is_chaffe = matches!(table.kind, HaircutKindWord::Chaffe);
    let given = [
        ("base", table.base, is_empirical, "empirical"),
        ("slope", table.slope, is_empirical, "empirical"),
        ("curvature", table.curvature, is_empirical, "empirical"),
        ("cap", table.cap, is_empirical, "empirical"),
        ("wait_years", table.wait_years, !is_empirical, "finnerty, chaffe or longstaff"),
        ("risk_free", table.risk_free, is_chaffe, "chaffe"),
    ];
    let mut fit = true;
    for (key, value, is_read, kinds) in given {
        if let Some(value) = value.filter(|_| !is_read) {
            findings.refuse(format!("{KEY}.{key}"), value, format!("left out unless kind is {kinds}"));
            fit = false;
        }
    }
    fit
}

/// The risk-free rate, continuously compounded: as given, or that of cash in the market or the set.
fn risk_free(
    table: &HaircutRuleTable,
    assets: Option<&[Asset]>,
    set: Option<&AssumptionSet>,
    findings: &mut Findings,
) -> Option<f64> {
    let cash = |assets: &[Asset]| {
        let nominal = |asset: &&Asset| asset.key == "cash" && !asset.real;
        assets.iter().find(nominal).map(|asset| ln(1.0 + asset.moments.mean()))
    };
    let found =
        table.risk_free.or_else(|| assets.and_then(cash)).or_else(|| set.and_then(|set| cash(&set.assets)));
    if found.is_none() {
        findings.missing(
            format!("{KEY}.risk_free"),
            "give it, continuously compounded: neither the market nor its set has an asset `cash` with a \
             nominal return",
        );
    }
    found
}
