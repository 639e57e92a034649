//! Random simulations against the plain scalar simulator of `common::reference`, lifetime by lifetime, to
//! rounding; and the drawn growth factors against the textbook's formula.

use decumulus::engine::{Inputs, Outcome, Plan, Settings, run_range};
use decumulus::market::{
    Asset, Correlation, CrashJump, Crashes, ErrorCorrelation, FeeBasis, Fees, Frictions, HalfSpread,
    Liquidity, ManagerSpread, Managers, Market, Overlays, ParameterUncertainty, PermanentLoss, ReturnMoments,
    Selection, Unfilled, VolatilityHaircut,
};
use decumulus::math::normal::normal_pair;
use decumulus::math::streams::{Purpose, Streams};
use decumulus::participant::{
    Account, AgeProfile, Benefit, Career, Indexing, Life, Participant, PaymentTiming, PaymentsPer, Saver,
    Sex, Spending, Withdrawal,
};
use decumulus::policy::{Allocation, Policy, Rebalancing, TradingCosts, WeightPoint, WithdrawalOrder};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

use crate::common::reference::{self, growth, lifetime};
use crate::common::{asset, market, run, saver, simple_asset};

/// What rounding may make of a sum of a few hundred terms, relative to the largest balance of the lifetime.
const ROUNDING: f64 = 1e-9;

fn liquidity() -> impl Strategy<Value = Liquidity> {
    let half_spread = (0.0..0.01, 0.0..0.02, 0.0..0.05).prop_map(|(normal, stress, crisis)| {
        Liquidity::Liquid { half_spread: HalfSpread { normal, stress, crisis } }
    });
    prop_oneof![half_spread, (0.0..2.0).prop_map(|haircut_scale| Liquidity::Illiquid { haircut_scale })]
}

fn one_asset() -> impl Strategy<Value = Asset> {
    let fees = (0.0..0.03, 0.0..0.02, select(vec![FeeBasis::Gross, FeeBasis::NetInstitutional]));
    let levels = (0.5..1.5, 0.5..2.0);
    (-0.08..0.15, 0.0..0.45, liquidity(), fees, levels).prop_map(
        |(mean, volatility, liquidity, fees, levels)| Asset {
            liquidity,
            fees: Fees { management: fees.0, wrapper: fees.1, basis: fees.2, ..Fees::NONE },
            volatility_levels: [1.0, levels.0, levels.1],
            ..simple_asset("x", mean, volatility)
        },
    )
}

/// Assets with the weights of two ages.
fn held() -> impl Strategy<Value = Vec<(Asset, f64, f64)>> {
    let weight = || prop_oneof![1 => Just(0.0), 4 => 0.05..1.0];
    vec((one_asset(), weight(), weight()), 1..=6).prop_filter("some weight at both ages", |held| {
        held.iter().any(|h| h.1 > 0.0) && held.iter().any(|h| h.2 > 0.0)
    })
}

/// Which overlays there are, and the figures of all of them.
pub(crate) type OverlayFigures = ([bool; 4], [f64; 4]);

pub(crate) fn overlay_figures() -> impl Strategy<Value = OverlayFigures> {
    (proptest::array::uniform4(any::<bool>()), proptest::array::uniform4(0.0..1.0))
}

/// Overlays on every asset; jumps on those whose volatility has room for them.
pub(crate) fn overlays(
    assets: &[Asset],
    ([crash, loss, prior, manager], [a, b, c, d]): OverlayFigures,
) -> Overlays {
    let keys = || assets.iter().map(|asset| asset.key.clone());
    let roomy =
        assets.iter().filter(|asset| asset.moments.log_sd() > 0.2 && asset.volatility_levels[1] > 0.8);
    let jump = CrashJump { mean: 0.1 - 0.2 * b, sd: 0.05 * c };
    let jumps = roomy.map(|asset| (asset.key.clone(), jump)).collect();
    let spread = ManagerSpread { sd: 0.1 * b, selection: Selection::LogReturn(0.02 * c) };
    Overlays {
        crashes: crash.then_some(Crashes { intensity: 0.5 * a, correlation: d, assets: jumps }),
        permanent_loss: keys()
            .filter(|_| loss)
            .map(|k| (k, PermanentLoss { hazard: 0.2 * a, loss: b }))
            .collect(),
        parameter_uncertainty: prior.then(|| ParameterUncertainty {
            scale: 1.0,
            sd: keys().map(|key| (key, 0.04 * c)).collect(),
            correlation: if d < 0.5 { ErrorCorrelation::Returns } else { ErrorCorrelation::Constant(a) },
            sources: vec![],
        }),
        managers: manager.then(|| Managers {
            vintage_years: 1 + (5.0 * a) as u32,
            persistence: c,
            correlation: d,
            assets: keys().map(|key| (key, spread)).collect(),
            sources: vec![],
        }),
    }
}

