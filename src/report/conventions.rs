//! The conventions behind the numbers, in words: they move results more than Monte Carlo noise does, so they
//! are stated with every result.

use serde_json::{Map, Value, json};

use crate::market::{Frictions, Market, NO_MEANS, Unfilled, VolatilityHaircut};
use crate::participant::{
    Account, Indexing, Life, Participant, PaymentTiming, PaymentsPer, Saver, Sex, Spending, Withdrawal,
};
use crate::policy::{Policy, Rebalancing, TradingCosts, WithdrawalOrder};
use crate::report::history;
use crate::report::overlays::overlays;
use crate::scenario::Scenario;

/// The conventions of a scenario as an object.
pub(super) fn conventions(scenario: &Scenario) -> Value {
    let inputs = &scenario.inputs;
    let policies = inputs.policies.iter().map(|p| (p.key.clone(), policy(p)));
    let model = &inputs.market.model;
    let parameters = model.parameters(inputs.market.series()).into_iter();
    let parameters = parameters.map(|(label, words)| (label.replace(' ', "_"), Value::from(words)));
    json!({
        "steps_per_year": inputs.settings.steps_per_year,
        "return_model": model.name(),
        "return_model_parameters": parameters.collect::<Map<_, _>>(),
        "means_of_dollars": if model.has_finite_means() { "finite" } else { NO_MEANS },
        "assets": assets(&inputs.market),
        "frictions": frictions(&inputs.market.frictions),
        "overlays": overlays(&inputs.market.overlays),
        "participant": participant(&inputs.participant),
        "policies": policies.collect::<Map<_, _>>(),
        "balances": "at the end of the period, of those alive then, before income tax",
        "percentiles": "linear (type 7); of up to 131,072 lifetimes at key ages, and of enumerated start dates, from the values themselves, or \
                        else from a histogram of 1024 buckets an octave",
        "ruin": "a scheduled payment that cannot be made in full while alive; \
                 exhaustion exactly at the last payment is success; probabilities are out of all lifetimes, those \
                 that end before retirement included",
        "among_the_retired": "shortfall and replacement rate are among lifetimes that reach retirement",
        "death": "at the end of a year of age: payments of the year of death are made, unless all of them fall due \
                  at the end of the year",
        "illiquid_assets": inputs.market.illiquid_terms(),
        "worst_drawdown": "nominal, of a dollar invested, net of fees on assets, payments and trading apart",
        "ratio": "among lifetimes in which the other balance is not empty; it has no mean",
        "stress_asset": inputs.market.stress_asset,
        "common_random_numbers": "every policy sees the same markets and lives",
        "history": history::history(&inputs.market),
        "errors": if inputs.market.model.enumerates() {
            "none: every start date once, so nothing was sampled; windows overlap, so there is far less evidence in \
             them than their number suggests"
        } else {
            "Monte Carlo"
        },
        "sustainable_rate": "largest constant real payment a year that lasts to the end of each lifetime, as a share of \
                             the balance when withdrawals begin; of an invested dollar at the policy's weights, fees \
                             and rebalancing, costs of selling for the payments and fees per head left out",
    })
}

/// The annual returns in nominal terms before fees, with both means and at the volatility in force; `null` under a model that takes
/// returns from a table.
fn assets(market: &Market) -> Value {
    if market.model.history().is_some() {
        return Value::Null;
    }
    let with_factors = market.assets.iter().zip(market.volatility_factors()).enumerate();
    let of_asset = with_factors.map(|(place, (asset, factor))| {
        let stated = market.nominal_moments(place, 1.0);
        let in_force = market.nominal_moments(place, factor);
        let figures = json!({
            "arithmetic_mean": stated.mean(),
            "compound_mean": stated.geometric(),
            "volatility": stated.volatility(),
            "given_in_real_terms": asset.real,
            "volatility_factor": factor,
            "volatility_in_force": in_force.volatility(),
            "compound_mean_in_force": in_force.geometric(),
            "fees_charged": asset.fees.charged_per_year(),
            "interest_of_the_source": asset.interest,
        });
        (asset.key.clone(), figures)
    });
    Value::Object(of_asset.collect())
}

