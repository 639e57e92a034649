//! `no_premium_2026`: every figure that it derives recomputed from `base_2026`, what its alternatives earn beyond what listed
//! stocks pay, and what the house view assumes of managers. Written from the set's own memo, not from any code of the program.

use decumulus::engine::{Plan, RunOptions, run};
use decumulus::market::{Asset, AssumptionSet, FeeBasis, ReturnMoments};
use decumulus::report::{Reported, Timing, summary_json};
use decumulus::scenario::{Scenario, assumption_set, assumption_set_names};

/// Half a unit of the last digit printed.
const PRINTED: f64 = 0.5e-4;

/// Lines of the same table of J.P. Morgan that the program holds no assets for: arithmetic mean and volatility.
const US_REITS: (f64, f64) = (0.1015, 0.1740);
const HIGH_YIELD: f64 = 0.0646;
const LEVERAGED_LOANS: f64 = 0.0688;

fn set(name: &str) -> AssumptionSet {
    assumption_set(name).unwrap().unwrap()
}

fn asset<'a>(set: &'a AssumptionSet, key: &str) -> &'a Asset {
    &set.assets[set.index_of(key).unwrap()]
}

fn mean(set: &AssumptionSet, key: &str) -> f64 {
    asset(set, key).moments.mean()
}

fn correlation(set: &AssumptionSet, a: &str, b: &str) -> f64 {
    set.correlation[set.index_of(a).unwrap()][set.index_of(b).unwrap()]
}

fn log_sd_at_level_1(set: &AssumptionSet, key: &str) -> f64 {
    asset(set, key).moments.log_sd() * asset(set, key).volatility_levels[1]
}

/// Betas of a regression on two variables from covariances.
fn betas(covariances: [f64; 2], variances: [f64; 2], between: f64) -> [f64; 2] {
    let determinant = variances[0] * variances[1] - between * between;
    [
        (covariances[0] * variances[1] - covariances[1] * between) / determinant,
        (covariances[1] * variances[0] - covariances[0] * between) / determinant,
    ]
}

/// What US and international stocks pay for the risk that an asset shares with them: betas of log returns at level 1.
fn paid_by_stocks(base: &AssumptionSet, key: &str) -> ([f64; 2], f64) {
    let stocks = ["us_equity", "intl_equity"];
    let sd = log_sd_at_level_1(base, key);
    let of_stocks = stocks.map(|stock| asset(base, stock).moments.log_sd());
    let covariance = |k: usize| correlation(base, key, stocks[k]) * sd * of_stocks[k];
    let between = correlation(base, stocks[0], stocks[1]) * of_stocks[0] * of_stocks[1];
    let betas = betas([covariance(0), covariance(1)], of_stocks.map(|sd| sd * sd), between);
    let cash = mean(base, "cash");
    let premium = |k: usize| betas[k] * (mean(base, stocks[k]) - cash);
    (betas, cash + premium(0) + premium(1))
}

#[track_caller]
fn printed(found: f64, derived: f64) {
    assert!((found - derived).abs() <= PRINTED, "shipped {found}, derived {derived}");
}

#[test]
fn bitcoin_is_the_fixed_point_of_the_capital_asset_pricing_model() {
    let (base, none) = (set("base_2026"), set("no_premium_2026"));
    let stocks = asset(&base, "us_equity").moments;
    let (cash, rho) = (mean(&base, "cash"), correlation(&base, "bitcoin", "us_equity"));
    let spread = (0.55_f64.powi(2).exp() - 1.0).sqrt();
    let beta = |m: f64| rho * (1.0 + m) * spread / stocks.volatility();
    let fixed = (0..200).fold(0.05, |m, _| cash + beta(m) * (stocks.mean() - cash));
    assert!((rho - 0.40).abs() < 1e-12 && (stocks.mean() - cash - 0.0484).abs() < 1e-12);
    assert!((beta(fixed) - 1.60).abs() < 0.005, "{}", beta(fixed));
    for found in [asset(&none, "bitcoin"), asset(&set("bitcoin_capm_neutral"), "bitcoin")] {
        printed(found.moments.mean(), fixed);
        printed(found.moments.volatility(), (1.0 + fixed) * spread);
        assert!((found.moments.geometric() + 0.0472).abs() < 1e-4);
    }
}

