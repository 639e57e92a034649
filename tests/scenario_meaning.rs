//! What files mean: defaults, overrides, glide paths, correlations, and the reference job.

use decumulus::market::{FeeBasis, HalfSpread, Liquidity, VolatilityHaircut};
use decumulus::participant::{
    Indexing, Life, Limits, Participant, PaymentTiming, PaymentsPer, Spending, Withdrawal,
};
use decumulus::policy::{Rebalancing, TradingCosts, WithdrawalOrder};
use decumulus::scenario::{Basis, ExpectedFigure, MoneyAxis, Scenario, shipped};

fn named(name: &str) -> &'static str {
    shipped().iter().find(|shipped| shipped.name == name).unwrap().text
}

fn read(text: &str) -> Scenario {
    Scenario::from_toml(text, "folder/My scenario.toml", &[]).unwrap()
}

fn with(text: &str, flags: &[&str]) -> Scenario {
    let flags: Vec<String> = flags.iter().map(ToString::to_string).collect();
    Scenario::from_toml(text, "x.toml", &flags).unwrap()
}

const LUMP_SUM: &str = "
[market.asset.fund]
mean = 0.05
volatility = 0
[account]
years = 30
opening_balance = 1e5
[[policy]]
key = 'all_in'
weights = { fund = 1 }
";

#[test]
fn the_smallest_scenario_has_the_documented_defaults() {
    let scenario = read(LUMP_SUM);
    assert_eq!((scenario.name.as_str(), scenario.title.as_str()), ("my_scenario", "My scenario"));
    assert_eq!(scenario.assumptions, None);
    assert_eq!(scenario.source, "the scenario's own figures");
    assert_eq!((scenario.output.axis, scenario.output.basis), (MoneyAxis::Log, Basis::Real));
    let inputs = &scenario.inputs;
    assert_eq!((inputs.settings.lifetimes, inputs.settings.steps_per_year), (100_000, 12));
    assert_eq!(inputs.market.assets[0].moments.log_sd(), 0.0);
    assert_eq!(inputs.market.inflation.log_mean(), 0.0);
    assert_eq!(inputs.market.stress_asset, None);
    assert_eq!(inputs.policies[0].rebalancing, Rebalancing::Yearly);
    assert_eq!(inputs.policies[0].trading_costs, TradingCosts::AllTrades);
    assert_eq!(inputs.policies[0].withdrawals, WithdrawalOrder::LiquidFirst);
    assert_eq!(inputs.policies[0].name, "All in");
}

#[test]
fn an_account_can_say_everything_that_a_formula_needs() {
    let scenario = with(
        LUMP_SUM,
        &[
            "run.step=year",
            "market.inflation={ mean = 0.03, volatility = 0 }",
            "account.contribution=100",
            "account.contribution_growth=0.02",
            "account.contribution_years=10",
            "account.contribution_indexed=from_second",
            "account.withdrawal_share=0.04",
            "account.withdrawal_after_years=10",
            "account.withdrawal_indexed=from_second",
            "account.payments=start",
            "account.payments_per=step",
            "account.age=65",
            "account.life.gompertz={ mode = 88, dispersion = 10 }",
        ],
    );
    let Participant::Account(account) = &scenario.inputs.participant else { panic!("an account") };
    assert_eq!(account.withdrawal, Withdrawal::ShareOfOpening(0.04));
    assert_eq!(
        (account.contribution_index, account.withdrawal_index),
        (Indexing::FromSecond, Indexing::FromSecond)
    );
    assert_eq!((account.timing, account.payments_per), (PaymentTiming::Start, PaymentsPer::Step));
    assert_eq!(account.life, Life::Gompertz { mode: 88.0, dispersion: 10.0 });
    assert_eq!((account.age, account.contribution_years, account.withdrawal_after_years), (65, 10, 10));
    assert!((scenario.inputs.market.inflation.mean() - 0.03).abs() < 1e-15);
}

