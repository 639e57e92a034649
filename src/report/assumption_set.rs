//! Sets of assumptions as JSON.

use serde_json::{Map, Value, json};

use crate::market::{Asset, AssetClass, AssumptionSet, FeeBasis, Liquidity, ReturnMoments};
use crate::report::overlays::overlays;
use crate::report::pretty_json::pretty;

/// A set with every figure both ways, its correlations and where they come from, as JSON with a line feed at its end.
#[must_use]
pub fn assumption_set_json(set: &AssumptionSet) -> String {
    let mut whole = about(set);
    if let Value::Object(map) = &mut whole {
        let assets = set.assets.iter().enumerate();
        let assets = assets.map(|(k, found)| (found.key.clone(), asset(found, set.nominal_moments(k))));
        map.insert("asset".into(), assets.collect::<Map<_, _>>().into());
        let mut inflation = moments(set.inflation);
        inflation.insert("provenance".into(), set.inflation_provenance.as_str().into());
        map.insert("inflation".into(), inflation.into());
        map.insert("correlation".into(), set.correlation.clone().into());
        map.insert("correlation_provenance".into(), set.correlation_provenance.as_str().into());
        map.insert("friction_provenance".into(), set.friction_provenance.as_str().into());
        map.insert("overlays".into(), overlays(&set.overlays));
    }
    pretty(&whole) + "\n"
}

/// What sets say of themselves, as a JSON list with a line feed at its end.
#[must_use]
pub fn assumption_sets_json(sets: &[AssumptionSet]) -> String {
    pretty(&sets.iter().map(about).collect()) + "\n"
}

fn about(set: &AssumptionSet) -> Value {
    json!({
        "name": set.name,
        "title": set.title,
        "source": set.source,
        "date": set.date,
        "licence": set.licence,
        "interest": set.interest,
        "extends": set.extends,
        "order": set.assets.iter().map(|asset| asset.key.as_str()).collect::<Vec<_>>(),
    })
}

/// The moments of annual returns: simple, geometric and in logs.
fn moments(moments: ReturnMoments) -> Map<String, Value> {
    [
        ("mean", moments.mean()),
        ("volatility", moments.volatility()),
        ("geometric", moments.geometric()),
        ("log_mean", moments.log_mean()),
        ("log_sd", moments.log_sd()),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_string(), value.into()))
    .collect()
}

/// An asset; its moments are those of the nominal return, with those of the real one beside them if they are what is given.
fn asset(asset: &Asset, nominal: ReturnMoments) -> Value {
    let mut map = Map::new();
    map.insert("name".into(), asset.name.as_str().into());
    let class = if asset.class == AssetClass::Public { "public" } else { "alternative" };
    map.insert("class".into(), class.into());
    map.extend(moments(nominal));
    if asset.real {
        map.insert("real".into(), moments(asset.moments).into());
    }
    map.insert("volatility_levels".into(), json!(asset.volatility_levels));
    let compound = asset.volatility_levels.map(|f| asset.moments.with_volatility_factor(f).geometric());
    map.insert("geometric_at_volatility_levels".into(), json!(compound));
    map.insert("management_fee".into(), asset.fees.management.into());
    map.insert("wrapper_fee".into(), asset.fees.wrapper.into());
    let basis = if asset.fees.basis == FeeBasis::Gross { "gross" } else { "net_institutional" };
    map.insert("fee_basis".into(), basis.into());
    let (key, value) = match asset.liquidity {
        Liquidity::Liquid { half_spread: s } => {
            ("half_spread", json!({ "normal": s.normal, "stress": s.stress, "crisis": s.crisis }))
        }
        Liquidity::Illiquid { haircut_scale } => ("haircut_scale", haircut_scale.into()),
    };
    map.insert(key.into(), value);
    map.insert("illiquidity_premium".into(), asset.illiquidity_premium.into());
    map.insert("provenance".into(), asset.provenance.as_str().into());
    map.insert("interest".into(), json!(asset.interest));
    map.into()
}