#[test]
fn private_equity_and_infrastructure_earn_what_both_stock_markets_pay() {
    let (base, none) = (set("base_2026"), set("no_premium_2026"));
    let ([us, abroad], equity) = paid_by_stocks(&base, "private_equity");
    printed(mean(&none, "private_equity"), equity);
    assert!((us - 0.43).abs() < 0.005 && (abroad - 0.72).abs() < 0.005, "{us} {abroad}");
    let as_us_beta = (equity - mean(&base, "cash")) / (mean(&base, "us_equity") - mean(&base, "cash"));
    assert!((as_us_beta - 1.29).abs() < 0.005, "{as_us_beta}");
    let ([us, abroad], infrastructure) = paid_by_stocks(&base, "infrastructure");
    printed(mean(&none, "infrastructure"), infrastructure);
    assert!((us + 0.10).abs() < 0.005 && (abroad - 0.46).abs() < 0.005, "{us} {abroad}");
    // Commodities stay at the house's figure, which is within a twentieth of a point of that.
    let (_, commodities) = paid_by_stocks(&base, "commodities");
    printed(0.0618, commodities);
    assert_eq!(asset(&none, "commodities").moments, asset(&base, "commodities").moments);
}

#[test]
fn credit_property_and_gold_follow_their_stated_rules() {
    let (base, none) = (set("base_2026"), set("no_premium_2026"));
    printed(mean(&none, "private_credit"), f64::midpoint(LEVERAGED_LOANS, HIGH_YIELD));
    let cash = mean(&base, "cash");
    let scale = asset(&base, "real_estate").moments.volatility() / US_REITS.1;
    printed(mean(&none, "real_estate"), cash + (US_REITS.0 - cash) * scale);
    let sd = asset(&base, "gold").moments.log_sd();
    let keeps_up = (1.0 + base.inflation.geometric()) * (sd * sd / 2.0).exp() - 1.0;
    printed(mean(&none, "gold"), keeps_up);
    assert!((asset(&none, "gold").moments.geometric() - none.inflation.geometric()).abs() < 1e-4);
}

#[test]
fn everything_else_is_that_of_the_house_and_so_is_the_random_part_of_every_return() {
    let (base, none) = (set("base_2026"), set("no_premium_2026"));
    assert_eq!((&none.correlation, none.inflation), (&base.correlation, base.inflation));
    for (mine, house) in none.assets.iter().zip(&base.assets) {
        let volatility =
            house.moments.volatility() * (1.0 + mine.moments.mean()) / (1.0 + house.moments.mean());
        printed(mine.moments.volatility(), volatility);
        // Four printed digits of a volatility: the log volatility to a twentieth of a per cent of itself.
        assert!((mine.moments.log_sd() / house.moments.log_sd() - 1.0).abs() < 1e-3, "{}", mine.key);
        assert_eq!((mine.fees, mine.liquidity), (house.fees, house.liquidity), "{}", mine.key);
        assert_eq!(mine.volatility_levels, house.volatility_levels);
    }
    for key in ["us_equity", "intl_equity", "us_bonds", "tips", "cash"] {
        assert_eq!(asset(&none, key), asset(&base, key));
    }
}

/// Points that are left of an asset's mean, in the simple returns of a year at level 1, after regressions on US stocks and on
/// those of both markets, and against a mix of 60 % and 40 % of them.
fn left_over(set: &AssumptionSet, key: &str) -> (f64, f64, f64) {
    let at_level_1 = |key: &str| {
        let found = asset(set, key);
        found.moments.with_volatility_factor(found.volatility_levels[1])
    };
    let covariance = |a: &str, b: &str| {
        let (x, y): (ReturnMoments, ReturnMoments) = (at_level_1(a), at_level_1(b));
        let rho = if a == b { 1.0 } else { correlation(set, a, b) };
        (1.0 + x.mean()) * (1.0 + y.mean()) * ((rho * x.log_sd() * y.log_sd()).exp() - 1.0)
    };
    let (us, abroad) = ("us_equity", "intl_equity");
    let excess = |key: &str| mean(set, key) - mean(set, "cash");
    let with = [covariance(key, us), covariance(key, abroad)];
    let (variances, between) = ([covariance(us, us), covariance(abroad, abroad)], covariance(us, abroad));
    let both = betas(with, variances, between);
    let mix_variance = 0.36 * variances[0] + 0.16 * variances[1] + 0.48 * between;
    let mix_beta = (0.6 * with[0] + 0.4 * with[1]) / mix_variance;
    let points = |paid: f64| 100.0 * (excess(key) - paid);
    (
        points(with[0] / variances[0] * excess(us)),
        points(both[0] * excess(us) + both[1] * excess(abroad)),
        points(mix_beta * (0.6 * excess(us) + 0.4 * excess(abroad))),
    )
}