fn frictions(frictions: &Frictions) -> Value {
    let haircut = match &frictions.volatility_haircut {
        VolatilityHaircut::Level(level) => json!({ "level": level }),
        VolatilityHaircut::Factors(factors) => json!({ "factors": factors }),
    };
    json!({
        "fees": frictions.fees,
        "volatility_haircut": haircut,
        "liquidity_haircut": frictions.liquidity_haircut,
        "half_spreads": frictions.half_spreads,
        "smoothing": frictions.smoothing,
        "gates": frictions.gates,
        "unfilled_requests": match frictions.unfilled {
            Unfilled::Queues => "asked for again every quarter until they are paid",
            Unfilled::Lapses => "lapse until weights are due to be restored again",
        },
    })
}

fn participant(participant: &Participant) -> Value {
    match participant {
        Participant::Saver(saver) => of_saver(saver),
        Participant::Account(account) => of_account(account),
    }
}

fn of_saver(saver: &Saver) -> Value {
    json!({
        "kind": "saver",
        "payments": timing(saver.timing),
        "retirement_income": frequency(saver.payments_per),
        "spending": spending(saver.spending),
        "indexing": indexing(Indexing::FromFirst),
        "life": life(saver.life),
    })
}

fn of_account(account: &Account) -> Value {
    json!({
        "kind": "account",
        "payments": timing(account.timing),
        "payments_made": frequency(account.payments_per),
        "contributions": indexing(account.contribution_index),
        "withdrawals": indexing(account.withdrawal_index),
        "withdrawal": match account.withdrawal {
            Withdrawal::Amount(amount) => json!({ "dollars_a_year": amount }),
            Withdrawal::ShareOfOpening(share) => json!({ "share_of_opening_balance": share }),
        },
        "life": life(account.life),
    })
}

fn timing(timing: PaymentTiming) -> &'static str {
    match timing {
        PaymentTiming::Start => "at the start of the period, before growth",
        PaymentTiming::End => "at the end of the period, after growth",
    }
}

fn frequency(per: PaymentsPer) -> &'static str {
    match per {
        PaymentsPer::Step => "in every step",
        PaymentsPer::Year => "once a year",
    }
}

fn indexing(indexing: Indexing) -> &'static str {
    match indexing {
        Indexing::Nominal => "nominal",
        Indexing::FromFirst => "real, indexed from the first payment",
        Indexing::FromSecond => "real, indexed from the second payment",
    }
}

fn spending(spending: Spending) -> Value {
    match spending {
        Spending::RealAmount(amount) => json!({ "real_dollars_a_year_with_benefits": amount }),
        Spending::ShareOfFinalPay(share) => json!({ "share_of_final_pay_with_benefits": share }),
        Spending::ShareOfBalance(share) => json!({ "share_of_balance_beside_benefits": share }),
        Spending::ShareOfRetirementBalance(share) => {
            json!({ "share_of_balance_at_retirement_beside_benefits": share })
        }
    }
}

fn life(life: Life) -> Value {
    match life {
        Life::Certain => json!({ "law": "certain to the horizon" }),
        Life::SocialSecurityTable(sex) => json!({
            "law": "period life table of the US Social Security Administration, labelled 2025",
            "share_female": match sex {
                Sex::Male => 0.0,
                Sex::Female => 1.0,
                Sex::Blended { share_female } => share_female,
            },
        }),
        Life::Gompertz { mode, dispersion } => {
            json!({ "law": "Gompertz", "mode": mode, "dispersion": dispersion })
        }
    }
}

fn policy(policy: &Policy) -> Value {
    let rebalancing = match policy.rebalancing {
        Rebalancing::Monthly => json!("monthly"),
        Rebalancing::Quarterly => json!("quarterly"),
        Rebalancing::Yearly => json!("yearly"),
        Rebalancing::Band(width) => json!({ "band": width }),
        Rebalancing::Never => json!("never"),
    };
    json!({
        "rebalancing": rebalancing,
        "trading_costs": match policy.trading_costs {
            TradingCosts::Rebalancing => "on rebalancing only",
            TradingCosts::AllTrades => "on all trades",
        },
        "withdrawals": match policy.withdrawals {
            WithdrawalOrder::LiquidFirst => "liquid assets first",
            WithdrawalOrder::ProRata => "all assets pro rata",
        },
    })
}
