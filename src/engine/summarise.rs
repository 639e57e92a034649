//! From a tally of integers to an outcome of figures with their errors.

use ndarray::{Array2, Array3};

use crate::engine::enumerated;
use crate::engine::outcome::{
    Attribution, BalanceTable, COMPARED_PERCENTILES, Comparison, ComparisonAt, Distribution, Estimate,
    Interval, Outcome, PERCENTILES, PolicyOutcome, PrivateOutcome, Rung, RungAt, SectionFigures,
};
use crate::engine::plan::{Ladder, LadderRung, Pair, Plan};
use crate::engine::private_tally::PrivateTally;
use crate::engine::tally::{PairTally, RunTally, Tally};
use crate::error::{Error, Result};
use crate::statistics::{
    Cumulative, PairedDifference, Sample, difference_standard_error, probability_interval,
};

impl Outcome {
    /// Reads the figures from the tally of all lifetimes of a plan.
    ///
    /// # Errors
    ///
    /// A tally of another plan, or one that does not hold every lifetime exactly once.
    pub fn from_tally(plan: &Plan, tally: &Tally) -> Result<Self> {
        let outcome = Self::of_part(plan, tally)?;
        if tally.ranges() != [(0, plan.lifetimes)] {
            let reason = format!("the tally holds {} of {} lifetimes", tally.count(), plan.lifetimes);
            return Err(Error::mismatch(reason));
        }
        Ok(outcome)
    }

    /// Reads the figures from the tally of some lifetimes of a plan, such as a single one replayed alone; the
    /// number of lifetimes in the outcome is that of the tally.
    ///
    /// # Errors
    ///
    /// A tally of another plan, or one of no lifetimes.
    pub fn of_part(plan: &Plan, tally: &Tally) -> Result<Self> {
        if tally.plan_hash() != plan.hash() {
            return Err(Error::mismatch("the tally belongs to another plan"));
        }
        let lifetimes = tally.count();
        if lifetimes == 0 {
            return Err(Error::mismatch("the tally holds no lifetime"));
        }
        let schedule = &plan.schedule;
        let runs = &tally.runs[..plan.policies.len()];
        let age = |year: u32| schedule.start_age + year + 1;
        let real: Vec<&[Sample]> = runs.iter().map(|run| run.real.as_slice()).collect();
        let nominal: Vec<&[Sample]> = runs.iter().map(|run| run.nominal.as_slice()).collect();
        let rates = &tally.lifetimes.rates;
        let policy_outcome = |(i, run)| PolicyOutcome {
            sustainable_rate: rates.get(i).and_then(distribution),
            sections: section_figures(plan, tally, run),
            ..policy_outcome(plan, lifetimes, i, run)
        };
        let mut outcome = Self {
            lifetimes,
            seed: plan.seed,
            plan_hash: hexadecimal(&plan.hash()),
            start_age: schedule.start_age,
            retirement_age: schedule.retirement_year.map(|year| schedule.start_age + year),
            opening_balance: schedule.opening_balance,
            final_pay: schedule.final_pay,
            ages: (0..schedule.years).map(age).collect(),
            survivors: tally.survivors.clone(),
            key_ages: plan.key_years.iter().map(|&year| age(year)).collect(),
            real: balance_table(&real),
            nominal: balance_table(&nominal),
            policies: runs.iter().enumerate().map(policy_outcome).collect(),
            comparisons: (1..plan.policies.len()).map(|i| comparison(plan, tally, i - 1)).collect(),
            attributions: plan.ladders.iter().map(|ladder| attribution(plan, tally, ladder)).collect(),
            enumerated: plan.enumerates(),
            starts: enumerated::starts(plan, &tally.lifetimes),
        };
        if !plan.finite_means {
            outcome.forget_means();
        }
        if outcome.enumerated {
            enumerated::without_errors(&mut outcome);
        }
        Ok(outcome)
    }
}

/// An estimate of something that has no value, or none that is known.
const NOT_KNOWN: Estimate = Estimate { value: f64::NAN, standard_error: f64::NAN };

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}

fn mean(sample: &Sample) -> Estimate {
    Estimate {
        value: sample.mean().unwrap_or(f64::NAN),
        standard_error: sample.standard_error().unwrap_or(f64::NAN),
    }
}

fn percentile(cumulative: &Cumulative, probability: f64) -> Interval {
    let (low, high) = cumulative.interval(probability).unwrap_or((f64::NAN, f64::NAN));
    Interval { value: cumulative.percentile(probability).unwrap_or(f64::NAN), low, high }
}

