//! Draws have their places by what they are for: what is added to a scenario moves nobody else's luck. Single lifetimes are told step
//! by step and compared bit for bit.

use decumulus::engine::{MarketStep, Plan, Trace, trace};
use decumulus::scenario::Scenario;

const BASE: &str = "
[market]
assumptions = 'base_2026'
assets = ['us_equity', 'us_bonds', 'cash', 'private_equity']
[account]
years = 12
opening_balance = 1e5
contribution = 5000
[[policy]]
key = 'p'
weights = { us_equity = 0.5, us_bonds = 0.2, private_equity = 0.3 }
";

/// One more asset at the end, which nobody holds: a private fund with a gate and stale prices of its own.
const WIDER: &str = "market.assets=['us_equity','us_bonds','cash','private_equity','real_estate']";

fn traces(text: &str, flags: &[&str]) -> Vec<Trace> {
    let flags: Vec<String> = flags.iter().map(ToString::to_string).collect();
    let scenario = Scenario::from_toml(text, "x.toml", &flags).unwrap_or_else(|error| panic!("{error}"));
    trace(&Plan::compile(&scenario.inputs).unwrap(), 0..40).unwrap()
}

/// What the first four assets, prices and the first policy's account did, as bits.
fn bits(traces: &[Trace]) -> Vec<u64> {
    let of_market = |step: &MarketStep| {
        let paid = step.paid[..4].iter().map(|paid| paid.map_or(2.0, |paid| paid));
        let all = step.growth[..4].iter().chain(&step.nav_ratio[..4]).copied().chain(paid);
        all.chain([step.price]).map(f64::to_bits).collect::<Vec<u64>>()
    };
    let of_lifetime = |told: &Trace| {
        let account =
            told.accounts[0].iter().flat_map(|step| [step.balance.to_bits(), step.stated.to_bits()]);
        told.market.iter().flat_map(of_market).chain(account).collect::<Vec<u64>>()
    };
    traces.iter().flat_map(of_lifetime).collect()
}

#[track_caller]
fn moves_nothing(base: &[&str], more: &[&str]) {
    let with = [base, more].concat();
    let (before, after) = (bits(&traces(BASE, base)), bits(&traces(BASE, &with)));
    assert!(before == after, "{more:?} moved what was drawn under {base:?}");
}

/// Every model that draws, with its parameters where one is not enough.
const MODELS: [&[&str]; 6] = [
    &["market.model='lognormal'"],
    &["market.model='student_t'"],
    &["market.model='garch'"],
    &["market.model='garch'", "market.garch={correlation='dynamic'}"],
    &["market.model='regimes'"],
    &["market.model='lognormal'", "run.step='quarter'"],
];

#[test]
fn an_asset_at_the_end_moves_nobody() {
    let gold = "market.assets=['us_equity','us_bonds','cash','private_equity','gold']";
    for model in MODELS {
        moves_nothing(model, &[gold]);
    }
    // A fund that lags longer is heard of from further back, and so are the others, unless what is older is drawn as normals: then nothing
    // changes even at the start.
    moves_nothing(MODELS[0], &[WIDER]);
}

#[test]
fn an_overlay_on_an_asset_that_nobody_holds_moves_nobody() {
    for model in MODELS {
        let base = [model, &[WIDER]].concat();
        for overlay in [
            "market.permanent_loss={real_estate={hazard=0.05, loss=0.95}}",
            "market.parameter_uncertainty={sd={us_equity=0, us_bonds=0, cash=0, private_equity=0, real_estate=0.02}, correlation=0}",
            "market.managers={asset={real_estate={sd=0.05}}}",
        ] {
            moves_nothing(&base, &[overlay]);
        }
    }
}

#[test]
fn a_gate_of_another_fund_moves_nobody() {
    for model in MODELS {
        let lodge = "mean=0.07, volatility=0.2, haircut_scale=1, class='alternative'";
        let open = format!("market.asset.lodge={{{lodge}}}");
        let gated = format!("market.asset.lodge={{{lodge}, gate={{cap_per_quarter=0.05}}}}");
        let of = |lodge: &str| bits(&traces(BASE, &[model, &[lodge]].concat()));
        assert!(of(&open) == of(&gated), "{model:?}");
    }
}

#[test]
fn a_policy_moves_nobody() {
    let two = BASE.to_string() + "[[policy]]\nkey = 'q'\nweights = { us_equity = 0.1, cash = 0.9 }\n";
    for model in MODELS {
        assert!(bits(&traces(BASE, model)) == bits(&traces(&two, model)), "{model:?}");
    }
}

#[test]
fn what_is_compared_is_not_empty_and_a_seed_moves_it() {
    let (one, other) = (traces(BASE, &[]), traces(BASE, &["run.seed=2"]));
    assert_eq!((one.len(), one[0].market.len(), one[0].accounts[0].len()), (40, 144, 144));
    assert!(bits(&one) != bits(&other));
    let gated =
        one.iter().flat_map(|told| &told.market).any(|step| step.paid[3].is_some_and(|paid| paid < 1.0));
    let stale = one.iter().flat_map(|told| &told.market).any(|step| (step.nav_ratio[3] - 1.0).abs() > 0.01);
    assert!(gated && stale, "gated {gated}, stale {stale}");
}
