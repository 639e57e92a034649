//! What stale prices and gates did, for the JSON summary and the CSV of balances.

use serde_json::{Value, json};

use crate::engine::{Outcome, PrivateOutcome};
use crate::report::json_figures::{distribution, estimate, interval};

/// Everything that a policy's private side tells; dollars of the start, volatilities, drawdowns and weights as fractions.
pub(super) fn private(outcome: &Outcome, private: &PrivateOutcome, rows: &[usize]) -> Value {
    let reported = rows.iter().filter_map(|&row| {
        let found = private.reported.get(row)?.as_ref()?;
        Some(json!({ "age": outcome.ages[row], "balance": distribution(found) }))
    });
    json!({
        "reported_balances": reported.collect::<Vec<_>>(),
        "volatility": distribution(&private.volatility),
        "reported_volatility": distribution(&private.reported_volatility),
        "reported_drawdown": distribution(&private.reported_drawdown),
        "gained_from_others": distribution(&private.gained),
        "lost_to_others": distribution(&private.lost),
        "transfer": estimate(private.transfer),
        "gated_when_money_was_needed": interval(private.gated),
        "gated_payments": private.gated_payments.as_ref().map(distribution),
        "months_waited": distribution(&private.months_waited),
        "forced_sales": distribution(&private.forced_sales),
        "largest_illiquid_weight": distribution(&private.largest_weight),
    })
}