#[test]
fn the_reference_scenario_is_the_job_of_the_benchmark() {
    let scenario = read(named("reference"));
    let inputs = &scenario.inputs;
    let keys: Vec<&str> = inputs.market.assets.iter().map(|asset| asset.key.as_str()).collect();
    assert_eq!(keys, ["us_equity", "us_bonds", "gold", "private_equity", "bitcoin"]);
    let fees: Vec<f64> = inputs.market.assets.iter().map(|asset| asset.fees.charged_per_year()).collect();
    assert_eq!(fees, [0.0005, 0.0005, 0.0025, 0.0075, 0.0025]);
    let spread = |i: usize| match inputs.market.assets[i].liquidity {
        Liquidity::Liquid { half_spread } => half_spread,
        Liquidity::Illiquid { .. } => HalfSpread::constant(0.0),
    };
    assert_eq!([0, 1, 2, 3, 4].map(|i| spread(i).crisis), [0.0002, 0.0002, 0.0003, 0.0, 0.0010]);
    assert_eq!([0, 1, 2, 3, 4].map(|i| spread(i).normal), [0.0002, 0.0002, 0.0003, 0.0, 0.0010]);
    assert_eq!(inputs.market.volatility_factors(), [1.0; 5]);
    let frictions = &inputs.market.frictions;
    assert!(frictions.fees && frictions.half_spreads && !frictions.liquidity_haircut);
    let correlations = [(0, 1, 0.30), (0, 3, 0.75), (1, 2, 0.38), (3, 4, 0.35), (1, 5, -0.24), (3, 5, 0.07)];
    for (i, j, value) in correlations {
        assert_eq!(inputs.market.correlation.get(i, j), value);
    }
    let policy = &inputs.policies[0];
    assert_eq!(policy.allocation.at(40.0), [0.60, 0.25, 0.05, 0.05, 0.05]);
    assert_eq!((policy.rebalancing, policy.trading_costs), (Rebalancing::Yearly, TradingCosts::Rebalancing));
    assert_eq!(policy.withdrawals, WithdrawalOrder::ProRata);
    let schedule = inputs.participant.schedule(12).unwrap();
    assert_eq!(schedule.steps(), 840);
    assert!((schedule.contribution[479] - 600.0 * 1.01_f64.powf(479.0 / 12.0)).abs() < 1e-9);
    let need = (0.6 * 60_000.0 * 1.01_f64.powi(40) - 24_000.0) / 12.0;
    assert!((schedule.need[480] - need).abs() < 1e-9);
    assert!(schedule.survival.iter().all(|&alive| alive == 1.0));
    assert_eq!((schedule.opening_balance, schedule.fee_per_head, schedule.fee_share), (0.0, 0.0, 0.0));
}

/// The median real balance of a policy at an age, nothing being uncertain.
fn certain_balance(text: &str, flags: &[&str], policy: usize, age: u32) -> f64 {
    let outcome = crate::common::run(&with(text, &[flags, &["run.lifetimes=1"]].concat()).inputs);
    let year = outcome.ages.iter().position(|&known| known == age).unwrap();
    outcome.real.mean[[policy, year]]
}

const GLIDING: &str = "
[run]
step = 'year'
[market]
assets = ['us_equity', 'us_bonds', 'gold']
[market.asset.us_equity]
mean = 0.08
volatility = 0
[market.asset.us_bonds]
mean = 0.03
volatility = 0
[market.asset.gold]
mean = 0.05
volatility = 0
class = 'alternative'
[account]
age = 25
years = 65
opening_balance = 100_000
";

