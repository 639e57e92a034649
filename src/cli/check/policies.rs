//! The policies: target weights at a few ages, and how they trade.

use decumulus::engine::Inputs;
use decumulus::market::Market;
use decumulus::participant::Participant;
use decumulus::policy::{Policy, Rebalancing, TradingCosts, WithdrawalOrder};

use super::{NO_BREAK, item, percent, wrapped};

/// Every policy with its weights at the start, at retirement, at the end, and where its path begins and ends to move.
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
        let baseline = if i == 0 { " (the others are compared with it)" } else { "" };
        text += &item(&policy.key, &format!("{}{baseline}; {}", policy.name, trading(policy)));
        if let Some(path) = policy.allocation.named_glide_path() {
            let words = format!("equity by age, {}: {}; linear between", path.as_str(), path.in_words());
            text += &wrapped(&words, 4, 8);
        }
        text += &weights(policy, &with_ends(policy, &ages), &inputs.market);
    }
    text
}

/// The ages with those between the first and the last of them at which the policy's path begins to move and ends.
fn with_ends(policy: &Policy, ages: &[u32]) -> Vec<f64> {
    let mut all: Vec<f64> = ages.iter().map(|&age| f64::from(age)).collect();
    let (first, last) = (all.first().copied(), all.last().copied());
    let points = policy.allocation.points();
    let ends = points.first().into_iter().chain(points.last()).map(|point| point.age);
    all.extend(ends.filter(|&age| Some(age) > first && Some(age) < last));
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

/// One line for each age at which the weights are not those of the age before.
fn weights(policy: &Policy, ages: &[f64], market: &Market) -> String {
    let mut text = String::new();
    let mut last = vec![];
    for &age in ages {
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
        text += &wrapped(&format!("{age}: {}", held.join(", ")), 4, 8);
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
    let order = match policy.withdrawals {
        WithdrawalOrder::LiquidFirst => "liquid assets are sold first",
        WithdrawalOrder::ProRata => "all assets are sold in proportion",
    };
    format!("{when}, {costs}, {order}")
}