/// A market with one correlation between all series, with or without a stress asset.
fn any_market(assets: Vec<Asset>) -> impl Strategy<Value = Market> {
    let count = assets.len();
    let switches = (any::<bool>(), any::<bool>(), any::<bool>(), 0_u8..3);
    (switches, 0.0..0.6, (-0.01..0.05, 0.0..0.03), proptest::option::of(0..count), overlay_figures())
        .prop_map(move |(switches, rho, inflation, stress, figures)| {
            let mut assets = assets.clone();
            assets.iter_mut().enumerate().for_each(|(k, asset)| asset.key = format!("a{k}"));
            let entry = |i: usize, j: usize| if i == j { 1.0 } else { rho };
            let rows = (0..=count).map(|i| (0..=count).map(|j| entry(i, j)).collect()).collect();
            Market {
                inflation: ReturnMoments::from_simple(inflation.0, inflation.1).unwrap(),
                correlation: Correlation::new(rows).unwrap(),
                frictions: Frictions {
                    fees: switches.0,
                    liquidity_haircut: switches.1,
                    half_spreads: switches.2,
                    volatility_haircut: VolatilityHaircut::Level(switches.3),
                    smoothing: true,
                    gates: true,
                    unfilled: Unfilled::Queues,
                },
                stress_asset: stress.map(|k| format!("a{k}")),
                overlays: overlays(&assets, figures),
                ..market(assets)
            }
        })
}

fn any_policy(weights: Vec<(f64, f64)>, steps: u32) -> impl Strategy<Value = Policy> {
    let mut kinds =
        vec![Rebalancing::Yearly, Rebalancing::Never, Rebalancing::Band(0.03), Rebalancing::Band(0.2)];
    kinds.extend((steps >= 4).then_some(Rebalancing::Quarterly));
    kinds.extend((steps == 12).then_some(Rebalancing::Monthly));
    let costs = select(vec![TradingCosts::Rebalancing, TradingCosts::AllTrades]);
    let orders = select(vec![WithdrawalOrder::LiquidFirst, WithdrawalOrder::ProRata]);
    (select(kinds), costs, orders, any::<bool>()).prop_map(
        move |(rebalancing, trading_costs, withdrawals, glides)| {
            let row = |of: &dyn Fn(&(f64, f64)) -> f64| -> Vec<f64> {
                let sum: f64 = weights.iter().map(of).sum();
                weights.iter().map(|w| of(w) / sum).collect()
            };
            let (first, last) = (row(&|w| w.0), row(&|w| w.1));
            let allocation = if glides {
                let points = [(57.3, first), (64.8, last)].map(|(age, weights)| WeightPoint { age, weights });
                Allocation::by_age(points.to_vec())
            } else {
                Allocation::fixed(first)
            };
            let (key, name) = ("random".to_string(), String::new());
            Policy {
                against: None,
                key,
                name,
                allocation: allocation.unwrap(),
                rebalancing,
                trading_costs,
                withdrawals,
                drift_cap: None,
            }
        },
    )
}

fn any_life() -> impl Strategy<Value = Life> {
    select(vec![
        Life::Certain,
        Life::Certain,
        Life::Gompertz { mode: 70.0, dispersion: 8.0 },
        Life::SocialSecurityTable(Sex::Blended { share_female: 0.4 }),
    ])
}

fn timings() -> impl Strategy<Value = (PaymentTiming, PaymentsPer)> {
    let timing = select(vec![PaymentTiming::Start, PaymentTiming::End]);
    (timing, select(vec![PaymentsPer::Step, PaymentsPer::Year]))
}

fn any_account() -> impl Strategy<Value = Participant> {
    let indexing = || select(vec![Indexing::Nominal, Indexing::FromFirst, Indexing::FromSecond]);
    let contribution = (0.0..20_000.0, -0.05..0.1, 0_u32..12, indexing());
    let withdrawal = (0.0..150_000.0, 0_u32..6, indexing(), any::<bool>());
    (timings(), any_life(), 0.0..600_000.0, contribution, withdrawal, 1_u32..13).prop_map(
        |((timing, payments_per), life, opening_balance, contribution, withdrawal, years)| {
            Participant::Account(Account {
                age: 58,
                years,
                opening_balance,
                contribution: contribution.0,
                contribution_growth: contribution.1,
                contribution_years: contribution.2.min(years),
                contribution_index: contribution.3,
                withdrawal: if withdrawal.3 {
                    Withdrawal::Amount(withdrawal.0)
                } else {
                    Withdrawal::ShareOfOpening(withdrawal.0 / 1e6)
                },
                withdrawal_after_years: withdrawal.1,
                withdrawal_index: withdrawal.2,
                timing,
                payments_per,
                life,
            })
        },
    )
}