#[test]
fn what_alternatives_earn_beyond_listed_stocks_is_what_the_memo_says() {
    let none = set("no_premium_2026");
    for key in ["private_equity", "infrastructure", "gold", "commodities"] {
        let (_, both, _) = left_over(&none, key);
        assert!(both.abs() < 0.1, "{key}: {both}");
    }
    for (key, said) in [("real_estate", 3.5), ("private_credit", 0.9), ("bitcoin", 0.5)] {
        let (_, both, _) = left_over(&none, key);
        assert!((both - said).abs() <= 0.05, "{key}: {both}");
    }
    let (us, _, mix) = left_over(&none, "bitcoin");
    assert!((us - 0.5).abs() <= 0.05 && mix.abs() <= 0.05, "{us} {mix}");
    // Under the house view the same regressions leave whole points.
    let base = set("base_2026");
    for (key, least) in
        [("private_equity", 2.0), ("private_credit", 2.0), ("real_estate", 4.0), ("bitcoin", 12.5)]
    {
        let (_, both, _) = left_over(&base, key);
        assert!(both > least, "{key}: {both}");
    }
}

#[test]
fn private_assets_end_below_what_listed_markets_pay_by_what_they_cost() {
    let none = set("no_premium_2026");
    for key in ["private_equity", "private_credit", "real_estate", "infrastructure"] {
        let found = asset(&none, key);
        assert_eq!(found.fees.basis, FeeBasis::NetInstitutional, "the manager's fees are in the mean");
        assert!(found.fees.charged_per_year() >= 0.005 && found.fees.incentive_charged().is_none());
        assert_eq!((found.vehicle.liquid_sleeve, found.illiquidity_premium), (0.15, Some(0.0)));
    }
}

#[test]
fn the_house_view_says_by_how_many_points_it_is_above() {
    let (base, none) = (set("base_2026"), set("no_premium_2026"));
    for (house, fair) in base.assets.iter().zip(&none.assets) {
        let points = 100.0 * (house.moments.mean() - fair.moments.mean());
        if points.abs() > 0.005 {
            let said = if house.key == "bitcoin" {
                format!("{points:.1} above")
            } else {
                format!("{points:.2} points")
            };
            assert!(house.provenance.contains(&said), "{}: {said} is not in {}", house.key, house.provenance);
            assert!(house.provenance.contains("no_premium_2026"));
        }
    }
    assert!(base.title.contains("house view"));
}

#[test]
fn no_premium_is_never_said_of_a_mean_far_above_that_of_stocks() {
    for &name in assumption_set_names() {
        let set = set(name);
        let Some(place) = set.index_of("us_equity") else { continue };
        let stocks = set.assets[place].moments.mean();
        let far = set.assets.iter().filter(|asset| asset.moments.mean() > stocks + 0.05);
        for asset in far {
            assert!(!asset.provenance.to_lowercase().contains("no premium"), "{name} {}", asset.key);
            assert!(asset.key != "bitcoin" || !set.title.to_lowercase().contains("no premium"), "{name}");
        }
    }
}

#[test]
fn an_issuers_view_is_called_one_and_names_its_interest() {
    for &name in assumption_set_names() {
        let set = set(name);
        let bitcoin = set.assets.iter().find(|asset| asset.key == "bitcoin");
        let interest = bitcoin.and_then(|asset| asset.interest.as_deref());
        if name.contains("issuer") {
            assert!(set.title.starts_with("An issuer's view of Bitcoin"), "{}", set.title);
            assert_eq!(set.interest.as_deref(), Some("VanEck sells Bitcoin funds"));
            assert_eq!(interest, set.interest.as_deref());
        } else {
            assert_eq!(interest, None, "{name}");
        }
    }
    let base = set("base_2026");
    let interested = |set: &AssumptionSet| -> Vec<String> {
        set.assets.iter().filter(|a| a.interest.is_some()).map(|a| a.key.clone()).collect()
    };
    assert_eq!(interested(&base), ["private_equity", "private_credit", "real_estate", "infrastructure"]);
    // Who derives a figure anew has a view of his own.
    assert!(interested(&set("no_premium_2026")).is_empty() && interested(&set("survey_2017")).is_empty());
}

