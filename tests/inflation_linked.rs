//! Assets that are given in real terms: the law of their real return under every model, what follows for the nominal one, and what
//! they are good for.

use decumulus::engine::{Plan, Settings};
use decumulus::market::{Ingredients, Leverage, Market, Model, ReturnMoments, Vehicle};
use decumulus::participant::{Account, Indexing, Participant, Withdrawal};
use decumulus::scenario::Scenario;
use fearless_simd::Level;

use crate::common::{account_in, asset, market, run, simple_asset};
use crate::models::{market_under, rows, tile};

/// The same market with its first and its last asset given in real terms.
fn linked(market: &Market) -> Market {
    let mut linked = market.clone();
    (linked.assets[0].real, linked.assets[2].real) = (true, true);
    linked
}

fn compiled(market: &Market, factors: [f64; 3]) -> Model {
    Model::compile(&Ingredients::new(market, 12, &factors, &[0.0, 0.01, 0.02])).unwrap()
}

#[test]
fn prices_come_on_top_of_the_real_growth_that_every_model_makes() {
    for row in rows() {
        let real = market_under(row.model);
        let [plain, on_top] = [&real, &linked(&real)]
            .map(|market| tile::<16>(&compiled(market, [1.0, 1.4, 1.2]), 4, Level::new(), 32, 4, 3));
        for (real, nominal) in plain.chunks_exact(4).zip(on_top.chunks_exact(4)) {
            for lane in 0..16 {
                let expected = [
                    real[0][lane] * real[3][lane],
                    real[1][lane],
                    real[2][lane] * real[3][lane],
                    real[3][lane],
                ];
                assert_eq!(
                    std::array::from_fn(|k| nominal[k][lane].to_bits()),
                    expected.map(f64::to_bits),
                    "{}",
                    row.name
                );
            }
        }
    }
}

#[test]
fn nominal_moments_and_correlations_are_those_of_the_compiled_model() {
    // Under models whose steps are independent; the first with correlated prices, which make the sum exact and not a guess.
    for row in rows().into_iter().take(2) {
        let market = linked(&market_under(row.model));
        let model = compiled(&market, [1.0, 1.0, 1.2]);
        for k in 0..3 {
            let factor = if k == 2 { 1.2 } else { 1.0 };
            let (nominal, kept) = (market.nominal_moments(k, factor), [1.0, 0.99, 0.98_f64][k].ln());
            assert!((12.0 * model.expected_log_growth(k) - nominal.log_mean() - kept).abs() < 1e-13, "{k}");
            assert!(
                ((12.0 * model.log_covariance(k, k)).sqrt() / nominal.log_sd() - 1.0).abs() < 1e-6,
                "{k}"
            );
        }
        let same_volatility = compiled(&market, [1.0; 3]);
        for (i, j) in [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)] {
            let sd = |k: usize| same_volatility.log_covariance(k, k).sqrt();
            let found = same_volatility.log_covariance(i, j) / sd(i) / sd(j);
            assert!((found - market.nominal_correlation(i, j)).abs() < 1e-6, "{i} {j}");
        }
        assert!(market.nominal_correlation(0, 3) > 0.1, "prices are in it");
    }
}

#[test]
fn without_inflation_an_asset_in_real_terms_is_any_other_bit_for_bit() {
    for row in rows() {
        let still = Market {
            inflation: ReturnMoments::from_log(0.0, 0.0).unwrap(),
            ..market_under(row.model.clone())
        };
        let still = match row.model {
            decumulus::market::ReturnModel::Regimes(mut parameters) => {
                parameters.states.iter_mut().for_each(|state| state.mean_shifts[3] = 0.0);
                Market { model: decumulus::market::ReturnModel::Regimes(parameters), ..still }
            }
            _ => still,
        };
        let [plain, linked] = [&still, &linked(&still)]
            .map(|market| tile::<16>(&compiled(market, [1.0; 3]), 4, Level::new(), 0, 2, 3));
        assert_eq!(plain, linked, "{}", row.name);
    }
}