#[test]
fn a_tapering_sleeve_on_a_glide_path_is_pro_rata_at_every_age() {
    let text = format!(
        "{GLIDING}
        [[policy]]
        key = 'sleeve'
        weights_by_age = [{{ age = 30, weights = {{ us_equity = 0.9, us_bonds = 0.1 }} }},
            {{ age = 45, weights = {{ us_equity = 0.7, us_bonds = 0.3 }} }},
            {{ age = 60, weights = {{ us_equity = 0.4, us_bonds = 0.6 }} }}]
        sleeve_by_age = [{{ age = 30, weights = {{ gold = 0.10 }} }}, {{ age = 50, weights = {{ gold = 0.02 }} }}]
        "
    );
    // The same sum by hand, year by year: rebalanced yearly, so in steps of a month it is no other.
    let line = |age: f64, points: &[(f64, f64)]| {
        let (first, last) = (points[0], points[points.len() - 1]);
        let between = points.windows(2).find(|pair| pair[0].0 <= age && age <= pair[1].0);
        match between {
            Some(pair) => pair[0].1 + (pair[1].1 - pair[0].1) * (age - pair[0].0) / (pair[1].0 - pair[0].0),
            None if age < first.0 => first.1,
            None => last.1,
        }
    };
    let mut balance = 100_000.0;
    for age in 25..45 {
        let age = f64::from(age);
        let stocks = line(age, &[(30.0, 0.9), (45.0, 0.7), (60.0, 0.4)]);
        let gold = line(age, &[(30.0, 0.10), (50.0, 0.02)]);
        balance *= 1.0 + (1.0 - gold) * (0.08 * stocks + 0.03 * (1.0 - stocks)) + 0.05 * gold;
    }
    assert!((balance - 385_067.62).abs() < 0.005, "{balance}");
    for step in ["run.step=year", "run.step=quarter", "run.step=month"] {
        let found = certain_balance(&text, &[step], 0, 45);
        assert!((found / balance - 1.0).abs() < 1e-9, "{step}: {found}");
    }
}

#[test]
fn a_hundred_minus_age_is_that_from_birth_to_a_hundred() {
    let named = "
        [[policy]]
        key = 'named'
        glide_path = '100_minus_age'
        equity = { us_equity = 1 }
        bonds = { us_bonds = 1 }
        [[policy]]
        key = 'by_hand'
        weights_by_age = [{ age = 0, weights = { us_equity = 1 } }, { age = 100, weights = { us_bonds = 1 } }]
    ";
    let text = format!("{GLIDING}{named}");
    for policy in [0, 1] {
        let found = certain_balance(&text, &[], policy, 90);
        assert!((found - 2_609_032.76).abs() < 0.005, "{found}");
    }
    let late = [
        "account.age=80",
        "account.years=10",
        "market.asset.us_equity.mean=0.10",
        "market.asset.us_bonds.mean=0",
    ];
    assert!((certain_balance(&text, &late, 0, 90) - 116_622.38).abs() < 0.005);
    let weights = &with(&text, &[]).inputs.policies[0].allocation;
    for (age, stocks) in [(0.0, 1.0), (12.5, 0.875), (99.0, 0.01), (100.0, 0.0), (119.0, 0.0)] {
        assert!((weights.at(age)[0] - stocks).abs() < 1e-15, "{age}");
    }
}

#[test]
fn a_sleeve_of_weight_zero_and_a_twin_change_no_bit() {
    let text = |more: &str| {
        format!(
            "{}
            [[policy]]
            key = 'p'
            glide_path = 'vanguard_like'
            equity = {{ us_equity = 1 }}
            bonds = {{ us_bonds = 1 }}
            {more}",
            GLIDING.replace("mean = 0.08\nvolatility = 0", "mean = 0.08\nvolatility = 0.2")
        )
    };
    let plain = crate::common::run(&with(&text(""), &["run.lifetimes=500"]).inputs);
    let nothing =
        "sleeve_by_age = [{ age = 31.3, weights = { gold = 0 } }, { age = 66, weights = { gold = 0 } }]";
    let zero = crate::common::run(&with(&text(nothing), &["run.lifetimes=500"]).inputs);
    assert_eq!(plain, zero);
    let twin = text("")
        + "[[policy]]\nkey = 'q'\nglide_path = 'vanguard_like'\nequity = { us_equity = 1 }\nbonds = { us_bonds = 1 }\n"
        + "sleeve = { gold = 0 }";
    let both = crate::common::run(&with(&twin, &["run.lifetimes=500"]).inputs);
    assert_eq!(
        both.real.percentiles.index_axis(ndarray::Axis(0), 0),
        both.real.percentiles.index_axis(ndarray::Axis(0), 1)
    );
}

