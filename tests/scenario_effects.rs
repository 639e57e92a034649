//! Keys that act by asset: each acts, is refused with its place, or is said to do nothing.

use decumulus::scenario::Scenario;

/// One asset of one's own.
const OWN: &str = "
[run]
step = 'quarter'
[market.asset.stocks]
mean = 0.08
volatility = 0.18
[account]
years = 10
opening_balance = 1e5
[[policy]]
key = 'p'
weights = { stocks = 1 }
";

/// A private fund of one's own beside cash that is certain.
const PRIVATE: &str = "
[run]
step = 'quarter'
[market.asset.fund]
mean = 0.09
volatility = 0.2
haircut_scale = 1
class = 'alternative'
[market.asset.cash]
mean = 0.03
volatility = 0
[account]
years = 10
opening_balance = 1e5
[[policy]]
key = 'p'
weights = { fund = 0.5, cash = 0.5 }
";

/// Assets of a set, one of one's own, and a policy that holds two of each.
const MIXED: &str = "
[run]
step = 'quarter'
[market]
assumptions = 'base_2026'
[market.asset.startups]
mean = 0.12
volatility = 0.4
haircut_scale = 1
[account]
years = 10
opening_balance = 1e5
[[policy]]
key = 'p'
weights = { us_equity = 0.4, us_bonds = 0.2, private_equity = 0.2, startups = 0.2 }
";

fn read(text: &str, flags: &[&str]) -> Result<Scenario, String> {
    let flags: Vec<String> = flags.iter().map(ToString::to_string).collect();
    Scenario::from_toml(text, "x.toml", &flags).map_err(|error| error.to_string())
}

fn warnings(text: &str, flags: &[&str]) -> String {
    read(text, flags).unwrap_or_else(|error| panic!("{flags:?}: {error}")).warnings.join("\n")
}

#[test]
fn a_scenario_of_which_everything_acts_says_nothing() {
    assert_eq!(warnings(OWN, &[]), "");
    assert_eq!(warnings(MIXED, &[]), "");
    assert_eq!(warnings(PRIVATE, &["market.haircut_rule={ slope = 0, curvature = 0 }"]), "");
}

#[test]
fn regimes_without_risk_assets_are_refused_and_own_assets_are_told_of() {
    let error = read(OWN, &["market.model=regimes"]).unwrap_err();
    assert!(error.starts_with("x.toml:4:2: market.regimes.risk_assets is missing"), "{error}");
    assert!(error.contains("such as [\"stocks\"]"), "{error}");
    let error = read(OWN, &["market.model=regimes", "market.regimes.risk_assets=[]"]).unwrap_err();
    assert!(error.contains("market.regimes.risk_assets is an empty list"), "{error}");
    let state = |figures: &str| {
        format!(
            "market.regimes={{ transitions = [[0.9, 0.1], [0.2, 0.8]], state = [{{ name = \"a\" }}, {{ name = \"b\", {figures} }}] }}"
        )
    };
    for figures in ["mean_shift = -0.1", "stress_weight = 0.5"] {
        let error = read(OWN, &["market.model=regimes", &state(figures)]).unwrap_err();
        assert!(error.contains("market.regimes.risk_assets is missing"), "{figures}: {error}");
    }
    // What names the asset, or all assets, acts.
    for figures in ["mean_shift = { stocks = -0.1 }", "volatility_factor = { stocks = 2 }"] {
        assert_eq!(warnings(OWN, &["market.model=regimes", &state(figures)]), "", "{figures}");
    }
    let named = ["market.model=regimes", "market.regimes.risk_assets=[\"stocks\"]"];
    assert_eq!(warnings(OWN, &named), "");
    let alike = warnings(OWN, &["market.model=regimes", &state("volatility_factor = 1")]);
    assert!(alike.contains("market.regimes has no effect: its states are alike"), "{alike}");
    let one = state("stress_weight = 0.5").replace("state = [", "risk_assets = [\"stocks\"], state = [");
    let one = ["market.model=regimes", one.as_str()];
    assert!(warnings(OWN, &one).contains("state[1].stress_weight has no effect"));
    let told = warnings(MIXED, &["market.model=regimes"]);
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.starts_with("market.regimes does not count startups among the risk assets"), "{told}");
}

#[test]
fn the_volatility_haircut_says_whom_it_leaves_alone() {
    let told = warnings(MIXED, &["market.frictions.volatility_haircut=1"]);
    assert!(
        told.starts_with("market.frictions.volatility_haircut = 1 has no effect on startups: "),
        "{told}"
    );
    let says = ["market.frictions.volatility_haircut=1", "market.asset.startups.volatility_levels=[1, 1, 1]"];
    assert_eq!(warnings(MIXED, &says), "");
    let told = warnings(PRIVATE, &["market.frictions.volatility_haircut={ cash = 2 }"]);
    assert!(told.contains("volatility_haircut.cash has no effect: cash has no volatility"), "{told}");
}