fn probability(successes: u64, count: u64) -> Interval {
    let (low, high) = probability_interval(successes, count).unwrap_or((f64::NAN, f64::NAN));
    Interval { value: successes as f64 / count as f64, low, high }
}

/// The distribution of a sample; `None` if it is empty.
fn distribution(sample: &Sample) -> Option<Distribution> {
    let cumulative = Cumulative::new(sample.histogram());
    (sample.count() > 0).then(|| Distribution {
        count: sample.count(),
        mean: mean(sample),
        percentiles: PERCENTILES.map(|p| percentile(&cumulative, p)),
    })
}

fn balance_table(policies: &[&[Sample]]) -> BalanceTable {
    let years = policies.first().map_or(0, |samples| samples.len());
    let shape = (policies.len(), years, PERCENTILES.len());
    let cumulative: Vec<Vec<Cumulative>> =
        policies.iter().map(|p| p.iter().map(|s| Cumulative::new(s.histogram())).collect()).collect();
    let intervals =
        Array3::from_shape_fn(shape, |(i, year, p)| percentile(&cumulative[i][year], PERCENTILES[p]));
    let means = Array2::from_shape_fn((shape.0, shape.1), |(i, year)| mean(&policies[i][year]));
    BalanceTable {
        percentiles: intervals.mapv(|interval| interval.value),
        low: intervals.mapv(|interval| interval.low),
        high: intervals.mapv(|interval| interval.high),
        mean: means.mapv(|estimate| estimate.value),
        mean_standard_error: means.mapv(|estimate| estimate.standard_error),
        standard_deviation: Array2::from_shape_fn((shape.0, shape.1), |(i, year)| {
            policies[i][year].standard_deviation().unwrap_or(f64::NAN)
        }),
    }
}

fn policy_outcome(plan: &Plan, lifetimes: u64, policy: usize, run: &RunTally) -> PolicyOutcome {
    let withdraws = plan.schedule.withdraws();
    let ruined_by = |year: usize| run.ruined[..=year].iter().sum::<u64>();
    let ruin_by_age: Vec<Interval> =
        (0..run.ruined.len()).map(|year| probability(ruined_by(year), lifetimes)).collect();
    let always = |sample: &Sample| distribution(sample).unwrap_or_else(no_lifetimes);
    PolicyOutcome {
        key: plan.policies[policy].key.clone(),
        name: plan.policies[policy].name.clone(),
        ruin: ruin_by_age.last().copied().filter(|_| withdraws),
        ruin_by_age: if withdraws { ruin_by_age } else { vec![] },
        ruin_age: distribution(&run.ruin_age),
        shortfall: distribution(&run.shortfall).filter(|_| withdraws),
        shortfall_dollars: distribution(&run.shortfall_dollars).filter(|_| withdraws),
        replacement_rate: distribution(&run.replacement_rate),
        fees: always(&run.fees),
        haircuts: always(&run.haircuts),
        trading_costs: always(&run.trading_costs),
        worst_drawdown: always(&run.worst_drawdown),
        sustainable_rate: None,
        sections: SectionFigures::default(),
        private: run.private.as_ref().map(|private| private_outcome(lifetimes, private)),
    }
}

fn private_outcome(lifetimes: u64, tally: &PrivateTally) -> PrivateOutcome {
    let always = |sample: &Sample| distribution(sample).unwrap_or_else(no_lifetimes);
    PrivateOutcome {
        reported: tally.reported.iter().map(distribution).collect(),
        volatility: always(&tally.volatility),
        reported_volatility: always(&tally.stated_volatility),
        reported_drawdown: always(&tally.stated_drawdown),
        gained: always(&tally.gained),
        lost: always(&tally.lost),
        transfer: difference(&tally.transfer),
        gated: probability(tally.gated, lifetimes),
        gated_payments: distribution(&tally.gated_payments),
        months_waited: always(&tally.months_waited),
        forced_sales: always(&tally.forced),
        largest_weight: always(&tally.largest_weight),
    }
}

fn difference(paired: &PairedDifference) -> Estimate {
    Estimate {
        value: paired.mean().unwrap_or(f64::NAN),
        standard_error: paired.standard_error().unwrap_or(f64::NAN),
    }
}

fn section_figures(plan: &Plan, tally: &Tally, run: &RunTally) -> SectionFigures {
    let counts = run.ruined_in_section.iter().zip(tally.lifetimes_in_sections());
    let shares: Vec<f64> = counts.map(|(&hits, count)| hits as f64 / count as f64).collect();
    let told = plan.schedule.withdraws() && shares.iter().all(|share| share.is_finite());
    SectionFigures {
        medians: run.sections.iter().map(|s| s.reliable_percentiles(0.5).unwrap_or_default()).collect(),
        ruin: if told { shares } else { vec![] },
    }
}