#[test]
fn the_larger_catch_up_comes_in_2025_by_law() {
    let text = "
        [run]
        step = 'year'
        [market.asset.fund]
        mean = 0
        volatility = 0
        [participant]
        age = 58
        retirement_age = 65
        horizon_age = 66
        salary = 200_000
        deferral = 0.5
        limits = 2024
        limits_real_growth = 0
        [participant.spending]
        amount = 0
        [[policy]]
        key = 'p'
        weights = { fund = 1 }
    ";
    // Seven years of 23,000 and 7,500, and 3,750 more at 60, 61, 62 and 63.
    assert!((certain_balance(text, &[], 0, 65) - (7.0 * 30_500.0 + 15_000.0)).abs() < 1e-6);
    // At 60 in 2024 itself it is not there yet.
    let flags = ["participant.age=60"];
    assert!((certain_balance(text, &flags, 0, 65) - (5.0 * 30_500.0 + 11_250.0)).abs() < 1e-6);
    assert!(
        (certain_balance(text, &["participant.limits=2025"], 0, 65) - (7.0 * 31_000.0 + 15_000.0)).abs()
            < 1e-6
    );
}

#[test]
fn final_pay_is_that_of_the_last_year_worked() {
    let text = "
        [market.asset.fund]
        mean = 0
        volatility = 0
        [participant]
        age = 63
        retirement_age = 65
        horizon_age = 70
        salary = 100_000
        real_wage_growth = 0.05
        opening_balance = 1e6
        limits = 'none'
        [participant.spending]
        share_of_final_pay = 0.5
        [[policy]]
        key = 'p'
        weights = { fund = 1 }
    ";
    for (step, steps) in [("year", 1), ("quarter", 4), ("month", 12)] {
        let flag = format!("run.step={step}");
        let outcome = crate::common::run(&with(text, &[&flag, "run.lifetimes=1"]).inputs);
        let pay: f64 = (0..steps)
            .map(|s| 100_000.0 / f64::from(steps) * 1.05_f64.powf(1.0 + f64::from(s) / f64::from(steps)))
            .sum();
        assert!((outcome.final_pay.unwrap() - pay).abs() < 1e-6, "{step}");
        let rate = outcome.policies[0].replacement_rate.as_ref().unwrap().mean.value;
        assert!((rate - 0.5).abs() < 1e-9, "{step}: {rate}");
        // Five years of half that pay.
        assert!((outcome.real.mean[[0, 6]] - (1e6 - 2.5 * pay)).abs() < 1e-3, "{step}");
    }
}

#[test]
fn the_default_scenario_carries_the_policies_that_people_ask_about() {
    let scenario = read(named("default"));
    let keys: Vec<&str> = scenario.inputs.policies.iter().map(|policy| policy.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "sixty_forty",
            "target_date",
            "target_date_bitcoin_5",
            "target_date_gold_5",
            "target_date_private_10",
            "target_date_all_alternatives"
        ]
    );
    let market = &scenario.inputs.market;
    assert_eq!(market.stress_asset.as_deref(), Some("us_equity"));
    assert_eq!(market.frictions.volatility_haircut, VolatilityHaircut::Level(1));
    let sets: Vec<_> = scenario.under_each_set().into_iter().filter_map(|each| each.assumptions).collect();
    assert_eq!(sets, ["no_premium_2026", "base_2026"]);
    let Participant::Saver(saver) = &scenario.inputs.participant else { panic!("a saver") };
    assert_eq!(saver.plan.limits, Limits::of_year(2026));
    assert_eq!(saver.life, Life::Gompertz { mode: 89.0, dispersion: 9.5 });
    assert_eq!(saver.spending, Spending::ShareOfFinalPay(0.70));
    assert_eq!((saver.plan.escalation_cap, saver.benefit.per_year), (0.08, 42_000.0));
}

