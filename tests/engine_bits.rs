//! The same bits: for any number of threads, any tile width, any instruction set, any split into shards merged in
//! any order, for a lifetime replayed alone, and whatever other policies are in the file.

use std::sync::atomic::{AtomicU64, Ordering};

use decumulus::ErrorKind;
use decumulus::engine::{
    Inputs, InstructionSet, Outcome, Plan, Progress, RunOptions, Settings, Tally, run_range, run_range_on,
    run_range_with, simulate,
};
use decumulus::market::{
    Asset, Correlation, FeeBasis, Fees, HalfSpread, Liquidity, ReturnMoments, VolatilityHaircut,
};
use decumulus::participant::{Account, Benefit, Life, Participant, Sex, Spending, Withdrawal};
use decumulus::policy::{Allocation, Policy, Rebalancing, TradingCosts, WeightPoint, WithdrawalOrder};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

use crate::common::reference::lifetime;
use crate::common::{assert_close, asset, inputs, policy, run, saver, simple_asset};
use sha2::Digest;

/// A saver of 60 who retires at 63 and may die, three policies over four assets with every friction, and inflation.
fn everything(lifetimes: u64, attribution: bool) -> Inputs {
    let mut person = saver(60, 63, 68);
    (person.opening_balance, person.fee_per_head, person.fee_share) = (150_000.0, 60.0, 0.002);
    (person.career.salary, person.plan.deferral_rate) = (60_000.0, 0.1);
    person.spending = Spending::RealAmount(45_000.0);
    person.benefit = Benefit { per_year: 12_000.0, from_age: 66 };
    person.life = Life::SocialSecurityTable(Sex::Blended { share_female: 0.5 });
    let mut assets = vec![
        simple_asset("stocks", 0.08, 0.17),
        simple_asset("bonds", 0.04, 0.05),
        simple_asset("private", 0.11, 0.2),
        simple_asset("coin", 0.2, 0.7),
    ];
    let half_spread = HalfSpread { normal: 0.0005, stress: 0.003, crisis: 0.01 };
    for asset in &mut assets {
        asset.liquidity = Liquidity::Liquid { half_spread };
        asset.fees = Fees { management: 0.004, wrapper: 0.001, basis: FeeBasis::Gross, ..Fees::NONE };
        asset.volatility_levels = [1.0, 1.1, 1.3];
    }
    assets[2].liquidity = Liquidity::Illiquid { haircut_scale: 1.0 };
    let mut question = inputs(assets, Participant::Saver(person), &[0.6, 0.4, 0.0, 0.0]);
    let rows = [
        [1.0, 0.3, 0.7, 0.4, 0.0],
        [0.3, 1.0, 0.0, 0.1, -0.2],
        [0.7, 0.0, 1.0, 0.3, 0.1],
        [0.4, 0.1, 0.3, 1.0, 0.0],
        [0.0, -0.2, 0.1, 0.0, 1.0],
    ];
    question.market.correlation = Correlation::new(rows.map(|row| row.to_vec()).to_vec()).unwrap();
    question.market.inflation = ReturnMoments::from_simple(0.025, 0.02).unwrap();
    question.market.frictions.volatility_haircut = VolatilityHaircut::Level(1);
    question.market.stress_asset = Some("stocks".into());
    question.policies = policies();
    question.settings = Settings {
        lifetimes,
        seed: 9,
        steps_per_year: 4,
        key_ages: vec![],
        attribution,
        sustainable_rate: false,
    };
    question
}

fn policies() -> Vec<Policy> {
    let points = [(60.0, vec![0.5, 0.3, 0.2, 0.0]), (68.0, vec![0.2, 0.5, 0.2, 0.1])];
    let points = points.map(|(age, weights)| WeightPoint { age, weights }).to_vec();
    vec![
        policy("balanced", &[0.6, 0.4, 0.0, 0.0]),
        Policy {
            allocation: Allocation::by_age(points).unwrap(),
            rebalancing: Rebalancing::Quarterly,
            trading_costs: TradingCosts::AllTrades,
            ..policy("glide", &[1.0, 0.0, 0.0, 0.0])
        },
        Policy {
            rebalancing: Rebalancing::Band(0.03),
            withdrawals: WithdrawalOrder::ProRata,
            ..policy("band", &[0.3, 0.2, 0.4, 0.1])
        },
    ]
}

fn plan(lifetimes: u64, attribution: bool) -> Plan {
    Plan::compile(&everything(lifetimes, attribution)).unwrap()
}

fn merged(parts: impl IntoIterator<Item = Tally>) -> Tally {
    parts
        .into_iter()
        .reduce(|mut all, part| {
            all.merge(&part).unwrap();
            all
        })
        .unwrap()
}