/// An outcome has at least one lifetime, so this is never shown.
fn no_lifetimes() -> Distribution {
    let nothing = Interval { value: f64::NAN, low: f64::NAN, high: f64::NAN };
    Distribution { count: 0, mean: NOT_KNOWN, percentiles: [nothing; 9] }
}

fn comparison(plan: &Plan, tally: &Tally, pair: usize) -> Comparison {
    let (policy, against) = (plan.pairs[pair].run as usize, plan.pairs[pair].against as usize);
    let tallied = &tally.pairs[pair];
    let at = |key: usize| ComparisonAt {
        by_skill: tally.skill.read(plan, pair, key),
        ..comparison_at(plan, tally, tallied, (policy, against), key)
    };
    let pair = tallied;
    Comparison {
        policy,
        against,
        ruin_difference: plan.schedule.withdraws().then(|| ruin_difference(pair, tally.count())),
        at: (0..plan.key_years.len()).map(at).collect(),
    }
}

fn ruin_difference(pair: &PairTally, lifetimes: u64) -> Estimate {
    let (here, there) = (pair.ruined_only_here, pair.ruined_only_there);
    Estimate {
        value: (here as f64 - there as f64) / lifetimes as f64,
        standard_error: difference_standard_error(here, there, lifetimes).unwrap_or(f64::NAN),
    }
}

fn comparison_at(
    plan: &Plan,
    tally: &Tally,
    pair: &PairTally,
    (policy, against): (usize, usize),
    key: usize,
) -> ComparisonAt {
    let difference = &pair.at[key].difference;
    let year = plan.key_years[key];
    let percentile_difference = |p| percentile_difference(plan, tally, (policy, against), key, p);
    ComparisonAt {
        age: plan.schedule.start_age + year + 1,
        count: difference.count(),
        better: probability(difference.positive(), difference.count()),
        equal: probability(difference.equal(), difference.count()),
        ratio: distribution(&pair.at[key].ratio).map(|ratio| Distribution { mean: NOT_KNOWN, ..ratio }),
        mean_difference: self::difference(difference),
        percentile_differences: COMPARED_PERCENTILES.map(percentile_difference),
        by_skill: None,
    }
}

/// The difference of a percentile between two runs at a key year, with the error from sections.
fn percentile_difference(
    plan: &Plan,
    tally: &Tally,
    (run, against): (usize, usize),
    key: usize,
    probability: f64,
) -> Estimate {
    let year = plan.key_years[key] as usize;
    let [here, there] = [run, against].map(|run| Cumulative::new(tally.runs[run].real_histogram(year)));
    let values = here.percentile(probability).zip(there.percentile(probability));
    let value = values.map_or(f64::NAN, |(a, b)| a - b);
    // A percentile whose interval is a point, because lifetimes do not differ there, has no error.
    let certain = |of: &Cumulative| {
        let (low, high) = of.interval(probability).unwrap_or((f64::NAN, f64::INFINITY));
        low == high
    };
    if certain(&here) && certain(&there) {
        return Estimate { value, standard_error: 0.0 };
    }
    let sections = |run: usize| &tally.runs[run].sections[key];
    let standard_error = sections(run).difference_standard_error(sections(against), probability);
    Estimate { value, standard_error: standard_error.unwrap_or(f64::NAN) }
}

fn attribution(plan: &Plan, tally: &Tally, ladder: &Ladder) -> Attribution {
    let rung = |rung: &LadderRung| Rung {
        friction: rung.friction,
        at: (0..plan.key_years.len()).map(|key| rung_at(plan, tally, rung, key)).collect(),
    };
    Attribution { policy: ladder.policy as usize, rungs: ladder.rungs.iter().map(rung).collect() }
}

fn rung_at(plan: &Plan, tally: &Tally, rung: &LadderRung, key: usize) -> RungAt {
    let year = plan.key_years[key];
    let sample = &tally.runs[rung.run as usize].real[year as usize];
    let pair = rung.pair.map(|pair| pair as usize);
    let mean_change = pair.map(|pair| difference(&tally.pairs[pair].at[key].difference));
    let median_change = pair.map(|pair| {
        let Pair { run, against } = plan.pairs[pair];
        percentile_difference(plan, tally, (run as usize, against as usize), key, 0.5)
    });
    RungAt {
        age: plan.schedule.start_age + year + 1,
        mean: mean(sample),
        median: percentile(&Cumulative::new(sample.histogram()), 0.5),
        mean_change,
        median_change,
    }
}
