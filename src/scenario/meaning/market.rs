//! `[market]`: which assets there are, with which figures, and what trading them costs; once for each set of
//! assumptions that is named.

use crate::error::{Error, Problem};
use crate::market::{
    Asset, AssetClass, AssumptionSet, Fees, Frictions, GateRule, HalfSpread, Liquidity, MAX_ASSETS, Market,
    Overlays, ReturnModel, ReturnMoments, Unfilled, Vehicle, VolatilityHaircut,
};
use crate::scenario::companions::Companions;
use crate::scenario::meaning::asset::{asset_from, in_words, inflation_from};
use crate::scenario::meaning::findings::{Findings, each_problem};
use crate::scenario::meaning::{correlations, haircut, history, model, overlay, sets};
use crate::scenario::wire::{
    AssetTable, FrictionsTable, GateRuleTable, MarketTable, UnfilledWord, VolatilityHaircutValue,
};

/// What policies need to know of a market: its assets by key, and which of them are public.
#[derive(Debug, Default)]
pub(super) struct Universe {
    pub keys: Vec<String>,
    pub is_public: Vec<bool>,
    /// Assets that some of several sets have and others do not, each with a set that lacks it.
    lacking: Vec<(String, String)>,
}

impl Universe {
    pub fn index_of(&self, key: &str) -> Option<usize> {
        self.keys.iter().position(|known| known == key)
    }

    /// Notes that a name is not an asset of the market, with the one that was meant or the set that lacks it.
    pub fn unknown(&self, key: String, name: &str, findings: &mut Findings) {
        if let Some((_, set)) = self.lacking.iter().find(|(asset, _)| asset == name) {
            sets::refuse(key, name, set, findings);
        } else {
            let names = self.keys.iter().map(String::as_str);
            findings.unknown(key, name, "an asset of this market", names);
        }
    }
}

/// A market under one set of assumptions.
pub(super) struct BuiltMarket {
    /// The set by name; `None` if the file gives every figure itself.
    pub assumptions: Option<String>,
    /// Who published the figures, with a word if the scenario changed them.
    pub source: String,
    /// The assets that the set does not give.
    pub own: Vec<String>,
    pub market: Market,
}

/// The markets under each set of assumptions, missing if something is wrong with one, and what of them is known all
/// the same.
#[derive(Default)]
pub(super) struct BuiltMarkets {
    pub markets: Option<Vec<BuiltMarket>>,
    pub universe: Universe,
}

/// What the markets under all sets share.
struct Common<'a> {
    table: &'a MarketTable,
    steps_per_year: u32,
    model: Option<ReturnModel>,
    /// Moments measured from a table of history: the assets in order, then inflation; empty without such a table.
    measured: Vec<ReturnMoments>,
    /// The keys of the assets, in order.
    keys: Vec<String>,
}

pub(super) fn build(
    table: &MarketTable,
    steps_per_year: u32,
    companions: &Companions<'_>,
    findings: &mut Findings,
) -> BuiltMarkets {
    let Some(sets) = sets::chosen(table, companions, findings) else { return BuiltMarkets::default() };
    let lacking = sets::lacking(table, &sets);
    let keys = asset_keys(table, &sets, findings);
    let model = model::build(table, &keys, companions, findings);
    let measured = match &model {
        Some(model) => model.history().map(history::measured).unwrap_or_default(),
        None => history::unknown(table.model.as_deref(), keys.len() + 1),
    };
    if model.as_ref().is_some_and(|model| model.history().is_some()) {
        for (key, _) in table.asset.iter().filter(|(_, asset)| asset.real == Some(true)) {
            findings.warn(format!(
                "market.asset.{key}.real has no effect: returns are taken from a table of history, whose are nominal"
            ));
        }
    }
    let common = Common { table, steps_per_year, model, measured, keys: keys.clone() };
    // Without a set there is one market all the same.
    let each: Vec<Option<&AssumptionSet>> =
        if sets.is_empty() { vec![None] } else { sets.iter().map(Some).collect() };
    let mut universe = Universe { is_public: vec![true; keys.len()], lacking, keys };
    let mut markets = vec![];
    for (i, set) in each.into_iter().enumerate() {
        let measured = |place: usize| common.measured.get(place).copied();
        let keys = universe.keys.iter().enumerate();
        let assets: Vec<Option<Asset>> =
            keys.map(|(place, key)| asset(key, table, set, measured(place), findings)).collect();
        if i == 0 {
            let public = |asset: &Option<Asset>| asset.as_ref().is_none_or(|a| a.class == AssetClass::Public);
            universe.is_public = assets.iter().map(public).collect();
        }
        markets.push(under(&common, set, assets, findings));
    }
    BuiltMarkets { markets: markets.into_iter().collect(), universe }
}

