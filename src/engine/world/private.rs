//! Funds and gates of a world over a few steps of a tile.

use fearless_simd::Simd;

use crate::engine::plan::{Plan, World};
use crate::engine::world::steps::WorldSteps;
use crate::market::{FundMemory, Memory, OverlayMemory};
use crate::math::streams::Streams;
use crate::math::{Aligned, Lanes, SingleLanes};

/// What the funds and gates of a world remember in every lane.
#[derive(Clone, Debug)]
pub(crate) struct PrivateMemory<const L: usize> {
    funds: Vec<FundMemory<L>>,
    /// News of a few steps, `news[step · funds + i]`.
    news: Vec<SingleLanes<L>>,
    /// Which gated funds are shut.
    shut: Vec<[bool; L]>,
}

impl<const L: usize> PrivateMemory<L> {
    pub(crate) fn new(world: &World, steps_at_once: usize) -> Self {
        let gates = world.gates.as_ref().map_or(0, |gates| gates.gated.len());
        Self {
            funds: world.funds.iter().map(FundMemory::new).collect(),
            news: vec![Aligned::splat(0.0); steps_at_once * world.funds.len()],
            shut: vec![[false; L]; gates],
        }
    }

    /// The start of a lifetime: every fund is open, and has not told what the stationary law of its news says. The years before
    /// the start use the memory of the model and of overlays, and the room for growth factors, which are free until then.
    ///
    /// A function of its own, with a copy of the model in it: inside the tile that copy would keep the other from being inlined.
    #[inline(never)]
    pub(crate) fn open<S: Simd>(
        &mut self,
        simd: S,
        plan: &Plan,
        world: &World,
        place: (Streams, u64),
        memories: (&mut Memory<L>, &mut OverlayMemory<L>),
        steps: &mut WorldSteps<L>,
    ) {
        self.shut.fill([false; L]);
        self.funds.iter_mut().for_each(FundMemory::clear);
        world.past.remember(place.0, place.1, &mut self.funds);
        simd.vectorize(
            #[inline(always)]
            || self.live_the_past(simd, plan, world, place, memories, steps),
        );
    }

    #[inline(always)]
    fn live_the_past<S: Simd>(
        &mut self,
        simd: S,
        plan: &Plan,
        world: &World,
        (streams, first_lifetime): (Streams, u64),
        (model, overlay): (&mut Memory<L>, &mut OverlayMemory<L>),
        steps: &mut WorldSteps<L>,
    ) {
        let (years, streams) = (world.past.years(), streams.before_the_start());
        if years > 0 {
            world.model.open(streams, first_lifetime, model);
        }
        for year in 0..years {
            let number = world.model.number_of_past_year(year, years);
            world.model.draw(streams, first_lifetime, number, model);
            if let Some(on_top) = &plan.overlay {
                on_top.draw_crashes(streams, first_lifetime, number, overlay);
            }
            for first_step in (0..plan.steps_per_year()).step_by(plan.steps_at_once()) {
                world.model.grow(simd, first_step, model, &mut steps.growth);
                self.listen(plan, world, first_step, overlay, &steps.growth);
                self.hear_of_the_past(world, year as usize * plan.steps_per_year() + first_step);
            }
        }
        for (i, (fund, memory)) in world.funds.iter().zip(&mut self.funds).enumerate() {
            steps.quotes[i] = fund.open(memory);
        }
    }

    #[inline(always)]
    fn hear_of_the_past(&mut self, world: &World, first_step: usize) {
        let funds = world.funds.len();
        for (step, news) in self.news.chunks_exact(funds).enumerate() {
            for ((fund, memory), news) in world.funds.iter().zip(&mut self.funds).zip(news) {
                fund.hear_of_the_past(first_step + step, news, memory);
            }
        }
    }

    /// Notes the news of the steps from `first_step` of the year on, in growth factors as the return model made them and in the
    /// crashes drawn for the year.
    #[inline(always)]
    pub(crate) fn listen(
        &mut self,
        plan: &Plan,
        world: &World,
        first_step: usize,
        overlay: &OverlayMemory<L>,
        growth: &[Lanes<L>],
    ) {
        let (count, series, funds) = (plan.steps_at_once(), plan.series(), world.funds.len());
        for (i, fund) in world.funds.iter().enumerate().filter(|(_, fund)| fund.lags()) {
            for step in 0..count {
                fund.news_of(&growth[step * series..(step + 1) * series], &mut self.news[step * funds + i]);
            }
            let news = &mut self.news;
            overlay.tell((first_step, count), fund.asset, |step, lane, log| {
                news[step * funds + i][lane] += log as f32;
            });
        }
    }