#[test]
fn a_target_date_fund_splits_equity_60_to_40_and_moves_into_tips_from_55() {
    let scenario = read(named("default"));
    let market = &scenario.inputs.market;
    let weight =
        |age: f64, key: &str| scenario.inputs.policies[1].allocation.at(age)[market.index_of(key).unwrap()];
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} is not {b}");
    close(weight(30.0, "us_equity"), 0.54);
    close(weight(30.0, "intl_equity"), 0.36);
    close(weight(30.0, "us_bonds"), 0.10);
    close(weight(55.0, "tips"), 0.0);
    close(weight(60.0, "tips"), 0.42 * 0.125);
    close(weight(65.0, "tips"), 0.50 * 0.25);
    close(weight(80.0, "tips"), 0.70 * 0.25);
    close(weight(80.0, "us_bonds"), 0.70 * 0.75);
}

#[test]
fn a_sleeve_is_paid_for_by_public_assets_in_proportion() {
    let scenario = read(named("default"));
    let weights = scenario.inputs.policies[5].allocation.at(40.0);
    assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert!((weights[0] - 0.54 * 0.80).abs() < 1e-12);
    assert!((weights[scenario.inputs.market.index_of("private_equity").unwrap()] - 0.08).abs() < 1e-12);
}

#[test]
fn glide_paths_may_hold_other_assets() {
    let scenario = with(
        named("default"),
        &[
            "policy.target_date.equity={ us_equity = 1.0 }",
            "policy.target_date.bonds={ us_bonds = 0.5, gold = 0.5 }",
        ],
    );
    let weights = scenario.inputs.policies[1].allocation.at(30.0);
    assert!(
        (weights[0] - 0.9).abs() < 1e-12
            && (weights[2] - 0.05).abs() < 1e-12
            && (weights[4] - 0.05).abs() < 1e-12
    );
}

#[test]
fn flags_change_what_the_file_says() {
    let scenario = with(
        named("default"),
        &[
            "run.lifetimes=1e3",
            "policy.sixty_forty.rebalance={ band = 0.05 }",
            "policy[1].name=Fund",
            "market.asset.gold.log_mean=0.01",
            "market.frictions.volatility_haircut={ private_equity = 1.5 }",
            "market.correlations.gold.us_equity=0.2",
        ],
    );
    let market = &scenario.inputs.market;
    assert_eq!(scenario.inputs.settings.lifetimes, 1000);
    assert_eq!(scenario.inputs.policies[0].rebalancing, Rebalancing::Band(0.05));
    assert_eq!(scenario.inputs.policies[1].name, "Fund");
    let gold = &market.assets[market.index_of("gold").unwrap()];
    assert_eq!(gold.moments.log_mean(), 0.01);
    assert!((gold.moments.log_sd() - 0.1553).abs() < 1e-3, "the rest stays that of the set");
    assert!(
        gold.provenance.starts_with("the scenario's own log_mean; the rest: derived here"),
        "{}",
        gold.provenance
    );
    assert_eq!(market.volatility_factors()[market.index_of("private_equity").unwrap()], 1.5);
    assert_eq!(market.correlation.get(0, market.index_of("gold").unwrap()), 0.2);
    assert!(scenario.source.ends_with("changed in the scenario"), "{}", scenario.source);
}

