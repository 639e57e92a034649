//! What is laid beside results: the scenario with all flags applied, and what it means.

use decumulus::engine::Plan;
use decumulus::report::Origin;
use decumulus::scenario::{Scenario, Sources, resolved_text};

use super::check::digest;
use super::load::Loaded;

/// The scenario as a file that runs.
const SCENARIO: &str = "scenario.toml";

/// What it means, as `decumulus check` prints it.
const MEANING: &str = "meaning.txt";

/// The origin of a run with the papers of its folder; under several sets, with those of the folder of each set too.
pub fn of_run(origin: Origin, loaded: &Loaded) -> decumulus::Result<Origin> {
    let Loaded { scenario, sources } = loaded;
    let mut origin = of_plan(origin, loaded)?;
    if scenario.further.is_empty() {
        return Ok(origin);
    }
    for variant in scenario.under_each_set() {
        let set = variant.assumptions.clone().unwrap_or_default();
        let text = match alone(&variant, &set, sources) {
            Some(text) => text,
            None => resolved_text(sources, scenario)?,
        };
        let paper = |name: &str| format!("{set}/{name}");
        origin = origin
            .with_paper(&paper(SCENARIO), &headed(&text))
            .with_paper(&paper(MEANING), &digest(&variant));
    }
    Ok(origin)
}

/// The origin of whatever was found about a plan with the papers of its folder.
pub fn of_plan(origin: Origin, loaded: &Loaded) -> decumulus::Result<Origin> {
    let text = resolved_text(&loaded.sources, &loaded.scenario)?;
    Ok(origin.with_paper(SCENARIO, &headed(&text)).with_paper(MEANING, &digest(&loaded.scenario)))
}

/// The scenario under one of its sets alone, if that can be said in a file: it must be the same plan.
fn alone(variant: &Scenario, set: &str, sources: &Sources) -> Option<String> {
    let keys: Vec<&str> = variant.inputs.market.assets.iter().map(|asset| asset.key.as_str()).collect();
    let flags = [format!("market.assumptions=\"{set}\""), format!("market.assets={keys:?}")];
    let sources = sources.with_overrides(&flags);
    let mut read = Scenario::from_sources(&sources).ok()?;
    read.change_settings(|settings| settings.clone_from(&variant.inputs.settings));
    let is_same = Plan::compile(&read.inputs).ok()?.hash() == Plan::compile(&variant.inputs).ok()?.hash();
    is_same.then(|| resolved_text(&sources, &read).ok()).flatten()
}

fn headed(text: &str) -> String {
    format!(
        "# The scenario of the results beside this file, with every flag applied: `decumulus run` gives them again.\n\n{text}"
    )
}