#[test]
fn any_number_of_threads_gives_the_same_tally() {
    // Six blocks of work, the last one short.
    let plan = plan(5_500, true);
    let with = |threads| {
        simulate(
            &plan,
            0..plan.lifetimes(),
            &RunOptions { threads: Some(threads), ..RunOptions::default() },
            &(),
        )
        .unwrap()
    };
    let one = with(1);
    assert_eq!(one.ranges(), [(0, 5_500)]);
    assert_eq!(one, run_range(&plan, 0, 5_500).unwrap());
    for threads in [2, 3, 7] {
        let several = with(threads);
        assert!(several == one && several.to_bytes() == one.to_bytes(), "{threads} threads");
    }
}

#[test]
fn any_tile_width_and_instruction_set_gives_the_same_tally() {
    let plan = plan(2_000, true);
    let (first, count) = (7, 301);
    let expected = run_range_on(&plan, first, count, InstructionSet::best()).unwrap();
    for set in InstructionSet::available() {
        assert!(run_range_with::<16>(&plan, first, count, set).unwrap() == expected, "16 lanes, {set:?}");
        assert!(run_range_on(&plan, first, count, set).unwrap() == expected, "128 lanes, {set:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn any_split_into_shards_merged_in_any_order_gives_the_same_tally(
        cuts in proptest::collection::btree_set(1_u64..400, 0..7),
        order in proptest::collection::vec(any::<u32>(), 8),
    ) {
        let plan = plan(400, false);
        let edges: Vec<u64> = std::iter::once(0).chain(cuts).chain([400]).collect();
        let mut shards: Vec<(u32, Tally)> = edges
            .windows(2)
            .zip(order)
            .map(|(edge, order)| (order, run_range(&plan, edge[0], edge[1] - edge[0]).unwrap()))
            .collect();
        shards.sort_by_key(|(order, _)| *order);
        // Each shard travels as bytes.
        let travelled = shards.iter().map(|(_, tally)| Tally::from_bytes(&tally.to_bytes(), &plan).unwrap());
        let whole = run_range(&plan, 0, 400).unwrap();
        let joined = merged(travelled);
        prop_assert!(joined == whole && joined.to_bytes() == whole.to_bytes());
        // As text, because figures that are not known are NaN and equal nothing.
        let figures = |tally| format!("{:?}", Outcome::from_tally(&plan, tally).unwrap());
        prop_assert!(figures(&joined) == figures(&whole));
    }
}

#[test]
fn merging_nests_in_any_way() {
    let plan = plan(90, false);
    let part = |first| run_range(&plan, first, 30).unwrap();
    let left = merged([merged([part(0), part(30)]), part(60)]);
    let right = merged([part(0), merged([part(60), part(30)])]);
    let with_nothing = merged([Tally::empty(&plan), left.clone(), run_range(&plan, 10, 0).unwrap()]);
    assert!(left == right && left == with_nothing);
}

#[test]
fn the_first_lifetimes_of_a_longer_run_are_those_of_a_shorter_one() {
    let (short, long) = (plan(700, true), plan(1_500, true));
    let of_short = Outcome::from_tally(&short, &run_range(&short, 0, 700).unwrap()).unwrap();
    let mut of_long = Outcome::of_part(&long, &run_range(&long, 0, 700).unwrap()).unwrap();
    // The number of lifetimes is part of the plan, so the hashes differ; nothing else does.
    assert_ne!(of_long.plan_hash, of_short.plan_hash);
    of_long.plan_hash.clone_from(&of_short.plan_hash);
    assert!(format!("{of_long:?}") == format!("{of_short:?}"));
}

#[test]
fn one_lifetime_is_replayed_alone() {
    let inputs = everything(200_000, false);
    let plan = Plan::compile(&inputs).unwrap();
    let alone = run_range(&plan, 123_456, 1).unwrap();
    assert_eq!(alone.ranges(), [(123_456, 1)]);
    let around = [run_range(&plan, 123_450, 6), run_range(&plan, 123_457, 50)].map(Result::unwrap);
    assert!(merged([alone.clone(), merged(around)]) == run_range(&plan, 123_450, 57).unwrap());
    // And it is the lifetime that the plain simulator finds under that number.
    let outcome = Outcome::of_part(&plan, &alone).unwrap();
    assert_eq!(outcome.lifetimes, 1);
    for (i, policy) in inputs.policies.iter().enumerate() {
        let life = lifetime(&inputs, policy, 123_456);
        assert_eq!(outcome.ages.len(), life.real.len());
        for (year, real) in life.real.iter().enumerate() {
            assert_close(outcome.real.percentiles[[i, year, 0]], *real, 1e-9);
        }
    }
}

/// What the outcome says about the policy with a key, as text with every bit.
fn told(outcome: &Outcome, key: &str) -> String {
    let i = outcome.policies.iter().position(|policy| policy.key == key).unwrap();
    let row = ndarray::Axis(0);
    let tables = [&outcome.real, &outcome.nominal].map(|table| {
        let cubes =
            [&table.percentiles, &table.low, &table.high].map(|cube| cube.index_axis(row, i).to_owned());
        let squares = [&table.mean, &table.mean_standard_error, &table.standard_deviation];
        (cubes, squares.map(|square| square.index_axis(row, i).to_owned()))
    });
    format!("{:?} {tables:?}", outcome.policies[i])
}

#[test]
fn other_policies_and_their_order_never_change_a_policy_s_results() {
    let all = run(&everything(600, false));
    for chosen in [vec![2, 0], vec![1], vec![2], vec![1, 2, 0]] {
        let mut question = everything(600, false);
        question.policies = chosen.iter().map(|&i| policies()[i].clone()).collect();
        // The ladder adds runs and worlds of its own.
        question.settings.attribution = chosen.len() == 1;
        let outcome = run(&question);
        for policy in &question.policies {
            assert!(told(&outcome, &policy.key) == told(&all, &policy.key), "{}", policy.key);
        }
        assert_eq!(outcome.alive, all.alive);
    }
}

#[test]
fn a_comparison_turned_round_says_the_opposite() {
    let both = |order: [usize; 2]| {
        let mut question = everything(600, false);
        question.policies = order.iter().map(|&i| policies()[i].clone()).collect();
        run(&question)
    };
    let (there, back) = (both([0, 1]), both([1, 0]));
    let opposite = |a: f64, b: f64| assert_eq!(a, -b);
    for (a, b) in there.comparisons[0].at.iter().zip(&back.comparisons[0].at) {
        opposite(a.mean_difference.value, b.mean_difference.value);
        assert_eq!(a.mean_difference.standard_error, b.mean_difference.standard_error);
        assert_close(a.better.value, 1.0 - b.better.value - b.equal.value, 1e-12);
        for (a, b) in a.percentile_differences.iter().zip(&b.percentile_differences) {
            opposite(a.value, b.value);
            if !a.standard_error.is_nan() {
                assert_close(a.standard_error, b.standard_error, 1e-12);
            }
        }
    }
    opposite(
        there.comparisons[0].ruin_difference.unwrap().value,
        back.comparisons[0].ruin_difference.unwrap().value,
    );
}

#[test]
fn plans_and_tallies_survive_a_round_trip_through_bytes() {
    let plan = plan(300, true);
    let again = Plan::from_bytes(&plan.to_bytes()).unwrap();
    assert!(again == plan && again.hash() == plan.hash() && again.to_bytes() == plan.to_bytes());
    let tally = run_range(&again, 0, 300).unwrap();
    assert!(tally == run_range(&plan, 0, 300).unwrap());
    assert!(Tally::from_bytes(&tally.to_bytes(), &plan).unwrap() == tally);
    let empty = Tally::empty(&plan);
    assert!(Tally::from_bytes(&empty.to_bytes(), &plan).unwrap() == empty);
}

#[test]
fn damaged_bytes_are_refused() {
    let plan = plan(50, false);
    let bytes = run_range(&plan, 0, 50).unwrap().to_bytes();
    let refused = |bytes: &[u8]| Tally::from_bytes(bytes, &plan).unwrap_err().kind() == ErrorKind::Mismatch;
    for place in (0..bytes.len()).step_by(bytes.len() / 40).chain([bytes.len() - 1]) {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1 << (place % 8);
        assert!(refused(&damaged), "byte {place}");
    }
    for length in [0, 1, 31, 32, 33, bytes.len() / 2, bytes.len() - 1] {
        assert!(refused(&bytes[..length]), "{length} bytes");
    }
    let whole = plan.to_bytes();
    for length in [0, 1, whole.len() / 2, whole.len() - 1] {
        assert_eq!(Plan::from_bytes(&whole[..length]).unwrap_err().kind(), ErrorKind::Mismatch);
    }
    let mut other_format = whole[..whole.len() - 32].to_vec();
    other_format[0] = 99;
    let checksum = sha2::Sha256::digest(&other_format);
    other_format.extend_from_slice(&checksum);
    let error = Plan::from_bytes(&other_format).unwrap_err();
    assert!(error.to_string().contains("format 99"), "{error}");
}

#[test]
fn overlapping_and_foreign_tallies_are_refused_and_nothing_is_changed() {
    let plan = plan(100, false);
    let mut seed = everything(100, false);
    seed.settings.seed += 1;
    let foreign = run_range(&Plan::compile(&seed).unwrap(), 50, 50).unwrap();
    let mut tally = run_range(&plan, 0, 50).unwrap();
    let before = tally.clone();
    for other in [
        run_range(&plan, 49, 1).unwrap(),
        run_range(&plan, 0, 50).unwrap(),
        run_range(&plan, 40, 60).unwrap(),
        foreign.clone(),
    ] {
        assert_eq!(tally.merge(&other).unwrap_err().kind(), ErrorKind::Mismatch);
        assert_eq!(tally.ranges(), before.ranges(), "a refused tally must leave the other one as it was");
        assert!(tally == before);
    }
    assert_eq!(Tally::from_bytes(&foreign.to_bytes(), &plan).unwrap_err().kind(), ErrorKind::Mismatch);
    assert_eq!(Outcome::from_tally(&plan, &foreign).unwrap_err().kind(), ErrorKind::Mismatch);
    assert_eq!(Outcome::of_part(&plan, &foreign).unwrap_err().kind(), ErrorKind::Mismatch);
}

#[test]
fn gaps_are_refused_by_the_outcome_of_a_whole_run() {
    let plan = plan(100, false);
    let gap = merged([run_range(&plan, 0, 40).unwrap(), run_range(&plan, 60, 40).unwrap()]);
    assert_eq!((gap.ranges(), gap.count()), ([(0, 40), (60, 40)].as_slice(), 80));
    let error = Outcome::from_tally(&plan, &gap).unwrap_err();
    assert_eq!(error.to_string(), "the tally holds 80 of 100 lifetimes");
    assert_eq!(Outcome::of_part(&plan, &gap).unwrap().lifetimes, 80);
    for part in [run_range(&plan, 0, 99), run_range(&plan, 1, 99)] {
        assert!(Outcome::from_tally(&plan, &part.unwrap()).is_err());
    }
    assert_eq!(Outcome::of_part(&plan, &Tally::empty(&plan)).unwrap_err().kind(), ErrorKind::Mismatch);
    let filled = merged([gap, run_range(&plan, 40, 20).unwrap()]);
    assert!(Outcome::from_tally(&plan, &filled).is_ok());
}

#[test]
fn ranges_outside_the_plan_are_refused() {
    let plan = plan(100, false);
    for (first, count) in [(0, 101), (100, 1), (u64::MAX, 2), (1, u64::MAX)] {
        assert_eq!(run_range(&plan, first, count).unwrap_err().kind(), ErrorKind::Input);
    }
    for threads in [0, 1_000_000] {
        let error = simulate(
            &plan,
            0..plan.lifetimes(),
            &RunOptions { threads: Some(threads), ..RunOptions::default() },
            &(),
        )
        .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
    }
}

/// Counts what it is told and stops a run after some lifetimes.
struct Watcher {
    done: AtomicU64,
    stop_after: u64,
}

impl Progress for Watcher {
    fn advanced(&self, done: u64, total: u64) {
        assert!(done <= total);
        self.done.fetch_max(done, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.done.load(Ordering::Relaxed) >= self.stop_after
    }
}

#[test]
fn progress_reaches_the_end_and_may_stop_the_run() {
    let plan = plan(3_000, false);
    let options = RunOptions { threads: Some(2), ..RunOptions::default() };
    let patient = Watcher { done: AtomicU64::new(0), stop_after: u64::MAX };
    simulate(&plan, 0..plan.lifetimes(), &options, &patient).unwrap();
    assert_eq!(patient.done.into_inner(), 3_000);
    let impatient = Watcher { done: AtomicU64::new(0), stop_after: 1 };
    assert_eq!(
        simulate(&plan, 0..plan.lifetimes(), &options, &impatient).unwrap_err().kind(),
        ErrorKind::Interrupted
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, rng_seed: RngSeed::Fixed(8), ..ProptestConfig::default() })]

    #[test]
    fn figures_at_the_ends_of_their_ranges_neither_panic_nor_give_nan(
        moments in select(vec![(-4.6, 0.0), (-4.6, 2.2), (0.0, 2.2), (2.4, 0.0), (2.4, 2.2)]),
        inflation in select(vec![(-0.1, 0.0), (0.0, 1.0), (2.4, 0.5)]),
        factor in select(vec![0.0, 1.0, 10.0]),
        fee in select(vec![0.0, 0.49]),
        scale in select(vec![0.0, 10.0]),
        (balance, flow) in select(vec![(0.0, 0.0), (0.0, 1e12), (1e12, 0.0), (1e12, 1e12), (1e-6, 1e-6)]),
        (age, years, steps) in select(vec![(119, 1, 12), (14, 106, 1), (60, 50, 4)]),
    ) {
        let account = Account {
            age,
            contribution: flow,
            withdrawal: Withdrawal::Amount(flow),
            withdrawal_after_years: years / 2,
            life: Life::SocialSecurityTable(Sex::Female),
            ..Account::lump_sum(balance, years)
        };
        let half_spread = HalfSpread { normal: 0.0, stress: 0.1, crisis: 0.5 };
        let liquid = Asset { liquidity: Liquidity::Liquid { half_spread }, ..asset("a", moments.0, moments.1) };
        let hard = Asset { liquidity: Liquidity::Illiquid { haircut_scale: scale }, ..asset("b", 0.0, 1.0) };
        let fees = Fees { management: fee, wrapper: fee, basis: FeeBasis::Gross, ..Fees::NONE };
        let volatility_levels = [factor; 3];
        let assets = [liquid, hard].map(|asset| Asset { fees, volatility_levels, ..asset });
        let mut question = inputs(assets.to_vec(), Participant::Account(account), &[0.5, 0.5]);
        question.market.inflation = ReturnMoments::from_log(inflation.0, inflation.1).unwrap();
        question.market.stress_asset = Some("a".into());
        question.policies.push(Policy { trading_costs: TradingCosts::AllTrades, ..policy("second", &[1.0, 0.0]) });
        (question.settings.lifetimes, question.settings.steps_per_year) = (20, steps);
        let outcome = run(&question);
        for year in 0..outcome.ages.len() {
            for i in 0..2 {
                // Nothing is told of balances beyond all buckets, nor a mean of those beyond what can be added up.
                let largest = outcome.real.percentiles[[i, year, 8]];
                let is_below = |exponent: i32| largest < 2.0_f64.powi(exponent);
                prop_assert!(!is_below(119) || !outcome.real.percentiles[[i, year, 4]].is_nan());
                prop_assert!(!is_below(50) || !outcome.real.mean[[i, year]].is_nan());
            }
        }
        let plan = Plan::compile(&question).unwrap();
        let narrow = run_range_with::<16>(&plan, 0, 20, InstructionSet::best()).unwrap();
        prop_assert!(narrow == run_range(&plan, 0, 20).unwrap());
    }
}

