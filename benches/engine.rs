//! How long the parts of a run take: draws, market step, tile, whole job on one thread and on two, each added
//! policy, and merging.
//!
//! The machine that runs them is rarely quiet: compare figures of one run only.

use criterion::{BenchmarkId, Criterion, Throughput};
use decumulus::Scenario;
use decumulus::engine::{InstructionSet, Plan, RunOptions, run_range, run_range_on, simulate};
use decumulus::market::{
    CrashJump, Crashes, DEFAULT_DEGREES_OF_FREEDOM, ErrorCorrelation, GarchCoefficients, GarchCorrelation,
    GarchParameters, Ingredients, ManagerSpread, Managers, Market, Memory, Model, Overlay, OverlayMemory,
    ParameterUncertainty, PermanentLoss, RegimeParameters, ReturnModel, Selection,
};
use decumulus::math::normal::normal_block;
use decumulus::math::streams::{Purpose, Streams};
use decumulus::math::{LANES, Lanes, SingleLanes};
use fearless_simd::{Level, dispatch};

const REFERENCE: &str = include_str!("../scenarios/reference.toml");

/// The reference job with a number of lifetimes and of policies (copies under other names).
fn reference(lifetimes: u64, policies: usize) -> Plan {
    let scenario = Scenario::from_toml(REFERENCE, "reference.toml", &[]);
    let mut inputs = scenario.expect("the shipped scenario is valid").inputs;
    inputs.settings.lifetimes = lifetimes;
    let first = inputs.policies[0].clone();
    for i in 1..policies {
        let mut copy = first.clone();
        copy.key = format!("copy_{i}");
        inputs.policies.push(copy);
    }
    Plan::compile(&inputs).expect("the shipped scenario is valid")
}

fn draws(c: &mut Criterion) {
    let mut group = c.benchmark_group("draws");
    group.throughput(Throughput::Elements(4 * LANES as u64));
    let streams = Streams::new(1);
    let mut out = [SingleLanes::<LANES>::splat(0.0); 4];
    let mut block = 0_u32;
    group.bench_function("normals", |b| {
        b.iter(|| {
            block = block.wrapping_add(1);
            dispatch!(Level::new(), _simd => normal_block(streams, Purpose::Market, 0, block, &mut out));
            out[0][0]
        });
    });
    group.finish();
}

/// The parameters of every model for a market, under the names that benches give them.
fn models(market: &Market) -> Vec<(&'static str, ReturnModel)> {
    let coefficients = vec![GarchCoefficients::default(); market.assets.len() + 1];
    let keys: Vec<String> = market.assets.iter().map(|asset| asset.key.clone()).collect();
    let garch =
        |correlation| ReturnModel::Garch(GarchParameters { coefficients: coefficients.clone(), correlation });
    vec![
        ("lognormal", ReturnModel::Lognormal),
        ("student_t", ReturnModel::StudentT { degrees_of_freedom: DEFAULT_DEGREES_OF_FREEDOM }),
        ("garch, constant", garch(GarchCorrelation::Constant)),
        ("garch, dynamic", garch(GarchCorrelation::DYNAMIC)),
        ("regimes", ReturnModel::Regimes(RegimeParameters::calm_and_crisis(&keys))),
    ]
}

/// A year of growth factors under every model: with the five assets of the reference job, and with all twelve.
fn market_year(c: &mut Criterion) {
    let all = "market.assets = [\"us_equity\", \"intl_equity\", \"us_bonds\", \"tips\", \"cash\", \"gold\", \
               \"commodities\", \"private_equity\", \"private_credit\", \"real_estate\", \"infrastructure\", \"bitcoin\"]";
    for flags in [vec![], vec![all.to_string()]] {
        let scenario = Scenario::from_toml(REFERENCE, "reference.toml", &flags);
        let mut market = scenario.expect("the shipped scenario is valid").inputs.market;
        let series = market.assets.len() + 1;
        let factors = market.volatility_factors();
        let no_fees = vec![0.0; market.assets.len()];
        let mut group = c.benchmark_group(format!("market year, {} assets", series - 1));
        group.throughput(Throughput::Elements((12 * series * LANES) as u64));
        let (mut memory, mut growth) = (Memory::default(), vec![Lanes::<LANES>::splat(0.0); 3 * series]);
        let (streams, mut first) = (Streams::new(1), 0);
        for (name, model) in models(&market) {
            market.model = model;
            let ingredients = Ingredients::new(&market, 12, &factors, &no_fees);
            let model = Model::compile(&ingredients).expect("default parameters are valid");
            model.open(streams, first, &mut memory);
            group.bench_function(name, |b| {
                b.iter(|| {
                    first += LANES as u64;
                    dispatch!(Level::new(), simd => {
                        model.draw(streams, first, 0, &mut memory);
                        for step in [0, 3, 6, 9] {
                            model.grow(simd, step, &mut memory, &mut growth);
                        }
                    });
                    growth[0][0]
                });
            });
        }
        group.finish();
    }
}

