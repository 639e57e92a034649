//! Keys of selling: gates, forced sales, and the stress that moves both and half-spreads.

use crate::market::{ForcedSale, GateRule, HaircutRule, Liquidity, Unfilled};
use crate::policy::Policy;
use crate::scenario::meaning::effects::subject::{Subject, holds, is_illiquid, listed, names};
use crate::scenario::meaning::findings::Findings;
use crate::scenario::wire::PolicyTable;

pub(super) fn check(subject: &Subject<'_>, tables: &[PolicyTable], findings: &mut Findings) {
    gates_of_liquid_assets(subject, findings);
    gates_in_years(subject, findings);
    keys_of_gates(subject, tables, findings);
    forced_sales(subject, findings);
    stress(subject, findings);
}

/// What is sold any day is not redeemed.
fn gates_of_liquid_assets(subject: &Subject<'_>, findings: &mut Findings) {
    let gated = subject.market.assets.iter().filter(|asset| asset.vehicle.gate.is_some());
    for asset in gated.filter(|asset| !is_illiquid(asset)) {
        let key = format!("market.asset.{}", asset.key);
        if subject.table.asset.get(&asset.key).is_some_and(|table| table.gate.is_some()) {
            let accepted =
                "left out of a liquid asset, or the asset given a haircut_scale, which makes it illiquid";
            findings.refuse(format!("{key}.gate"), "a gate", accepted);
        } else {
            findings
                .warn(format!("the gate of {} has no effect: its half_spread makes it liquid", asset.key));
        }
    }
}

/// Gates pay by the quarter.
fn gates_in_years(subject: &Subject<'_>, findings: &mut Findings) {
    let gated =
        || subject.market.assets.iter().filter(|asset| is_illiquid(asset) && asset.vehicle.gate.is_some());
    if subject.steps_per_year >= 4 || gated().next().is_none() {
        return;
    }
    if subject.table.frictions.gates == Some(true) {
        let accepted = "left out in steps of a year (see run.step), because gates pay by the quarter";
        findings.refuse("market.frictions.gates", true, accepted);
    }
    let held = subject.held().map(|(_, asset)| asset);
    let held = names(held.filter(|asset| is_illiquid(asset) && asset.vehicle.gate.is_some()));
    if let (None, Some(keys)) = (subject.table.frictions.gates, held) {
        findings.warn(format!(
            "in steps of a year gates have no effect, that of {keys} among them: rebalancing is never held up, and cash for \
             spending comes from forced sales; choose run.step = \"quarter\" or \"month\", or say so with \
             market.frictions.gates = false"
        ));
    }
}

/// Keys about gates where none is at work, unless they were switched off.
fn keys_of_gates(subject: &Subject<'_>, tables: &[PolicyTable], findings: &mut Findings) {
    if subject.table.frictions.gates == Some(false) {
        return;
    }
    let at_work = |policy: &Policy| subject.market.frictions.gates && holds_gated(subject, policy);
    if !subject.policies.iter().any(at_work) {
        let changed = [
            ("market.gate_rule", subject.market.gate_rule != GateRule::default()),
            ("market.frictions.unfilled", subject.market.frictions.unfilled != Unfilled::default()),
        ];
        for (key, _) in changed.into_iter().filter(|(_, changed)| *changed) {
            findings.warn(format!("{key} has no effect: no policy holds a fund with a gate that is at work"));
        }
    }
    for (i, table) in tables.iter().enumerate().filter(|(_, table)| table.drift_cap.is_some()) {
        let policy = subject.policies.iter().find(|policy| Some(&policy.key) == table.key.as_ref());
        if policy.is_some_and(|policy| !at_work(policy)) {
            findings.warn(format!(
                "policy[{i}].drift_cap has no effect: the policy holds no fund with a gate that is at work"
            ));
        }
    }
}

fn holds_gated(subject: &Subject<'_>, policy: &Policy) -> bool {
    let assets = subject.market.assets.iter().enumerate();
    assets
        .filter(|(_, asset)| is_illiquid(asset) && asset.vehicle.gate.is_some())
        .any(|(place, _)| holds(policy, place))
}

/// A rule for forced sales where nothing is sold by force.
fn forced_sales(subject: &Subject<'_>, findings: &mut Findings) {
    let market = subject.market;
    let changed = market.haircut_rule != HaircutRule::default() || market.academic_discount.is_some();
    let illiquid = subject.held().any(|(_, asset)| is_illiquid(asset));
    if changed && market.frictions.liquidity_haircut && !illiquid && !subject.policies.is_empty() {
        findings.warn("market.haircut_rule has no effect: no policy holds an illiquid asset".into());
    }
}

/// Prices that answer to the fall of the stress asset, and whether something measures it.
fn stress(subject: &Subject<'_>, findings: &mut Findings) {
    let market = subject.market;
    let haircut_moves = |place: usize| matches!(market.haircut(place), ForcedSale::OfNav { rule, scale } if scale * (rule.slope + rule.curvature) > 0.0);
    let haircuts =
        market.frictions.liquidity_haircut && subject.held().any(|(place, _)| haircut_moves(place));
    let spreads = market.frictions.half_spreads
        && subject.held().any(|(_, asset)| {
            matches!(asset.liquidity, Liquidity::Liquid { half_spread: s } if s.normal != s.stress || s.stress != s.crisis)
        });
    let gates = market.frictions.gates
        && market.gate_rule.closing_slope > 0.0
        && subject.policies.iter().any(|policy| holds_gated(subject, policy));
    let answers = [("haircuts", haircuts), ("half-spreads", spreads), ("gates", gates)];
    let answers = listed(answers.into_iter().filter(|(_, answers)| *answers).map(|(word, _)| word));
    match &market.stress_asset {
        None if !answers.is_empty() => findings.warn(format!(
            "no asset measures market stress, so {answers} stay at their quiet values: name one as market.stress_asset"
        )),
        Some(key) if !answers.is_empty() && !subject.moves(key) && market.model.history().is_none() => {
            findings.warn(format!(
                "{key} measures market stress but has no volatility, so {answers} stay at their quiet values"
            ));
        }
        Some(_) if answers.is_empty() && subject.table.stress_asset.is_some() && !subject.policies.is_empty() => {
            findings.warn("market.stress_asset has no effect: nothing that a policy holds answers to stress".into());
        }
        _ => {}
    }
}