#[test]
fn figures_of_series_that_do_not_move_are_told_of() {
    let told = warnings(PRIVATE, &["market.correlations.fund={ cash = 0.3 }"]);
    assert!(told.contains("market.correlations.fund.cash has no effect: cash has no volatility"), "{told}");
    let told = warnings(
        PRIVATE,
        &["run.step=month", "market.model=garch", "market.garch.series.cash={ alpha = 0.05 }"],
    );
    assert!(told.contains("market.garch.series.cash has no effect"), "{told}");
    let told = warnings(
        PRIVATE,
        &[
            "market.model=regimes",
            "market.regimes={ transitions = [[0.9, 0.1], [0.2, 0.8]], state = [{ name = \"a\" }, { name = \"b\", volatility_factor = { fund = 2, cash = 2 } }] }",
        ],
    );
    assert!(told.contains("market.regimes.state[1].volatility_factor.cash has no effect"), "{told}");
}

#[test]
fn overlays_that_do_nothing_are_told_of() {
    for (flags, expected) in [
        (
            &["market.crashes.asset.us_equity={ mean = 0, sd = 0 }"][..],
            "market.crashes.asset.us_equity has no effect: its jump",
        ),
        (
            &["market.crashes.asset.us_equity={ mean = -0.2, sd = 0 }", "market.crashes.intensity=0"],
            "market.crashes has no effect: its intensity is 0",
        ),
        (&["market.permanent_loss.startups={ hazard = 0, loss = 1 }"], "its hazard is 0"),
        (&["market.permanent_loss.startups={ hazard = 0.1, loss = 0 }"], "its loss is 0"),
        (
            &["market.parameter_uncertainty.scale=0"],
            "market.parameter_uncertainty has no effect: its scale is 0",
        ),
        (&["market.parameter_uncertainty.scale=1"], "market.parameter_uncertainty has no effect on startups"),
        (&["market.managers.vintage_years=5"], "market.managers has no effect on startups"),
        (
            &[
                "market.managers.asset.private_equity={ sd = 0 }",
                "market.managers.asset.startups={ sd = 0.1 }",
            ],
            "market.managers.asset.private_equity has no effect: sd and selection are 0",
        ),
    ] {
        let told = warnings(MIXED, flags);
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(told.contains(expected), "{told}");
    }
    let all = [
        "market.parameter_uncertainty.sd={ startups = 0.02 }",
        "market.managers.asset={ startups = { sd = 0.1 }, private_equity = {} }",
        "market.crashes.asset.startups={ mean = -0.2, sd = 0.1 }",
        "market.permanent_loss.startups={ hazard = 0.01, loss = 1 }",
    ];
    assert_eq!(warnings(MIXED, &all), "");
}

#[test]
fn gates_act_are_refused_or_are_told_of() {
    let gate = "market.asset.fund.gate={ cap_per_quarter = 0.05 }";
    let calm = "market.haircut_rule={ slope = 0, curvature = 0 }";
    let told = warnings(PRIVATE, &[gate, calm]);
    assert!(told.contains("so gates stay at their quiet values"), "{told}");
    let told = warnings(PRIVATE, &[gate, calm, "run.step=year"]);
    assert!(told.contains("in steps of a year gates have no effect, that of fund among them"), "{told}");
    assert_eq!(warnings(PRIVATE, &[gate, calm, "run.step=year", "market.frictions.gates=false"]), "");
    let text =
        PRIVATE.replace("[market.asset.cash]", "[market.frictions]\ngates = true\n[market.asset.cash]");
    let error = read(&text, &[gate, "run.step=year"]).unwrap_err();
    assert!(error.starts_with("x.toml:10:9: market.frictions.gates is true"), "{error}");
    let error = read(OWN, &["market.asset.stocks.gate={ cap_per_quarter = 0.05 }"]).unwrap_err();
    assert!(
        error.contains("market.asset.stocks.gate is a gate, but must be left out of a liquid asset"),
        "{error}"
    );
    let told = warnings(MIXED, &["market.asset.private_equity.half_spread=0.01"]);
    assert!(
        told.contains("the gate of private_equity has no effect: its half_spread makes it liquid"),
        "{told}"
    );
    let without = "market.haircut_rule={ slope = 0, curvature = 0 }";
    for flag in ["market.gate_rule.closing=0.5", "market.frictions.unfilled=lapses", "policy.p.drift_cap=2"] {
        // Policies are changed in the text: flags name no policy.
        let (text, flags) = match flag.strip_prefix("policy.p.") {
            Some(key) => (format!("{PRIVATE}{}", key.replace('=', " = ")), vec![without]),
            None => (PRIVATE.to_string(), vec![without, flag]),
        };
        let told = warnings(&text, &flags);
        assert!(
            told.contains("no effect: ") && told.contains("fund with a gate that is at work"),
            "{flag}: {told}"
        );
        let with_gate = [&flags[..], &[gate, "market.gate_rule.closing_slope=0"]].concat();
        assert_eq!(warnings(&text, &with_gate), "", "{flag}");
    }
}

