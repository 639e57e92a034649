//! The conventions of a scenario, which move results more than Monte Carlo noise does.

use decumulus::market::NO_MEANS;
use decumulus::participant::{Indexing, Participant, PaymentTiming, PaymentsPer};
use decumulus::scenario::{Basis, Scenario};

use super::lines::{item, wrapped};

/// How much is simulated, and by which conventions.
pub fn text(scenario: &Scenario) -> String {
    let settings = &scenario.inputs.settings;
    let step = match settings.steps_per_year {
        12 => "a month",
        4 => "a quarter",
        _ => "a year",
    };
    let mut text = format!(
        "{} lifetimes, seed {}, in steps of {step}; return model {}\n\nConventions\n",
        settings.lifetimes,
        settings.seed,
        scenario.inputs.market.model.name()
    );
    let market = &scenario.inputs.market;
    for (label, words) in market.model.parameters(market.series()) {
        text += &item(label, &words);
    }
    text += &payments(&scenario.inputs.participant);
    text += &item("balances", "recorded at the end of each year of age, of those alive then");
    text += &item(
        "ruin",
        "a scheduled payment that cannot be made in full while alive; exhaustion exactly at the last \
                           payment is success",
    );
    if !market.model.has_finite_means() {
        text += &item("means", &format!("none: {NO_MEANS}"));
    }
    text += &item("percentiles", "linear between order statistics (type 7)");
    let basis = match scenario.output.basis {
        Basis::Real => "dollars of the start (real)",
        Basis::Nominal => "dollars of the day (nominal)",
    };
    text += &item("money", basis);
    text += &item("source", &scenario.source);
    if !scenario.description.is_empty() {
        text = format!("{}\n{text}", wrapped(&scenario.description, 0, 0));
    }
    text
}

fn payments(participant: &Participant) -> String {
    let (timing, per, contribution, withdrawal) = match participant {
        Participant::Saver(saver) => {
            (saver.timing, saver.payments_per, Indexing::FromFirst, Indexing::FromFirst)
        }
        Participant::Account(account) => {
            (account.timing, account.payments_per, account.contribution_index, account.withdrawal_index)
        }
    };
    let when = match timing {
        PaymentTiming::Start => "start of the period, before growth",
        PaymentTiming::End => "end of the period, after growth",
    };
    let often = match per {
        PaymentsPer::Step => "in every step",
        PaymentsPer::Year => "once a year",
    };
    let what = if matches!(participant, Participant::Saver(_)) { "retirement income" } else { "payments" };
    item("payments", &format!("at the {when}; {what} {often}"))
        + &item(
            "indexing",
            &format!("contributions {}; withdrawals {}", index(contribution), index(withdrawal)),
        )
}

fn index(indexing: Indexing) -> &'static str {
    match indexing {
        Indexing::Nominal => "do not follow prices",
        Indexing::FromFirst => "follow prices since the start",
        Indexing::FromSecond => "follow prices since the first of them",
    }
}