    /// The steps from `first_step` of the lifetime on: growth factors of funds become those of their holders, and
    /// quotes and shares paid are told for the open of the first step and the close of each.
    #[inline(always)]
    pub(crate) fn advance(
        &mut self,
        plan: &Plan,
        world: &World,
        (streams, first_lifetime): (Streams, u64),
        first_step: usize,
        steps: &mut WorldSteps<L>,
    ) {
        let (count, series, per_year) = (plan.steps_at_once(), plan.series(), plan.steps_per_year());
        let funds = world.funds.len();
        for (i, (fund, memory)) in world.funds.iter().zip(&mut self.funds).enumerate() {
            if first_step > 0 {
                steps.quotes[i] = steps.quotes[count * funds + i].clone();
            }
            for step in 0..count {
                let growth = &mut steps.growth[step * series..(step + 1) * series];
                let quote = &mut steps.quotes[(step + 1) * funds + i];
                let news = &self.news[step * funds + i];
                fund.step(first_step + step, per_year, growth, news, memory, quote);
            }
        }
        let Some(gates) = &world.gates else { return };
        let count_gated = gates.gated.len();
        for i in 0..count_gated {
            steps.paid[i] =
                if first_step == 0 { Aligned::splat(1.0) } else { steps.paid[count * count_gated + i] };
        }
        let per_quarter = (per_year / 4).max(1);
        for step in 0..count {
            let t = first_step + step + 1;
            if t.is_multiple_of(per_quarter) {
                let quarter = (t / per_quarter - 1) as u32;
                let fall = &steps.fall[step + 1];
                let paid = &mut steps.paid[(step + 1) * count_gated..(step + 2) * count_gated];
                gates.end_quarter(streams, first_lifetime, quarter, fall, &mut self.shut, paid);
            } else {
                // Until the next quarter ends, requests are paid like those of the last one.
                let (before, now) = steps.paid.split_at_mut((step + 1) * count_gated);
                now[..count_gated].copy_from_slice(&before[step * count_gated..]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::*;
    use crate::engine::inputs::Inputs;
    use crate::market::Quote;
    use crate::scenario::Scenario;

    const LANES: usize = 64;

    /// `ln(NAV / value)` by moment in years and by fund of the world in which everything is charged.
    fn log_ratios(inputs: &Inputs, years: &[usize], lifetimes: u64) -> Vec<Vec<Vec<f64>>> {
        let plan = Plan::compile(inputs).unwrap();
        let world = &plan.worlds[plan.runs[0].world as usize];
        let funds = world.funds.len();
        let mut found = vec![vec![vec![]; funds]; years.len()];
        let (at_once, last) = (plan.steps_at_once(), *years.last().unwrap());
        let mut steps = WorldSteps {
            growth: vec![Lanes::splat(1.0); at_once * plan.series()],
            fall: vec![Lanes::splat(0.0); at_once + 1],
            quotes: vec![Quote::default(); (at_once + 1) * funds],
            paid: vec![
                Lanes::splat(1.0);
                (at_once + 1) * world.gates.as_ref().map_or(0, |gates| gates.gated.len())
            ],
        };
        let (mut private, mut model) = (PrivateMemory::<LANES>::new(world, at_once), Memory::default());
        let (mut overlay, streams) = (OverlayMemory::default(), Streams::new(inputs.settings.seed));
        for first in (0..lifetimes).step_by(LANES) {
            let place = (streams, first);
            dispatch!(Level::new(), simd => private.open(simd, &plan, world, place, (&mut model, &mut overlay), &mut steps));
            world.model.open(streams, first, &mut model);
            if let Some(on_top) = &plan.overlay {
                on_top.open(streams, first, &mut overlay);
            }
            let used = LANES.min((lifetimes - first) as usize);
            let mut note = |year: usize, quotes: &[Quote<LANES>]| {
                if let Some(moment) = years.iter().position(|&wanted| wanted == year) {
                    for (of, quote) in found[moment].iter_mut().zip(quotes) {
                        of.extend(quote.ratio[..used].iter().map(|ratio| ratio.ln()));
                    }
                }
            };
            note(0, &steps.quotes[..funds]);
            for year in 0..last {
                world.model.draw(streams, first, year as u32, &mut model);
                if let Some(on_top) = &plan.overlay {
                    on_top.draw(streams, first, year as u32, &mut overlay);
                }
                for step in (0..plan.steps_per_year()).step_by(at_once) {
                    dispatch!(Level::new(), simd => {
                        world.model.grow(simd, step, &mut model, &mut steps.growth);
                        private.listen(&plan, world, step, &overlay, &steps.growth);
                        if let Some(on_top) = &plan.overlay {
                            on_top.apply(simd, step, &overlay, &mut steps.growth);
                        }
                        private.advance(&plan, world, place, year * plan.steps_per_year() + step, &mut steps);
                    });
                }
                note(year + 1, &steps.quotes[at_once * funds..]);
            }
        }
        found
    }

    /// A market with everything that has a NAV of its own in a set, held in equal parts.
    fn market_of(set: &str, further: &str) -> Inputs {
        let names = ["private_equity", "private_credit", "real_estate", "infrastructure"];
        let known = crate::scenario::assumption_set(set).unwrap().unwrap();
        let held: Vec<&str> = names.into_iter().filter(|name| known.index_of(name).is_some()).collect();
        let list = |between: &str, of: &dyn Fn(&str) -> String| {
            held.iter().map(|name| of(name)).collect::<Vec<_>>().join(between)
        };
        let assets = list(", ", &|name| format!("'{name}'"));
        let weights = list(", ", &|name| format!("{name} = {}", 1.0 / held.len() as f64));
        let further = further.replace("COLUMNS", &list(", ", &|name| format!("{name} = 'stocks_avg'")));
        let text = format!(
            "[run]\nlifetimes = 1000\n[market]\nassumptions = '{set}'\nassets = ['us_equity', 'cash', {assets}]\n{further}\n\
             [market.frictions]\nvolatility_haircut = 1\n[account]\nyears = 40\nopening_balance = 1000\n\
             [[policy]]\nkey = 'funds'\nweights = {{ {weights} }}\n"
        );
        Scenario::from_toml(&text, "funds.toml", &[]).unwrap_or_else(|error| panic!("{set}: {error}")).inputs
    }

    /// Mean and standard deviation of some numbers.
    fn moments(values: &[f64]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        (mean, (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt())
    }

    #[test]
    fn reported_values_are_right_in_the_mean_at_every_date_of_every_fund_that_ships() {
        const YEARS: [usize; 5] = [0, 1, 5, 10, 40];
        const LIFETIMES: u64 = 4096;
        let table = "model = 'bootstrap'\n[market.history]\ncolumns = { COLUMNS }";
        let crashes = "[market.crashes]\n[market.crashes.asset.private_equity]\nmean = -0.2\nsd = 0.1\n\
                       [market.crashes.asset.real_estate]\nmean = -0.1\nsd = 0.1";
        let everything = format!(
            "{crashes}\n[market.permanent_loss.private_equity]\nhazard = 0.02\nloss = 1\n[market.parameter_uncertainty]\n\
             [market.managers]\n[market.asset.private_equity]\nliquid_sleeve = 0.15\nfee_basis = 'gross'"
        );
        let cases = [
            "model = 'lognormal'",
            "model = 'student_t'",
            "model = 'garch'",
            "model = 'garch'\n[market.garch]\ncorrelation = 'dynamic'",
            "model = 'regimes'",
            table,
            crashes,
            &everything,
        ];
        let mut checked = 0;
        for set in crate::scenario::assumption_set_names() {
            let set = crate::scenario::assumption_set(set).unwrap().unwrap();
            // A view that changes Bitcoin alone has the funds of the set that it extends.
            if !set.assets.iter().any(|asset| asset.vehicle.lags()) || set.name.starts_with("bitcoin_") {
                continue;
            }
            for case in cases {
                let found = log_ratios(&market_of(&set.name, case), &YEARS, LIFETIMES);
                for (year, funds) in YEARS.iter().zip(&found) {
                    assert!(funds.len() >= 3);
                    for (fund, ratios) in funds.iter().enumerate() {
                        let (mean, sd) = moments(ratios);
                        let error = sd / (LIFETIMES as f64).sqrt();
                        // A false alarm once in 150,000 for each of some three hundred; the seed is fixed. Smoothing whole
                        // returns would leave means of -0.05 to -0.11 for good, dozens of standard errors.
                        println!(
                            "{} fund {fund} after {year} years, {case:?}: {mean:.5} ± {error:.5}",
                            set.name
                        );
                        assert!(
                            mean.abs() < 4.5 * error,
                            "{} fund {fund} after {year} years under {case}: {mean} ± {error}",
                            set.name
                        );
                        assert!(sd > 0.02, "{case}: nothing is stale");
                        checked += 1;
                    }
                }
            }
        }
        assert!(checked >= 2 * 8 * 5 * 3, "{checked}");
    }

    #[test]
    fn a_lifetime_starts_from_the_law_that_it_stays_in() {
        for case in ["model = 'lognormal'", "model = 'student_t'", "model = 'garch'", "model = 'regimes'"] {
            let found = log_ratios(&market_of("base_2026", case), &[0, 20], 16_384);
            let [start, later] = [0, 1].map(|moment: usize| &found[moment]);
            let correlation = |a: &[f64], b: &[f64]| {
                let ((ma, sa), (mb, sb)) = (moments(a), moments(b));
                a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum::<f64>() / (a.len() as f64 * sa * sb)
            };
            for i in 0..4 {
                let ratio = moments(&start[i]).1 / moments(&later[i]).1;
                // Two standard deviations from 16,384 lifetimes: an error of 0.8 % if normal, half as much again for the kurtosis
                // of the others; 4.5 of them. Under `garch` lifetimes start from the long-run variance.
                assert!((ratio - 1.0).abs() < 4.5 * 0.012, "{case}, fund {i}: {ratio}");
                for j in 0..i {
                    let off = correlation(&start[i], &start[j]) - correlation(&later[i], &later[j]);
                    // Errors of 0.8 % at most each; twins would be 0 and 1.
                    assert!(off.abs() < 4.5 * 0.015, "{case}, funds {i} and {j}: {off}");
                }
            }
        }
    }

    #[test]
    fn where_each_start_date_is_a_lifetime_the_past_is_what_the_table_says() {
        let table = |wrap: bool| {
            format!(
                "assets = ['us_equity', 'fund']\nmodel = 'historical'\n[market.historical]\nwrap = {wrap}\n[market.history]\n\
                 from = '1990-01'\nto = '2019-12'\ncolumns = {{ fund = 'stocks_avg' }}\n[market.asset.fund]\nmean = 0.07\nvolatility = 0.15\n\
                 haircut_scale = 1\nnav_smoothing = 0.6\nnav_lag_months = 2\n"
            )
        };
        let inputs = |wrap| {
            let text = format!(
                "[market]\n{}[account]\nyears = 10\nopening_balance = 1000\n[[policy]]\nkey = 'x'\nweights = {{ fund = 1 }}\n",
                table(wrap)
            );
            Scenario::from_toml(&text, "x.toml", &[]).unwrap().inputs
        };
        // Every row is the first of one lifetime, so the mean over start dates is exactly zero, but for single precision.
        let wrapped = inputs(true);
        for funds in log_ratios(&wrapped, &[0, 1, 10], 360) {
            assert!(moments(&funds[0]).0.abs() < 1e-6 && moments(&funds[0]).1 > 0.02);
        }
        // By hand, without the filter: what is untold at a start date is every earlier row by its share.
        let plain = inputs(false);
        let history = plain.market.model.history().unwrap();
        let logs: Vec<f64> = history.column(1).map(f64::ln_1p).collect();
        let expected = logs.iter().sum::<f64>() / logs.len() as f64;
        let phi = 0.6_f64.powf(1.0 / 3.0);
        let untold = |age: usize| if age < 2 { 1.0 } else { phi.powi(age as i32 - 1) };
        let found = log_ratios(&plain, &[0, 10], plain.settings.lifetimes);
        for start in 0..plain.settings.lifetimes as usize {
            for (moment, row) in [(0, start), (1, start + 120)] {
                let by_hand: f64 = (0..row).map(|age| -untold(age) * (logs[row - 1 - age] - expected)).sum();
                assert!((found[moment][0][start] - by_hand).abs() < 1e-5, "row {row}");
            }
        }
        // Before the table everything went as expected.
        assert_eq!(found[0][0][0], 0.0);
    }
}