#[test]
fn a_certain_real_return_is_certain_in_real_terms_however_prices_move() {
    let safe = decumulus::market::Asset { real: true, ..simple_asset("linker", 0.02, 0.0) };
    let mut question = account_in(safe, Account::lump_sum(1_000.0, 20));
    question.market.inflation = ReturnMoments::from_simple(0.03, 0.04).unwrap();
    question.settings = Settings { lifetimes: 200, steps_per_year: 12, ..question.settings };
    let outcome = run(&question);
    let last = outcome.ages.len() - 1;
    for percentile in 0..outcome.real.percentiles.shape()[2] {
        let found = outcome.real.percentiles[[0, last, percentile]];
        assert!((found / 1_000.0 / 1.02_f64.powi(20) - 1.0).abs() < 1e-9, "{found}");
    }
    assert!(outcome.nominal.standard_deviation[[0, last]] > 100.0);
    // A real annuity from it never fails: twenty payments at the ends of years, discounted at 2 %.
    let price: f64 = (1..=20).map(|year| 1.02_f64.powi(-year)).sum();
    let pays = |share: f64| Account {
        withdrawal: Withdrawal::Amount(share * 1_000.0 / price),
        withdrawal_index: Indexing::FromFirst,
        ..Account::lump_sum(1_000.0, 20)
    };
    for (share, ruin) in [(0.999_999, 0.0), (1.000_01, 1.0)] {
        question.participant = Participant::Account(pays(share));
        question.settings.steps_per_year = 1;
        assert_eq!(crate::common::ruin(&run(&question)).value, ruin);
    }
}

#[test]
fn what_does_not_go_together_is_refused_or_said() {
    let leverage = Leverage { debt_share: 0.3, borrowing_rate: 0.05 };
    let levered = decumulus::market::Asset {
        real: true,
        vehicle: Vehicle { leverage: Some(leverage), ..Vehicle::default() },
        ..asset("linker", 0.02, 0.05)
    };
    let error = Market { ..market(vec![levered]) }.validated().unwrap_err().to_string();
    assert!(error.contains("leverage") && error.contains("real terms"), "{error}");
    let read = |text: &str| {
        let rest =
            "\n[account]\nyears = 1\nopening_balance = 1\n[[policy]]\nkey = 'x'\nweights = { tips = 1 }\n";
        Scenario::from_toml(&format!("{text}{rest}"), "x.toml", &[])
    };
    // Figures of the other kind must all be given.
    let base = "[market]\nassumptions = 'base_2026'\nassets = ['tips']\n[market.asset.tips]\nreal = false\n";
    for figures in ["", "mean = 0.0447\n", "volatility = 0.0588\n"] {
        let error = read(&format!("{base}{figures}")).unwrap_err().to_string();
        assert!(error.contains("market.asset.tips.real"), "{error}");
    }
    let nominal = read(&format!("{base}mean = 0.0447\nvolatility = 0.0588\n")).unwrap().inputs.market;
    assert!(!nominal.assets[0].real && (nominal.nominal_moments(0, 1.0).mean() - 0.0447).abs() < 1e-12);
    let shipped = read("[market]\nassumptions = 'base_2026'\nassets = ['tips']\n").unwrap().inputs.market;
    assert!(shipped.assets[0].real && (shipped.nominal_moments(0, 1.0).mean() - 0.0447).abs() < 1e-5);
    // A table of history has nominal returns, which is said to whoever writes otherwise.
    let history = "[market]\nmodel = 'bootstrap'\nassets = ['tips']\n[market.history]\ncolumns = { tips = 'bonds_avg' }\n";
    let written =
        read(&format!("{history}[market.asset.tips]\nreal = true\nmean = 0.01\nvolatility = 0.05\n"))
            .unwrap();
    assert!(
        written.warnings.iter().any(|warning| warning.contains("tips.real has no effect")),
        "{:?}",
        written.warnings
    );
    let plain = read(&format!("{history}[market.asset.tips]\nmean = 0.01\nvolatility = 0.05\n")).unwrap();
    let balances = |scenario: &Scenario| {
        let mut inputs = scenario.inputs.clone();
        inputs.settings.lifetimes = 500;
        Plan::compile(&inputs).unwrap();
        run(&inputs).nominal.percentiles
    };
    assert_eq!(balances(&written), balances(&plain));
}