fn any_saver() -> impl Strategy<Value = Participant> {
    let spending = prop_oneof![
        (0.0..120_000.0).prop_map(Spending::RealAmount),
        (0.0..1.5).prop_map(Spending::ShareOfFinalPay),
        (0.0..0.3).prop_map(Spending::ShareOfBalance),
        (0.0..0.3).prop_map(Spending::ShareOfRetirementBalance),
    ];
    let benefit = (0.0..30_000.0, 55_u32..68);
    let fees = (0.0..400.0, 0.0..0.02);
    let ages = (0_u32..7, 1_u32..9);
    (timings(), any_life(), 0.0..400_000.0, 0.0..0.2, spending, benefit, fees, ages).prop_map(
        |((timing, payments_per), life, opening_balance, rate, spending, benefit, fees, (works, rests))| {
            let mut person = saver(56, 56 + works, 56 + works + rests);
            person.plan.deferral_rate = rate;
            Participant::Saver(Saver {
                opening_balance,
                career: Career { salary: 80_000.0, profile: AgeProfile::HighSchool, real_growth: 0.01 },
                spending,
                benefit: Benefit { per_year: benefit.0, from_age: benefit.1 },
                life,
                timing,
                payments_per,
                fee_per_head: fees.0,
                fee_share: fees.1,
                ..person
            })
        },
    )
}

fn any_inputs() -> impl Strategy<Value = Inputs> {
    let steps = select(vec![1_u32, 4, 12]);
    let participant = prop_oneof![any_account(), any_saver()];
    (held(), participant, steps, any::<u64>()).prop_flat_map(|(held, participant, steps_per_year, seed)| {
        let weights = held.iter().map(|h| (h.1, h.2)).collect();
        let assets = held.into_iter().map(|h| h.0).collect();
        let settings = Settings { lifetimes: 5, seed, steps_per_year, ..Settings::default() };
        (any_market(assets), any_policy(weights, steps_per_year)).prop_map(move |(market, policy)| Inputs {
            market,
            participant: participant.clone(),
            policies: vec![policy],
            settings: settings.clone(),
        })
    })
}