/// The reference market with one kind of overlay on all its assets.
fn overlaid(kind: &str) -> Market {
    let scenario = Scenario::from_toml(REFERENCE, "reference.toml", &[]);
    let mut market = scenario.expect("the shipped scenario is valid").inputs.market;
    let keys: Vec<String> = market.assets.iter().map(|asset| asset.key.clone()).collect();
    let all = kind == "all overlays";
    let overlays = &mut market.overlays;
    if all || kind == "crashes" {
        let jumps = keys.iter().map(|key| (key.clone(), CrashJump { mean: -0.002, sd: 0.001 }));
        overlays.crashes = Some(Crashes { intensity: 0.15, correlation: 0.5, assets: jumps.collect() });
    }
    if all || kind == "permanent loss" {
        let loss = PermanentLoss { hazard: 0.01, loss: 0.95 };
        overlays.permanent_loss = keys.iter().map(|key| (key.clone(), loss)).collect();
    }
    if all || kind == "parameter uncertainty" {
        overlays.parameter_uncertainty = Some(ParameterUncertainty {
            scale: 1.0,
            sd: keys.iter().map(|key| (key.clone(), 0.01)).collect(),
            correlation: ErrorCorrelation::Returns,
            sources: vec![],
        });
    }
    if all || kind == "managers" {
        let spread = ManagerSpread { sd: 0.05, selection: Selection::Deviations(0.0) };
        overlays.managers = Some(Managers {
            vintage_years: 5,
            persistence: 0.3,
            correlation: 0.0,
            assets: keys.iter().map(|key| (key.clone(), spread)).collect(),
            sources: vec![],
        });
    }
    market
}

/// Years of a market of lognormal returns with one overlay on every asset, the draws once a lifetime included; the
/// contract is that no sum of overlays costs more than three times the lognormal year.
fn overlay_years(c: &mut Criterion) {
    const YEARS: u32 = 65;
    let mut group = c.benchmark_group("overlays");
    group.sample_size(20);
    group.throughput(Throughput::Elements(u64::from(YEARS) * LANES as u64));
    for kind in ["none", "crashes", "permanent loss", "parameter uncertainty", "managers", "all overlays"] {
        let market = overlaid(kind);
        let (factors, no_fees) = (market.volatility_factors(), vec![0.0; market.assets.len()]);
        let model =
            Model::compile(&Ingredients::new(&market, 12, &factors, &no_fees)).expect("a valid market");
        let overlay = Overlay::compile(&market, 12);
        let series = market.assets.len() + 1;
        let (mut memory, mut growth) = (Memory::default(), vec![Lanes::<LANES>::splat(0.0); 3 * series]);
        let (mut on_top, streams, mut first) = (OverlayMemory::default(), Streams::new(1), 0);
        group.bench_function(kind, |b| {
            b.iter(|| {
                first += LANES as u64;
                if let Some(overlay) = &overlay {
                    overlay.open(streams, first, &mut on_top);
                }
                dispatch!(Level::new(), simd => {
                    model.open(streams, first, &mut memory);
                    for year in 0..YEARS {
                        model.draw(streams, first, year, &mut memory);
                        if let Some(overlay) = &overlay {
                            overlay.draw(streams, first, year, &mut on_top);
                        }
                        for step in [0, 3, 6, 9] {
                            model.grow(simd, step, &mut memory, &mut growth);
                            if let Some(overlay) = &overlay {
                                overlay.apply(simd, step, &on_top, &mut growth);
                            }
                        }
                    }
                });
                growth[0][0]
            });
        });
    }
    group.finish();
}

fn tiles(c: &mut Criterion) {
    let plan = reference(1 << 30, 1);
    let mut group = c.benchmark_group("tile");
    group.sample_size(20);
    group.throughput(Throughput::Elements(1024));
    for set in InstructionSet::available() {
        group.bench_function(BenchmarkId::from_parameter(set), |b| {
            b.iter(|| run_range_on(&plan, 0, 1024, set).expect("within the plan").count());
        });
    }
    group.finish();
}

fn whole_job(c: &mut Criterion) {
    let mut group = c.benchmark_group("job");
    group.sample_size(10);
    let lifetimes = 50_000;
    group.throughput(Throughput::Elements(lifetimes));
    for threads in [1, 2] {
        let plan = reference(lifetimes, 1);
        let options = RunOptions { threads: Some(threads), ..RunOptions::default() };
        group.bench_function(format!("{threads} threads"), |b| {
            b.iter(|| simulate(&plan, 0..plan.lifetimes(), &options, &()).expect("a valid plan").count());
        });
    }
    for policies in [1, 2, 4, 8] {
        let plan = reference(lifetimes, policies);
        let options = RunOptions { threads: Some(1), ..RunOptions::default() };
        group.bench_function(format!("{policies} policies on 1 thread"), |b| {
            b.iter(|| simulate(&plan, 0..plan.lifetimes(), &options, &()).expect("a valid plan").count());
        });
    }
    group.finish();
}

fn merge(c: &mut Criterion) {
    let plan = reference(20_000, 1);
    let left = run_range(&plan, 0, 10_000).expect("within the plan");
    let right = run_range(&plan, 10_000, 10_000).expect("within the plan");
    c.bench_function("merge two tallies", |b| {
        b.iter_batched(
            || left.clone(),
            |mut tally| tally.merge(&right).map(|()| tally.count()),
            criterion::BatchSize::LargeInput,
        );
    });
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    draws(&mut criterion);
    market_year(&mut criterion);
    overlay_years(&mut criterion);
    tiles(&mut criterion);
    whole_job(&mut criterion);
    merge(&mut criterion);
    criterion.final_summary();
}