#[test]
fn a_new_asset_joins_the_assets_of_the_set() {
    let scenario = with(
        named("reference"),
        &[
            "market.asset.farmland={ mean = 0.06, volatility = 0.09, class = 'alternative', haircut_scale = 0.8, \
             wrapper_fee = 0.005, fee_basis = 'net_institutional' }",
            "market.assets=['us_equity', 'us_bonds', 'gold', 'private_equity', 'bitcoin', 'farmland']",
            "market.correlations.farmland.inflation=0.3",
        ],
    );
    let market = &scenario.inputs.market;
    let farmland = &market.assets[5];
    assert_eq!((farmland.name.as_str(), farmland.fees.basis), ("Farmland", FeeBasis::NetInstitutional));
    assert_eq!(farmland.liquidity, Liquidity::Illiquid { haircut_scale: 0.8 });
    assert_eq!(market.correlation.get(5, 6), 0.3);
    assert_eq!(market.correlation.get(0, 5), 0.0);
}

#[test]
fn expectations_are_read() {
    let text = format!(
        "{}[[expect]]\npolicy = 'sixty_forty'\nfigure = 'real_percentile'\nage = 65\npercentile = 5\nvalue = 1e5\nstandard_error = 10\n\
         [[expect]]\npolicy = 'sixty_forty'\nfigure = 'ruin'\nvalue = 0.2\nstandard_error = 0.001\n",
        named("default")
    );
    // The shipped file has expectations of its own; these two come after them.
    let own = read(named("default")).expectations.len();
    let expectations = read(&text).expectations;
    assert_eq!(expectations[own].figure, ExpectedFigure::RealPercentile { age: 65, probability: 0.05 });
    assert_eq!((expectations[own].value, expectations[own].standard_error), (1e5, 10.0));
    assert_eq!(expectations[own + 1].figure, ExpectedFigure::Ruin);
}

#[test]
fn an_override_of_an_asset_that_is_not_in_the_market_warns() {
    let scenario = with(named("reference"), &["market.asset.cash.mean=0.02"]);
    assert!(scenario.warnings[0].contains("market.asset.cash has no effect"), "{:?}", scenario.warnings);
}

#[test]
fn overlays_take_the_shipped_figures_of_the_set_and_the_scenario_s_own() {
    let text = "[market]\nassumptions = \"base_2026\"\n[market.asset.mine]\nmean = 0.05\nvolatility = 0.1\n\
                [market.parameter_uncertainty]\nsd = { mine = 0.02, gold = 0.03 }\n[market.managers]\n\
                [account]\nyears = 3\nopening_balance = 1\n[[policy]]\nkey = \"a\"\nweights = { mine = 1 }\n";
    let overlays =
        |flags: &[String]| Scenario::from_toml(text, "x.toml", flags).unwrap().inputs.market.overlays;
    let all = overlays(&[]);
    let uncertainty = all.parameter_uncertainty.unwrap();
    let sds = ["us_equity", "private_equity", "gold", "mine"].map(|key| uncertainty.sd_of(key));
    assert_eq!(sds, [0.0114, 0.0288, 0.03, 0.02]);
    assert!(
        uncertainty.provenance().contains("gold, mine: the scenario's own figure"),
        "{}",
        uncertainty.provenance()
    );
    let managers = all.managers.unwrap();
    let keys: Vec<&str> = managers.assets.keys().map(String::as_str).collect();
    assert_eq!(keys, ["infrastructure", "private_credit", "private_equity", "real_estate"]);
    assert_eq!(
        (managers.vintage_years, managers.persistence, managers.assets["private_equity"].sd),
        (5, 0.3, 0.06)
    );
    let changed = overlays(&[
        "market.managers.asset.private_equity.selection=0.5".into(),
        "market.parameter_uncertainty.scale=2".into(),
    ]);
    let managers = changed.managers.unwrap();
    assert_eq!((managers.assets.len(), managers.assets["private_equity"].shift()), (1, 0.03));
    assert_eq!(changed.parameter_uncertainty.unwrap().sd_of("mine"), 0.04);
}