#[test]
fn a_fund_that_holds_cash_asks_for_it_by_name() {
    let text = "[market]\nassumptions = 'no_premium_2026'\nassets = ['us_equity', 'private_equity']\n\
                [account]\nyears = 10\nopening_balance = 1000\n[[policy]]\nkey = 'all'\nweights = { us_equity = 1 }\n";
    let error = Scenario::from_toml(text, "x.toml", &[]).unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
    let message = error.to_string();
    for words in ["market.asset.private_equity.liquid_sleeve is 0.15", "add cash to market.assets"] {
        assert!(message.contains(words), "{message}");
    }
    let with_cash = text.replace("'private_equity']", "'private_equity', 'cash']");
    assert!(Scenario::from_toml(&with_cash, "x.toml", &[]).is_ok());
}

#[test]
fn the_question_of_the_published_range_is_sound_and_asks_for_managers_of_the_top_third() {
    let text = include_str!("questions/vanguard_top_third.toml");
    let scenario = Scenario::from_toml(text, "vanguard_top_third.toml", &[]).unwrap();
    assert!(scenario.warnings.is_empty(), "{:?}", scenario.warnings);
    let market = &scenario.inputs.market;
    let managers = market.overlays.managers.as_ref().unwrap();
    // The mean of a standard normal above its 67th percentile: its density there over a third.
    let (quantile, density) = (0.430_727_f64, |x: f64| (-x * x / 2.0).exp() / std::f64::consts::TAU.sqrt());
    let mean_of_top_third = 3.0 * density(quantile);
    for (key, sd) in [("private_equity", 0.06), ("private_credit", 0.02)] {
        let spread = managers.assets[key];
        assert_eq!(spread.sd, sd);
        assert!((spread.shift() - mean_of_top_third * sd).abs() < 0.002 * sd, "{key}: {spread:?}");
    }
    assert!(market.overlays.parameter_uncertainty.is_some());
}

#[test]
fn a_summary_holds_both_means_of_every_asset_and_whose_interest_they_serve() {
    let scenario = Scenario::from_toml(
        "[market]\nassumptions = 'base_2026'\nassets = ['us_equity', 'private_equity', 'bitcoin']\n\
         [market.frictions]\nvolatility_haircut = 1\n[run]\nlifetimes = 50\n[account]\nyears = 5\n\
         opening_balance = 1000\n[[policy]]\nkey = 'all'\nweights = { us_equity = 1 }\n",
        "x.toml",
        &[],
    )
    .unwrap();
    let outcome = run(&Plan::compile(&scenario.inputs).unwrap(), &RunOptions::default(), &()).unwrap();
    let timing = Timing { wall_seconds: 1.0, threads: 1, lifetimes_per_second: 50.0 };
    let summary: serde_json::Value =
        serde_json::from_str(&summary_json(Reported::new(&scenario, &outcome), &timing)).unwrap();
    let assets = &summary["conventions"]["assets"];
    let near = |found: &serde_json::Value, value: f64| {
        assert!((found.as_f64().unwrap() - value).abs() < 1e-4, "{found} is not {value}");
    };
    near(&assets["bitcoin"]["arithmetic_mean"], 0.2412);
    near(&assets["bitcoin"]["compound_mean"], 0.0670);
    let private = &assets["private_equity"];
    near(&private["compound_mean"], 0.1020);
    // The mean held, the log volatility 1.26 times as large.
    let in_force = 1.1191_f64.ln() - (1.26_f64 * 0.17539).powi(2) / 2.0;
    near(&private["compound_mean_in_force"], in_force.exp() - 1.0);
    near(&private["volatility_factor"], 1.26);
    assert!(private["interest_of_the_source"].as_str().unwrap().contains("sells private-equity funds"));
    assert!(assets["bitcoin"]["interest_of_the_source"].is_null());
}
