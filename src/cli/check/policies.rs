//! The policies: target weights at a few ages, and how they trade.

use decumulus::engine::Inputs;
use decumulus::market::Market;
use decumulus::participant::Participant;
use decumulus::policy::{NamedGlidePath, Policy, Rebalancing, TradingCosts, WithdrawalOrder};

use super::lines::{NO_BREAK, item, percent, wrapped};

/// Every policy with its weights at the start, at retirement, at the end, and at the ends of its path; then the named paths.
pub fn text(inputs: &Inputs) -> String {
    let ages = match &inputs.participant {
        Participant::Saver(saver) => {
            let middle = u32::midpoint(saver.age, saver.retirement_age);
            vec![saver.age, middle, saver.retirement_age, saver.horizon_age]
        }
        Participant::Account(account) => vec![account.age, account.age + account.years],
    };
    let mut text = String::from("Policies, and their target weights by age\n");
    for (i, policy) in inputs.policies.iter().enumerate() {
        let against = inputs.compared_with(i).ok().flatten().and_then(|against| inputs.policies.get(against));
        let against = against.map_or_else(String::new, |against| format!(" (compared with {})", against.key));
        text += &item(&policy.key, &format!("{}{against}; {}", policy.name, trading(policy)));
        text += &weights(policy, &ages, &inputs.market);
    }
    let on = |path: &NamedGlidePath| {
        inputs.policies.iter().any(|policy| policy.allocation.named_glide_path() == Some(*path))
    };
    for path in NamedGlidePath::ALL.into_iter().filter(on) {
        let words = path.in_words().replace(" %", &format!("{NO_BREAK}%"));
        text += &item(path.as_str(), &format!("equity by age {words}; linear between"));
    }
    text
}

/// The ages in words, with the ends of the policy's path in place of those outside of them.
fn with_ends(policy: &Policy, ages: &[u32]) -> Vec<(String, f64)> {
    let points = policy.allocation.points();
    let ends = (points.first().map(|point| point.age), points.last().map(|point| point.age));
    let (Some(first), Some(last)) = ends else { return vec![] };
    let told = |&age: &u32| {
        let age = f64::from(age);
        match age {
            _ if policy.allocation.is_constant() => (format!("{age}"), age),
            _ if age <= first => (format!("up to {first}"), first),
            _ if age >= last => (format!("from {last}"), last),
            _ => (format!("{age}"), age),
        }
    };
    ages.iter().map(told).collect()
}

/// One line for each age at which the weights are not those of the age before.
fn weights(policy: &Policy, ages: &[u32], market: &Market) -> String {
    let mut text = String::new();
    let mut last = vec![];
    for (told, age) in with_ends(policy, ages) {
        let now = policy.allocation.at(age);
        if now == last {
            continue;
        }
        let held: Vec<String> = market
            .assets
            .iter()
            .zip(&now)
            .filter(|(_, weight)| **weight > 0.0)
            .map(|(asset, weight)| format!("{}{NO_BREAK}{}", asset.key, percent(*weight)))
            .collect();
        text += &wrapped(&format!("{told}: {}", held.join(", ")), 4, 8);
        last = now;
    }
    text
}

fn trading(policy: &Policy) -> String {
    let when = match policy.rebalancing {
        Rebalancing::Monthly => "rebalanced monthly".to_string(),
        Rebalancing::Quarterly => "rebalanced quarterly".to_string(),
        Rebalancing::Yearly => "rebalanced yearly".to_string(),
        Rebalancing::Band(band) => format!("rebalanced when a weight is {} off", percent(band)),
        Rebalancing::Never => "never rebalanced".to_string(),
    };
    let costs = match policy.trading_costs {
        TradingCosts::Rebalancing => "half-spreads on rebalancing only",
        TradingCosts::AllTrades => "half-spreads on all trades",
    };
    let path = policy.allocation.named_glide_path().map_or("", NamedGlidePath::as_str);
    let order = match policy.withdrawals {
        WithdrawalOrder::LiquidFirst => "liquid assets are sold first",
        WithdrawalOrder::ProRata => "all assets are sold in proportion",
    };
    let on = if path.is_empty() { String::new() } else { format!("on {path}, ") };
    format!("{on}{when}, {costs}, {order}")
}