/// Compares everything that one lifetime's outcome tells with the plain simulator.
fn compare(inputs: &Inputs, outcome: &Outcome, life: &reference::Life) -> Result<(), TestCaseError> {
    let tolerance = ROUNDING * life.largest.max(1.0);
    let near = |what: &str, found: f64, expected: f64| {
        prop_assert!((found - expected).abs() <= tolerance, "{what}: {found} is not {expected}");
        Ok(())
    };
    let schedule = inputs.participant.schedule(inputs.settings.steps_per_year).unwrap();
    prop_assert_eq!(&outcome.alive, &schedule.survival[1..]);
    for year in 0..outcome.ages.len() {
        near("real balance", outcome.real.percentiles[[0, year, 4]], life.real[year])?;
        near("nominal balance", outcome.nominal.percentiles[[0, year, 4]], life.nominal[year])?;
        near("mean", outcome.real.mean[[0, year]], life.real[year])?;
    }
    let policy = &outcome.policies[0];
    if let (Some(ruin), Some(if_alive)) = (policy.ruin, policy.ruin_if_alive) {
        let payer = |year: usize| if schedule.paid_by_survivors { year } else { year - 1 };
        let weight = life.path_ruin_year.map_or(0.0, |year| schedule.survival[payer(year)]);
        prop_assert!((ruin.value - weight).abs() < 1e-12, "{} {weight}", ruin.value);
        prop_assert_eq!(if_alive.value, f64::from(u8::from(life.path_ruin_year.is_some())));
    }
    let ruin_age = policy.ruin_age.as_ref().map(|age| age.mean.value as usize - outcome.start_age as usize);
    prop_assert_eq!(ruin_age, life.ruin_year);
    near("fees", policy.fees.mean.value, life.fees)?;
    near("haircuts", policy.haircuts.mean.value, life.haircuts)?;
    near("trading costs", policy.trading_costs.mean.value, life.trading_costs)?;
    near("drawdown", policy.worst_drawdown.mean.value, life.worst_drawdown)?;
    if let Some(shortfall) = &policy.shortfall_dollars {
        near("shortfall", shortfall.mean.value, life.unpaid)?;
    }
    // A year in which the participant dies is paid for, unless payments are those of its survivors.
    let died = life.years < schedule.years as usize;
    let paid_years = life.years + usize::from(died && !schedule.paid_by_survivors);
    let benefits: f64 = schedule.benefit[..paid_years * schedule.steps_per_year as usize].iter().sum();
    if let (Some(shortfall), true) = (&policy.shortfall, life.paid + life.unpaid + benefits > 0.0) {
        let share = life.unpaid / (life.paid + life.unpaid + benefits);
        prop_assert!((shortfall.mean.value - share).abs() < 1e-9, "{} {share}", shortfall.mean.value);
    }
    if let Some(rate) = &policy.replacement_rate {
        let retired = paid_years as f64 - f64::from(schedule.retirement_year.unwrap());
        let pay = schedule.final_pay.unwrap();
        let (found, expected) = (rate.mean.value, (life.paid + benefits) / retired / pay);
        prop_assert!((found - expected).abs() <= 1e-9 + tolerance / pay, "income: {found} is not {expected}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(20_260_101), ..ProptestConfig::default() })]

    #[test]
    fn every_lifetime_equals_the_plain_simulator_to_rounding(inputs in any_inputs()) {
        let plan = Plan::compile(&inputs).unwrap();
        let mut real_sum = vec![0.0; inputs.participant.schedule(1).unwrap().years as usize];
        let mut largest = 1.0_f64;
        for index in 0..inputs.settings.lifetimes {
            let outcome = Outcome::of_part(&plan, &run_range(&plan, index, 1).unwrap()).unwrap();
            let life = lifetime(&inputs, &inputs.policies[0], index);
            compare(&inputs, &outcome, &life)?;
            real_sum.iter_mut().zip(&life.real).for_each(|(sum, balance)| *sum += balance);
            largest = largest.max(life.largest);
        }
        // And all of them together.
        let outcome = run(&inputs);
        for (year, sum) in real_sum.iter().enumerate() {
            let (lifetimes, mean) = (inputs.settings.lifetimes as f64, outcome.real.mean[[0, year]]);
            prop_assert!((mean * lifetimes - sum).abs() <= 5.0 * ROUNDING * largest);
        }
    }
}

#[test]
fn growth_factors_are_the_textbook_formula_of_the_streams_normals() {
    let mut question =
        market(vec![simple_asset("a", 0.08, 0.17), asset("b", 0.03, 0.05), asset("c", 0.1, 0.5)]);
    question.inflation = ReturnMoments::from_simple(0.025, 0.02).unwrap();
    let rows = [[1.0, 0.3, 0.5, -0.1], [0.3, 1.0, 0.1, -0.2], [0.5, 0.1, 1.0, 0.0], [-0.1, -0.2, 0.0, 1.0]];
    question.correlation = Correlation::new(rows.map(|row| row.to_vec()).to_vec()).unwrap();
    let order = [3, 0, 1, 2];
    let in_order = order.map(|i| order.map(|j| rows[i][j]).to_vec()).to_vec();
    let factor = Correlation::new(in_order).unwrap().cholesky();
    let mut moments: Vec<ReturnMoments> = question.assets.iter().map(|a| a.moments).collect();
    moments.push(question.inflation);
    let (seed, years, life) = (77, 3_u32, 1 << 33 | 5);
    for steps in [1_usize, 4, 12] {
        let drawn = growth(&question, steps, years, seed, life);
        let dt = 1.0 / steps as f64;
        for year in 0..years as usize {
            // Inflation is drawn first, then the assets: each has 3 blocks of 4 normals in a year, in one of 32 places.
            let normal = |drawn: usize, step: usize| {
                let block = (year * 32 + drawn) * 3 + step / 4;
                let words = Streams::new(seed).block(Purpose::Market, life, block as u32);
                let ((a, b), (c, d)) = (normal_pair(words[0], words[1]), normal_pair(words[2], words[3]));
                f64::from([a, b, c, d][step % 4])
            };
            for step in 0..steps {
                for (k, moments) in moments.iter().enumerate() {
                    let row = (k + 1) % 4;
                    let mixed: f64 = (0..=row).map(|j| factor[row][j] * normal(j, step)).sum();
                    let expected = (moments.log_mean() * dt + moments.log_sd() * dt.sqrt() * mixed).exp();
                    let found = drawn[year * steps + step][k];
                    // Single precision in the exponent: 6e-8 of each of its parts, and 1.2e-7 of `exp`.
                    assert!((found / expected - 1.0).abs() < 1e-6, "{found} {expected}");
                }
            }
        }
    }
}