#[test]
fn figures_of_funds_that_come_to_nothing_are_told_of() {
    let lag = "market.asset.fund.nav_lag_months=1";
    let calm = "market.haircut_rule={ slope = 0, curvature = 0 }";
    let told = warnings(PRIVATE, &[lag, calm]);
    assert_eq!(
        told,
        "the nav_lag_months of fund (1) have no effect in steps of a quarter: a lag is the nearest number of whole steps, here 0"
    );
    assert_eq!(warnings(PRIVATE, &[lag, calm, "run.step=month"]), "");
    assert_eq!(warnings(PRIVATE, &["market.asset.fund.nav_lag_months=2", calm]), "");
    assert_eq!(warnings(PRIVATE, &[lag, calm, "market.frictions.smoothing=false"]), "");
    let told = warnings(
        PRIVATE,
        &[calm, "market.asset.fund.management_base=committed", "market.asset.fund.base_per_nav=1.4"],
    );
    assert_eq!(told, "market.asset.fund.management_base has no effect: its management_fee is 0");
}

#[test]
fn stress_is_asked_for_where_something_answers_to_it() {
    let told = warnings(PRIVATE, &[]);
    assert!(
        told.contains("no asset measures market stress, so haircuts stay at their quiet values"),
        "{told}"
    );
    let moving = "market.asset.stocks.half_spread={ normal = 0.001, stress = 0.01, crisis = 0.02 }";
    assert!(warnings(OWN, &[moving]).contains("so half-spreads stay"));
    assert_eq!(warnings(OWN, &[moving, "market.stress_asset=stocks"]), "");
    assert!(
        warnings(PRIVATE, &["market.stress_asset=cash"]).contains("cash measures market stress but has no")
    );
    assert!(warnings(OWN, &["market.stress_asset=stocks"]).contains("market.stress_asset has no effect"));
    assert!(warnings(OWN, &["market.haircut_rule.base=0.2"]).contains("market.haircut_rule has no effect"));
}

#[test]
fn figures_that_a_table_of_returns_replaces_are_told_of() {
    let text = "
        [market]
        model = 'bootstrap'
        assets = ['us_equity', 'us_bonds']
        [account]
        years = 10
        opening_balance = 1e5
        [[policy]]
        key = 'p'
        weights = { us_equity = 0.6, us_bonds = 0.4 }
    ";
    assert_eq!(warnings(text, &[]), "");
    let told = warnings(
        text,
        &[
            "market.asset.us_equity={ mean = 0.1, volatility = 0.2 }",
            "market.inflation={ mean = 0.03, volatility = 0 }",
            "market.correlations.us_equity={ us_bonds = 0.2 }",
        ],
    );
    for key in ["market.asset.us_equity", "market.inflation", "market.correlations"] {
        assert!(told.contains(&format!("{key} do not move returns: under the model bootstrap")), "{told}");
    }
}

#[test]
fn the_repair_leaves_pairs_without_volatility_out_and_a_riskless_asset_needs_none() {
    let text = "
        [market]
        assets = ['a', 'b', 'cash']
        [market.asset.a]
        mean = 0.07
        volatility = 0.16
        [market.asset.b]
        mean = 0.05
        volatility = 0.10
        [market.asset.cash]
        mean = 0.03
        volatility = 0
        [market.correlations]
        a = { b = 0.9, cash = -0.6 }
        b = { cash = 0.5 }
        [account]
        years = 5
        opening_balance = 1e5
        [[policy]]
        key = 'p'
        weights = { a = 0.5, b = 0.5 }
    ";
    for flags in [&[][..], &["market.repair=nearest"]] {
        let scenario = read(text, flags).unwrap();
        assert_eq!(scenario.inputs.market.correlation.get(0, 1), 0.9);
        assert_eq!(scenario.warnings.len(), 1, "{:?}", scenario.warnings);
        assert!(
            scenario.warnings[0].starts_with("the correlations of cash are left out"),
            "{:?}",
            scenario.warnings
        );
    }
    // In a state of a regime, too.
    let state = "market.regimes={ risk_assets = [\"a\", \"b\"], transitions = [[0.9, 0.1], [0.2, 0.8]], state = [{ name = \"x\" }, \
                 { name = \"y\", volatility_factor = 2, correlations = { cash = { a = -0.9, b = 0.9 } } }] }";
    let told = warnings(text, &["market.model=regimes", state]);
    assert!(told.contains("market.regimes.state[1].correlations.cash.a has no effect"), "{told}");
    let moving =
        ["market.model=regimes", state, "market.asset.cash.volatility=0.01", "market.repair=nearest"];
    assert!(read(text, &moving).unwrap_err().contains("not positive definite"));
    // With a volatility the pairs mean something, and do not fit.
    let error = read(text, &["market.asset.cash.volatility=0.01"]).unwrap_err();
    assert!(error.contains("not positive definite"), "{error}");
    let repaired = read(text, &["market.asset.cash.volatility=0.01", "market.repair=nearest"]).unwrap();
    assert!(repaired.inputs.market.correlation.get(0, 1) < 0.8);
}
