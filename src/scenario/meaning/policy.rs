//! `[[policy]]`: the policies to compare.

use crate::error::Problem;
use crate::policy::{Allocation, Policy, Rebalancing, TradingCosts, WithdrawalOrder, with_sleeve};
use crate::scenario::meaning::findings::{Findings, each_problem};
use crate::scenario::meaning::market::Universe;
use crate::scenario::meaning::{asset, output, weights};
use crate::scenario::wire::{PolicyTable, RebalanceValue, RebalanceWord, TradingCostsWord, WithdrawalsWord};

/// The most policies of one scenario.
const MAX_POLICIES: usize = 64;

pub(super) fn build(
    tables: &[PolicyTable],
    universe: &Universe,
    steps_per_year: u32,
    findings: &mut Findings,
) -> Vec<Policy> {
    if tables.is_empty() {
        findings.missing("policy", "give at least one [[policy]] table");
    }
    if tables.len() > MAX_POLICIES {
        findings.refuse("policy", tables.len(), format_args!("at most {MAX_POLICIES} policies"));
        return vec![];
    }
    let mut built: Vec<Built> = vec![];
    let mut keys: Vec<&str> = vec![];
    for (i, table) in tables.iter().enumerate() {
        let prefix = format!("policy[{i}]");
        let key = policy_key(table, &prefix, &keys, findings);
        keys.extend(key);
        built.extend(policy(table, key.unwrap_or_default(), &prefix, universe, steps_per_year, findings));
    }
    for (i, table) in tables.iter().enumerate() {
        check_against(table, i, &keys, findings);
    }
    let parents: Vec<Option<String>> = (0..built.len()).map(|i| parent(&built, i)).collect();
    let policies = built
        .into_iter()
        .zip(parents)
        .map(|(built, parent)| Policy { against: built.policy.against.or(parent), ..built.policy });
    policies.collect()
}

/// A policy and what it would be without its sleeve.
struct Built {
    policy: Policy,
    base: Allocation,
    has_sleeve: bool,
}

/// The first policy that is the same as one with a sleeve, but for having none.
fn parent(built: &[Built], of: usize) -> Option<String> {
    let child = built.get(of).filter(|child| child.has_sleeve)?;
    let bare = |policy: &Policy| Policy {
        key: String::new(),
        name: String::new(),
        against: None,
        allocation: child.base.clone(),
        ..policy.clone()
    };
    let is_parent = |other: &&Built| {
        !other.has_sleeve && other.base == child.base && bare(&other.policy) == bare(&child.policy)
    };
    built.iter().find(is_parent).map(|parent| parent.policy.key.clone())
}

/// Refuses a comparison with a policy that is not there, or with itself.
fn check_against(table: &PolicyTable, place: usize, keys: &[&str], findings: &mut Findings) {
    let Some(against) = table.against.as_deref() else { return };
    let others: Vec<&str> = keys.iter().copied().filter(|key| table.key.as_deref() != Some(key)).collect();
    if !others.contains(&against) {
        findings.unknown(format!("policy[{place}].against"), against, "the key of another policy", others);
    }
}

fn policy_key<'a>(
    table: &'a PolicyTable,
    prefix: &str,
    earlier: &[&str],
    findings: &mut Findings,
) -> Option<&'a str> {
    let Some(key) = table.key.as_deref() else {
        findings.missing(format!("{prefix}.key"), "give the policy a short key, such as sixty_forty");
        return None;
    };
    if !output::is_plain_name(key) {
        findings.refuse(format!("{prefix}.key"), format_args!("`{key}`"), output::PLAIN_NAME);
    } else if earlier.contains(&key) {
        findings.refuse(format!("{prefix}.key"), format_args!("`{key}`"), "a key that no earlier policy has");
    }
    Some(key)
}

fn policy(
    table: &PolicyTable,
    key: &str,
    prefix: &str,
    universe: &Universe,
    steps_per_year: u32,
    findings: &mut Findings,
) -> Option<Built> {
    let base = weights::base(table, prefix, universe, findings);
    let sleeve = weights::sleeve(table, prefix, universe, findings);
    let rebalancing = rebalancing(table.rebalance, prefix, steps_per_year, findings);
    let drift_cap = drift_cap(table.drift_cap, rebalancing, prefix, findings);
    let (base, sleeve) = (base?, sleeve?);
    let has_sleeve = sleeve.iter().any(|point| point.weights.iter().any(|&weight| weight > 0.0));
    let allocation = if sleeve.is_empty() {
        base.clone()
    } else {
        let word = if table.sleeve.is_some() { "sleeve" } else { "sleeve_by_age" };
        let rename = |problem: Problem| Problem { key: problem.key.replacen("sleeve", word, 1), ..problem };
        let with = with_sleeve(&base, &sleeve, &universe.is_public);
        findings.take(prefix, with.map_err(|error| each_problem(error, rename)))?
    };
    let name = table.name.clone().unwrap_or_else(|| asset::in_words(key));
    let policy = Policy {
        key: key.to_string(),
        against: table.against.clone(),
        name: name.split_whitespace().collect::<Vec<_>>().join(" "),
        allocation,
        rebalancing: rebalancing?,
        trading_costs: match table.trading_costs {
            TradingCostsWord::Rebalancing => TradingCosts::Rebalancing,
            TradingCostsWord::AllTrades => TradingCosts::AllTrades,
        },
        withdrawals: match table.withdrawals {
            WithdrawalsWord::LiquidFirst => WithdrawalOrder::LiquidFirst,
            WithdrawalsWord::ProRata => WithdrawalOrder::ProRata,
        },
        drift_cap,
    };
    Some(Built { policy, base, has_sleeve })
}

/// The cap as written, or the default: half as much again as the target, where weights are ever restored.
fn drift_cap(
    written: Option<f64>,
    rebalancing: Option<Rebalancing>,
    prefix: &str,
    findings: &mut Findings,
) -> Option<f64> {
    match written {
        None if rebalancing == Some(Rebalancing::Never) => None,
        None => Some(1.5),
        Some(cap) if cap >= 1.0 && cap.is_finite() => Some(cap),
        Some(cap) => {
            findings.refuse(format!("{prefix}.drift_cap"), cap, "a number of at least 1");
            None
        }
    }
}

fn rebalancing(
    value: RebalanceValue,
    prefix: &str,
    steps_per_year: u32,
    findings: &mut Findings,
) -> Option<Rebalancing> {
    let key = format!("{prefix}.rebalance");
    let (rebalancing, steps_needed) = match value {
        RebalanceValue::Word(RebalanceWord::Monthly) => (Rebalancing::Monthly, 12),
        RebalanceValue::Word(RebalanceWord::Quarterly) => (Rebalancing::Quarterly, 4),
        RebalanceValue::Word(RebalanceWord::Yearly) => (Rebalancing::Yearly, 1),
        RebalanceValue::Word(RebalanceWord::Never) => (Rebalancing::Never, 1),
        RebalanceValue::Band(table) if table.band > 0.0 && table.band <= 1.0 => {
            (Rebalancing::Band(table.band), 1)
        }
        RebalanceValue::Band(table) => {
            findings.refuse(format!("{key}.band"), table.band, "a number above 0, at most 1");
            return None;
        }
    };
    if steps_per_year < steps_needed {
        let found = if steps_needed == 12 { "monthly" } else { "quarterly" };
        findings.refuse(key, found, "no more frequent than the steps of the simulation (see run.step)");
        return None;
    }
    Some(rebalancing)
}