/// The market of these assets under one set.
fn under(
    common: &Common<'_>,
    set: Option<&AssumptionSet>,
    assets: Vec<Option<Asset>>,
    findings: &mut Findings,
) -> Option<BuiltMarket> {
    let whole: Option<Vec<Asset>> = assets.into_iter().collect();
    let rest = rest_of_market(common, set, whole.as_deref(), findings);
    let overlays = overlay::build(common.table, &common.keys, set, common.measured.is_empty(), findings);
    let market = Market { assets: whole?, overlays, ..rest? };
    if !(1..=MAX_ASSETS).contains(&market.assets.len()) {
        return None;
    }
    let market = findings.take("market", market.validated().map_err(in_words_of_the_file))?;
    overlay::check(&market, common.steps_per_year, findings);
    model::check_compiles(&market, common.steps_per_year, findings);
    let assumptions = set.map(|set| set.name.clone());
    let keys = market.assets.iter().map(|asset| &asset.key);
    let own = keys.filter(|key| set.is_none_or(|set| set.index_of(key).is_none())).cloned().collect();
    Some(BuiltMarket { assumptions, source: sets::source(common.table, set, &market), own, market })
}

/// The domain's keys as the file has them.
fn in_words_of_the_file(error: Error) -> Error {
    let rename = |problem: Problem| match (problem.key.as_str(), &problem.found) {
        ("volatility_haircut", Some(asset)) => {
            Problem { key: format!("frictions.volatility_haircut.{asset}"), ..problem }
        }
        (key, _) if key.starts_with("assets.") && key.ends_with(".liquid_sleeve") => {
            let key = key.replacen("assets.", "asset.", 1);
            let help = Some("add cash to market.assets: the fund holds this share of itself in it".into());
            Problem { key, help, ..problem }
        }
        _ => problem,
    };
    each_problem(error, rename)
}

/// The keys of the market's assets in order; too many, none and repeated ones are reported.
fn asset_keys(table: &MarketTable, sets: &[AssumptionSet], findings: &mut Findings) -> Vec<String> {
    let shipped = sets::shared(sets);
    let mut keys: Vec<String> = table.assets.clone().unwrap_or_else(|| {
        let added = table.asset.keys().filter(|key| !shipped.contains(key));
        shipped.iter().chain(added).cloned().collect()
    });
    if keys.is_empty() {
        findings.missing(
            "market.assets",
            "name an assumption set, such as base_2026, or give [market.asset] tables",
        );
    }
    if keys.len() > MAX_ASSETS {
        findings.refuse("market.assets", keys.len(), format_args!("at most {MAX_ASSETS} assets"));
    }
    for (i, key) in keys.iter().enumerate() {
        if keys[..i].contains(key) {
            findings.refuse(format!("market.assets[{i}]"), format_args!("`{key}`"), "named once only");
        }
        if key == "inflation" {
            findings.refuse(
                format!("market.assets[{i}]"),
                "`inflation`",
                "an asset; inflation is always there",
            );
        }
    }
    for unused in table.asset.keys().filter(|key| !keys.contains(key)) {
        findings.warn(format!("market.asset.{unused} has no effect: market.assets does not name it"));
    }
    let mut seen: Vec<String> = vec![];
    keys.retain(|key| {
        let new = !seen.contains(key);
        seen.push(key.clone());
        new && key != "inflation"
    });
    keys.truncate(MAX_ASSETS);
    keys
}

fn asset(
    key: &str,
    table: &MarketTable,
    set: Option<&AssumptionSet>,
    measured: Option<ReturnMoments>,
    findings: &mut Findings,
) -> Option<Asset> {
    let base = set.and_then(|set| set.assets.iter().find(|asset| asset.key == key));
    let written = table.asset.get(key);
    let from_table = measured.filter(|_| base.is_none()).map(|moments| of_history(key, moments));
    let base = base.or(from_table.as_ref());
    if base.is_none() && written.is_none() {
        let place = table.assets.iter().flatten().position(|listed| listed == key).unwrap_or(0);
        if let Some(lacking) = sets::lacks(table, set) {
            sets::refuse(format!("market.assets[{place}]"), key, lacking, findings);
            return None;
        }
        let known = set.into_iter().flat_map(|set| &set.assets).map(|asset| asset.key.as_str());
        let known: Vec<&str> = known.chain(table.asset.keys().map(String::as_str)).collect();
        let accepted = "an asset of the assumption set, or one with its own [market.asset] table";
        findings.unknown(format!("market.assets[{place}]"), key, accepted, known.iter().copied());
        return None;
    }
    let empty = AssetTable::default();
    findings.take(&format!("market.asset.{key}"), asset_from(key, written.unwrap_or(&empty), base))
}

