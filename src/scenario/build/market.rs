//! `[market]`: which assets there are, with which figures, and what trading them costs.

use crate::error::{Error, Problem};
use crate::market::{
    Asset, AssetClass, AssumptionSet, FeeBasis, Fees, Frictions, HaircutRule, HalfSpread, Liquidity,
    MAX_ASSETS, Market, ReturnModel, ReturnMoments, VolatilityHaircut,
};
use crate::scenario::assumptions::{NAMES, assumption_set};
use crate::scenario::build::asset::{asset_from, in_words, inflation_from};
use crate::scenario::build::findings::{Findings, each_problem};
use crate::scenario::build::model;
use crate::scenario::build::{correlations, history};
use crate::scenario::companions::Companions;
use crate::scenario::wire::{AssetTable, HaircutRuleTable, MarketTable, VolatilityHaircutValue};

/// What policies need to know of a market: its assets by key, and which of them are public.
#[derive(Debug, Default)]
pub(super) struct Universe {
    pub keys: Vec<String>,
    pub is_public: Vec<bool>,
}

impl Universe {
    pub fn index_of(&self, key: &str) -> Option<usize> {
        self.keys.iter().position(|known| known == key)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.keys.iter().map(String::as_str)
    }
}

/// A market, missing if something is wrong with it, and what of it is known all the same.
pub(super) struct BuiltMarket {
    pub market: Option<Market>,
    pub universe: Universe,
}

pub(super) fn build(table: &MarketTable, companions: &Companions, findings: &mut Findings) -> BuiltMarket {
    let set = chosen_set(table, findings);
    let keys = asset_keys(table, set.as_ref(), findings);
    let model = model::build(table, &keys, companions, findings);
    let measured = match &model {
        Some(model) => model.history().map(history::measured).unwrap_or_default(),
        None => history::unknown(table.model.as_deref(), keys.len() + 1),
    };
    let assets: Vec<Option<Asset>> = keys
        .iter()
        .enumerate()
        .map(|(i, key)| asset(key, table, set.as_ref(), measured.get(i).copied(), findings))
        .collect();
    let public = |asset: &Option<Asset>| asset.as_ref().is_none_or(|a| a.class == AssetClass::Public);
    let universe = Universe { is_public: assets.iter().map(public).collect(), keys };
    let whole: Option<Vec<Asset>> = assets.into_iter().collect();
    let rest = rest_of_market(table, set.as_ref(), whole.as_deref(), model, measured.last(), findings);
    let market = match (whole, rest) {
        (Some(assets), Some(market)) if (1..=MAX_ASSETS).contains(&assets.len()) => {
            let checked = Market { assets, ..market }.validated();
            findings.take("market", checked.map_err(in_words_of_the_file))
        }
        _ => None,
    };
    BuiltMarket { market, universe }
}

/// The domain's keys as the file has them.
fn in_words_of_the_file(error: Error) -> Error {
    let rename = |problem: Problem| match (problem.key.as_str(), &problem.found) {
        ("volatility_haircut", Some(asset)) => {
            Problem { key: format!("frictions.volatility_haircut.{asset}"), ..problem }
        }
        _ => problem,
    };
    each_problem(error, rename)
}

fn chosen_set(table: &MarketTable, findings: &mut Findings) -> Option<AssumptionSet> {
    let name = table.assumptions.as_deref()?;
    let Some(set) = assumption_set(name) else {
        findings.unknown("market.assumptions", name, "the name of a shipped set", NAMES);
        return None;
    };
    findings.take("market.assumptions", set)
}

/// The keys of the market's assets in order; too many, none and repeated ones are reported.
fn asset_keys(table: &MarketTable, set: Option<&AssumptionSet>, findings: &mut Findings) -> Vec<String> {
    let shipped: Vec<String> =
        set.into_iter().flat_map(|set| &set.assets).map(|asset| asset.key.clone()).collect();
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
        class: AssetClass::Public,
        liquidity: Liquidity::Liquid { half_spread: HalfSpread::constant(0.0) },
        volatility_levels: [1.0; 3],
        fees: Fees { management: 0.0, wrapper: 0.0, basis: FeeBasis::Gross },
        provenance: "measured from the table of history".into(),
    }
}

/// Everything but the assets, which the caller puts in.
fn rest_of_market(
    table: &MarketTable,
    set: Option<&AssumptionSet>,
    assets: Option<&[Asset]>,
    model: Option<ReturnModel>,
    measured: Option<&ReturnMoments>,
    findings: &mut Findings,
) -> Option<Market> {
    let inflation = inflation(table, set, measured, findings);
    let volatility_haircut = volatility_haircut(&table.frictions.volatility_haircut, findings);
    let rule = haircut_rule(&table.haircut_rule, findings);
    let assets = assets?;
    let (correlation, correlation_provenance) = correlations::build(table, assets, set, findings);
    let default_stress = || assets.iter().any(|a| a.key == "us_equity").then(|| "us_equity".to_string());
    let stress_asset = table.stress_asset.clone().or_else(default_stress);
    if stress_asset.is_none() && (table.frictions.liquidity_haircut || table.frictions.half_spreads) {
        findings.warn(
            "no asset measures market stress, so haircuts and half-spreads stay at their quiet values: \
             name one as market.stress_asset"
                .into(),
        );
    }
    let (inflation, inflation_provenance) = inflation?;
    Some(Market {
        assets: vec![],
        inflation,
        inflation_provenance,
        correlation: correlation?,
        correlation_provenance,
        friction_provenance: set.map_or("the scenario's own", |s| s.friction_provenance.as_str()).to_string(),
        model: model?,
        frictions: Frictions {
            fees: table.frictions.fees,
            volatility_haircut: volatility_haircut?,
            liquidity_haircut: table.frictions.liquidity_haircut,
            half_spreads: table.frictions.half_spreads,
        },
        haircut_rule: rule?,
        stress_asset,
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

fn haircut_rule(table: &HaircutRuleTable, findings: &mut Findings) -> Option<HaircutRule> {
    let HaircutRuleTable { base, slope, curvature, cap } = *table;
    findings.take("market.haircut_rule", HaircutRule { base, slope, curvature, cap }.validated())
}