#[test]
fn figures_that_cannot_be_simulated_are_refused_before_the_run() {
    let mut question = everything(10, false);
    question.market.assets[1].fees =
        Fees { management: 0.5, wrapper: 0.5, basis: FeeBasis::Gross, ..Fees::NONE };
    question.market.assets[0].volatility_levels[2] = -1.0;
    question.market.haircut_rule.cap = f64::NAN;
    let error = Plan::compile(&question).unwrap_err();
    assert_eq!(error.problems().len(), 3, "{error}");
    assert!(error.to_string().contains("market.assets.bonds.wrapper_fee is 0.5"), "{error}");
}

#[test]
fn the_values_of_a_seed_never_change() {
    // A change of any of these digits is value-breaking for every run ever made: raise the plan's format, and say so
    // in the changelog.
    let outcome = run(&everything(2_000, false));
    let last = outcome.ages.len() - 1;
    let found = [
        outcome.real.mean[[0, last]],
        outcome.real.percentiles[[1, 3, 4]],
        outcome.nominal.percentiles[[2, 3, 0]],
        outcome.policies[1].trading_costs.mean.value,
        outcome.policies[2].haircuts.mean.value,
        outcome.comparisons[1].at[0].mean_difference.value,
        outcome.policies[2].ruin.unwrap().value,
        outcome.policies[2].ruin_if_alive.unwrap().value,
    ];
    assert_eq!(found, VALUES);
    let mut one = inputs(vec![asset("a", 0.05, 0.15)], Participant::Saver(saver(30, 31, 31)), &[1.0]);
    let Participant::Saver(person) = &mut one.participant else { unreachable!() };
    person.opening_balance = 1.0;
    assert_eq!(run(&one).real.percentiles[[0, 0, 4]], ONE_YEAR);
}

const VALUES: [f64; 8] = [
    18962.127358914622,
    145564.44444444444,
    61798.72,
    501.6607863930671,
    9058.172043220504,
    15056.164387812862,
    0.439361018754571,
    0.481,
];
const ONE_YEAR: f64 = 1.1721355762009966;