/// An asset of which nothing but its column in a table of history is known.
fn of_history(key: &str, moments: ReturnMoments) -> Asset {
    Asset {
        key: key.to_string(),
        name: in_words(key),
        moments,
        real: false,
        class: AssetClass::Public,
        liquidity: Liquidity::Liquid { half_spread: HalfSpread::constant(0.0) },
        volatility_levels: [1.0; 3],
        fees: Fees::NONE,
        vehicle: Vehicle::default(),
        illiquidity_premium: None,
        provenance: "measured from the table of history".into(),
        interest: None,
    }
}

/// Everything but the assets and overlays, which the caller puts in.
fn rest_of_market(
    common: &Common<'_>,
    set: Option<&AssumptionSet>,
    assets: Option<&[Asset]>,
    findings: &mut Findings,
) -> Option<Market> {
    let table = common.table;
    let inflation = inflation(table, set, common.measured.last(), findings);
    let frictions = frictions(&table.frictions, common.steps_per_year, findings);
    let rule = haircut::build(&table.haircut_rule, assets, set, findings);
    let gate_rule = gate_rule(table.gate_rule, findings);
    let assets = assets?;
    let prices = inflation.as_ref().map(|(moments, _)| *moments);
    let (correlation, correlation_provenance) = correlations::build(table, assets, prices, set, findings);
    let default_stress = || assets.iter().any(|a| a.key == "us_equity").then(|| "us_equity".to_string());
    let stress_asset = table.stress_asset.clone().or_else(default_stress);
    let (inflation, inflation_provenance) = inflation?;
    Some(Market {
        assets: vec![],
        inflation,
        inflation_provenance,
        correlation: correlation?,
        correlation_provenance,
        friction_provenance: set.map_or("the scenario's own", |s| s.friction_provenance.as_str()).to_string(),
        model: common.model.clone()?,
        frictions: frictions?,
        haircut_rule: rule?.0,
        academic_discount: rule?.1,
        gate_rule: gate_rule?,
        stress_asset,
        overlays: Overlays::default(),
    })
}

fn inflation(
    table: &MarketTable,
    set: Option<&AssumptionSet>,
    measured: Option<&ReturnMoments>,
    findings: &mut Findings,
) -> Option<(ReturnMoments, String)> {
    let of_history = measured.map(|moments| (*moments, "measured from the table of history"));
    let base = set.map(|set| (set.inflation, set.inflation_provenance.as_str())).or(of_history);
    match (&table.inflation, base) {
        (Some(written), base) => findings.take("market.inflation", inflation_from(written, base)),
        (None, Some((moments, provenance))) => Some((moments, provenance.to_string())),
        (None, None) => {
            let none = findings.take("market.inflation", ReturnMoments::from_simple(0.0, 0.0))?;
            Some((none, "none given: prices stand still".into()))
        }
    }
}

fn frictions(table: &FrictionsTable, steps_per_year: u32, findings: &mut Findings) -> Option<Frictions> {
    Some(Frictions {
        fees: table.fees,
        volatility_haircut: volatility_haircut(&table.volatility_haircut, findings)?,
        liquidity_haircut: table.liquidity_haircut,
        half_spreads: table.half_spreads,
        smoothing: table.smoothing,
        gates: table.gates.unwrap_or(steps_per_year >= 4),
        unfilled: match table.unfilled {
            UnfilledWord::Queues => Unfilled::Queues,
            UnfilledWord::Lapses => Unfilled::Lapses,
        },
    })
}

fn gate_rule(table: GateRuleTable, findings: &mut Findings) -> Option<GateRule> {
    let GateRuleTable { closing, closing_slope, threshold, reopening } = table;
    let rule = GateRule { closing, closing_slope, threshold, reopening };
    findings.take("market.gate_rule", rule.validated())
}

fn volatility_haircut(value: &VolatilityHaircutValue, findings: &mut Findings) -> Option<VolatilityHaircut> {
    let key = "market.frictions.volatility_haircut";
    match value {
        VolatilityHaircutValue::Level(level @ 0..=2) => Some(VolatilityHaircut::Level(*level as u8)),
        VolatilityHaircutValue::Level(level) => {
            findings.refuse(key, level, "level 0, 1 or 2, or factors by asset");
            None
        }
        VolatilityHaircutValue::Factors(factors) => {
            let mut sound = true;
            for (asset, factor) in factors.iter().filter(|(_, factor)| !(**factor >= 0.0 && **factor <= 10.0))
            {
                findings.refuse(format!("{key}.{asset}"), factor, "a factor from 0 to 10");
                sound = false;
            }
            sound.then(|| VolatilityHaircut::Factors(factors.clone()))
        }
    }
}
