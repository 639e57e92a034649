//! Tables of history: broken files give no numbers, bootstraps have the moments of theory, start dates are those of plain
//! sums, and rolling success rates are the published ones.

use std::path::PathBuf;

use decumulus::engine::{InstructionSet, Outcome, Plan, RunOptions, run_range, run_range_on, run_range_with};
use decumulus::market::{
    BlockMethod, BootstrapOf, History, HistoryPeriod, Ingredients, Law, Market, Memory, Model, ReturnModel,
    delivered,
};
use decumulus::math::streams::Streams;
use decumulus::report;
use decumulus::scenario::Scenario;

use crate::common::{assert_close, assert_near, market, simple_asset};

/// A file of the data that these tests are checked against; `None`, with a word, where it is not at hand.
fn shared(name: &str) -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let found = ["../shared/data", "../../shared/data"].map(|folder| root.join(folder).join(name));
    let found = found.into_iter().find(|path| path.exists());
    if found.is_none() {
        println!("skipped: ../shared/data/{name} is not here");
    }
    found
}

/// A scenario beside one CSV file.
fn beside(csv: &[u8], toml: &str, overrides: &[&str]) -> decumulus::Result<Scenario> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("my.csv"), csv).unwrap();
    std::fs::create_dir(folder.path().join("folder.csv")).unwrap();
    let file = folder.path().join("scenario.toml");
    let overrides: Vec<String> = overrides.iter().map(ToString::to_string).collect();
    Scenario::from_toml(toml, file.to_str().unwrap(), &overrides)
}

fn outcome(scenario: &Scenario) -> Outcome {
    let plan = Plan::compile(&scenario.inputs).unwrap();
    decumulus::engine::run(&plan, &RunOptions { threads: Some(1), ..RunOptions::default() }, &()).unwrap()
}

const SIXTY_FORTY: &str = r#"
[run]
step = "year"
[market]
assets = ["stocks", "tbond10"]
model = "historical"
[market.history]
file = "my.csv"
[account]
years = 30
opening_balance = 1_000_000
withdrawal_share = 0.04
payments = "start"
[[policy]]
key = "sixty_forty"
weights = { stocks = 0.6, tbond10 = 0.4 }
"#;

#[test]
fn rolling_thirty_years_of_sixty_forty_succeed_as_often_as_computed_elsewhere() {
    // Case H1: 69 windows of 1928 to 2025, real payments at the start of each year, rebalanced yearly.
    let Some(path) = shared("us_annual.csv") else { return };
    let csv = std::fs::read(path).unwrap();
    let rates = [(0.03, 69), (0.035, 69), (0.04, 65), (0.045, 58), (0.05, 50), (0.06, 36)];
    for (rate, successes) in rates {
        let share = format!("account.withdrawal_share={rate}");
        let scenario = beside(&csv, SIXTY_FORTY, &[&share]).unwrap();
        let found = outcome(&scenario);
        let kept = found.starts.iter().filter(|start| start.policies[0].ruin_age.is_none()).count();
        assert_eq!((found.lifetimes, found.starts.len(), kept), (69, 69, successes), "at {rate}");
        let ruin = found.policies[0].ruin.unwrap();
        assert_eq!(ruin.value, (69 - successes) as f64 / 69.0);
        assert!(ruin.low.is_nan() && ruin.high.is_nan(), "start dates are no sample");
        let rates: Vec<f64> =
            found.starts.iter().map(|start| start.policies[0].sustainable_rate.unwrap()).collect();
        let least = (0..69).min_by(|&a, &b| rates[a].total_cmp(&rates[b])).unwrap();
        assert_eq!(found.starts[least].year, 1966);
        assert_near(100.0 * rates[least], 3.7317, 0.0005, "SAFEMAX");
        let distribution = found.policies[0].sustainable_rate.as_ref().unwrap();
        assert_near(100.0 * distribution.percentiles[4].value, 6.4871, 0.0005, "median rate");
        for start in &found.starts {
            let under = start.policies[0];
            assert_eq!(under.ruin_age.is_some(), under.sustainable_rate.unwrap() < rate, "{}", start.year);
        }
    }
}

/// A table of three series with memory, for tests that know its every figure: rows of a year or month.
fn made_table(rows: usize, period: HistoryPeriod) -> History {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut uniform = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let mut last = [0.0; 3];
    let mut returns = vec![];
    for _ in 0..rows {
        let common = uniform();
        last = [
            0.6 * last[0] + 0.1 * common,
            0.02 * uniform() + 0.05 * common,
            0.9 * last[2] + 0.002 * uniform(),
        ];
        returns.extend([0.006 + last[0], 0.003 + last[1], 0.002 + last[2]]);
    }
    History { source: "made".into(), period, first_year: 1950, first_month: 3, series: 3, returns }
}

fn market_of(model: ReturnModel) -> Market {
    let assets = vec![simple_asset("stocks", 0.08, 0.17), simple_asset("bonds", 0.04, 0.05)];
    Market { model, ..market(assets) }
}

fn bootstrap(history: History, method: BlockMethod) -> ReturnModel {
    ReturnModel::Bootstrap(Box::new(BootstrapOf { history, method, automatic: false }))
}

/// Rows of the growth factors of lifetimes, `[lifetime][row][series]`, drawn through the public face of the model.
fn drawn(market: &Market, lifetimes: u64, years: u32, seed: u64) -> Vec<Vec<[f64; 3]>> {
    const L: usize = 4;
    let steps = market.model.history().unwrap().period.per_year();
    let model = Model::compile(&Ingredients::new(market, steps, &[1.0, 1.0], &[0.0, 0.0])).unwrap();
    let Law::Bootstrap(model) = model.law() else { panic!("not a bootstrap") };
    let mut all = vec![];
    let mut memory = Memory::<L>::default();
    for first in (0..lifetimes).step_by(L) {
        let mut lanes = vec![vec![]; L];
        for year in 0..years {
            model.draw(Streams::new(seed), first, year, &mut memory);
            let mut growth = vec![[0.0; L]; 3 * steps];
            model.grow(0, &memory, &mut growth);
            for row in growth.chunks_exact(3) {
                for (lane, rows) in lanes.iter_mut().enumerate() {
                    rows.push([row[0][lane], row[1][lane], row[2][lane]]);
                }
            }
        }
        all.extend(lanes);
    }
    all
}

/// The autocovariance of a column at a lag, the first row following the last.
fn circular(column: &[f64], lag: usize) -> f64 {
    let (n, mean) = (column.len(), column.iter().sum::<f64>() / column.len() as f64);
    (0..n).map(|i| (column[i] - mean) * (column[(i + lag) % n] - mean)).sum::<f64>() / n as f64
}

/// Mean and standard error over lifetimes, which are independent.
fn estimate(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let values: Vec<f64> = values.collect();
    let (n, mean) = (values.len() as f64, values.iter().sum::<f64>() / values.len() as f64);
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

#[test]
fn bootstraps_have_the_means_and_autocovariances_of_theory() {
    // 4.5 standard errors, about 40 figures: false alarm about 3e-4, once, because the seed is fixed.
    let table = made_table(90, HistoryPeriod::Month);
    let methods = [
        (BlockMethod::Rows, [0.0; 3]),
        (BlockMethod::Stationary { mean_length: 6.5 }, [1, 3, 8].map(|k| (1.0_f64 - 1.0 / 6.5).powi(k))),
        (BlockMethod::Blocks { length: 8, wrap: true }, [1.0, 3.0, 8.0].map(|k| 1.0 - k / 8.0)),
        (BlockMethod::Blocks { length: 12, wrap: true }, [1.0, 3.0, 8.0].map(|k| 1.0 - k / 12.0)),
    ];
    for (method, kept) in methods {
        let paths = drawn(&market_of(bootstrap(table.clone(), method)), 6000, 6, 11);
        for series in 0..3 {
            let column: Vec<f64> = table.column(series).map(|r| 1.0 + r).collect();
            let mean = column.iter().sum::<f64>() / 90.0;
            let over = |path: &Vec<[f64; 3]>| path.iter().map(|row| row[series]).sum::<f64>() / 72.0;
            let (found, error) = estimate(paths.iter().map(over));
            assert_near(found, mean, 4.5 * error, &format!("{method:?} mean {series}"));
            for (lag, kept) in [1, 3, 8].into_iter().zip(kept) {
                // Whole blocks only, so that each place within a block counts alike: 48 rows are blocks of 8 and of 12.
                let product = |path: &Vec<[f64; 3]>| {
                    (0..48).map(|t| (path[t][series] - mean) * (path[t + lag][series] - mean)).sum::<f64>()
                        / 48.0
                };
                let (found, error) = estimate(paths.iter().map(product));
                let expected = kept * circular(&column, lag);
                assert_near(found, expected, 4.5 * error, &format!("{method:?} lag {lag} of {series}"));
            }
        }
    }
}

#[test]
fn blocks_that_do_not_wrap_draw_the_ends_less_often_and_never_pass_them() {
    let table = made_table(20, HistoryPeriod::Year);
    let method = BlockMethod::Blocks { length: 5, wrap: false };
    let paths = drawn(&market_of(bootstrap(table.clone(), method)), 4000, 10, 3);
    let column: Vec<f64> = table.column(0).map(|r| 1.0 + r).collect();
    let place = |growth: f64| column.iter().position(|&g| g == growth).unwrap();
    let mut counts = [0_u32; 20];
    for path in &paths {
        let places: Vec<usize> = path.iter().map(|row| place(row[0])).collect();
        for block in places.chunks_exact(5) {
            assert!(block.windows(2).all(|pair| pair[1] == pair[0] + 1), "{block:?}");
        }
        for place in places {
            counts[place] += 1;
        }
    }
    // Row i lies in min(i + 1, 5, 20 − i) of the 16 blocks; 8,000 blocks were drawn.
    for (i, &count) in counts.iter().enumerate() {
        let share = (i + 1).min(5).min(20 - i) as f64 / 16.0;
        let error = (8000.0 * share * (1.0 - share)).sqrt();
        assert_near(f64::from(count), 8000.0 * share, 4.5 * error, &format!("row {i}"));
    }
}

#[test]
fn rows_stay_whole_and_follow_each_other_bit_for_bit() {
    let table = made_table(60, HistoryPeriod::Month);
    let method = BlockMethod::Stationary { mean_length: 12.0 };
    let rows: Vec<[f64; 3]> = table.returns.chunks(3).map(|r| [1.0 + r[0], 1.0 + r[1], 1.0 + r[2]]).collect();
    let paths = drawn(&market_of(bootstrap(table, method)), 40, 5, 8);
    let (mut followed, mut all) = (0, 0);
    for path in paths {
        let places: Vec<usize> =
            path.iter().map(|row| rows.iter().position(|known| known == row).unwrap()).collect();
        followed += places.windows(2).filter(|pair| pair[1] == (pair[0] + 1) % 60).count();
        all += places.len() - 1;
    }
    // A row is followed by the next unless a block ends (1 in 12) and another row is drawn (59 in 60).
    let expected = 1.0 - 59.0 / 60.0 / 12.0;
    let error = (expected * (1.0 - expected) / all as f64).sqrt();
    assert_near(followed as f64 / all as f64, expected, 4.5 * error, "followed");
}

#[test]
fn the_rows_of_a_seed_never_change() {
    // A change here is value-breaking for every run ever made.
    let table =
        History { returns: (0..300).map(f64::from).collect(), ..made_table(100, HistoryPeriod::Year) };
    let first = |method| -> Vec<u32> {
        let paths = drawn(&market_of(bootstrap(table.clone(), method)), 4, 8, 20_260_101);
        paths[3].iter().map(|row| (row[0] as u32 - 1) / 3).collect()
    };
    assert_eq!(first(BlockMethod::Rows), ROWS);
    assert_eq!(first(BlockMethod::Blocks { length: 3, wrap: false }), BLOCKS);
    assert_eq!(first(BlockMethod::Stationary { mean_length: 3.0 }), STATIONARY);
}

const ROWS: [u32; 8] = [51, 39, 93, 71, 15, 6, 77, 74];
const BLOCKS: [u32; 8] = [50, 51, 52, 38, 39, 40, 91, 92];
const STATIONARY: [u32; 8] = [51, 52, 53, 54, 55, 6, 77, 78];

#[test]
fn what_a_model_says_it_delivers_is_what_it_delivers() {
    let table = made_table(75, HistoryPeriod::Month);
    for method in [
        BlockMethod::Rows,
        BlockMethod::Stationary { mean_length: 9.0 },
        BlockMethod::Blocks { length: 8, wrap: true },
        BlockMethod::Blocks { length: 30, wrap: false },
    ] {
        let market = market_of(bootstrap(table.clone(), method));
        let said = delivered(&market).unwrap().unwrap();
        let paths = drawn(&market, 8000, 10, 4);
        // Years 0 to 9 go through every place that a year can have among blocks of 8 (2) and of 30 (5).
        let annual = |path: &Vec<[f64; 3]>, series: usize| -> Vec<f64> {
            path.chunks_exact(12).map(|year| year.iter().map(|row| row[series]).product()).collect()
        };
        for series in 0..3 {
            let mean = |path: &Vec<[f64; 3]>| annual(path, series).iter().sum::<f64>() / 10.0;
            let (found, error) = estimate(paths.iter().map(mean));
            assert_near(found - 1.0, said.mean[series], 4.5 * error, &format!("{method:?} mean {series}"));
            let centre = 1.0 + said.mean[series];
            let square = |path: &Vec<[f64; 3]>| {
                annual(path, series).iter().map(|g| (g - centre).powi(2)).sum::<f64>() / 10.0
            };
            let (found, error) = estimate(paths.iter().map(square));
            assert_near(found, said.volatility[series].powi(2), 4.5 * error, &format!("{method:?} variance"));
        }
        let product = |path: &Vec<[f64; 3]>| {
            let (a, b) = (annual(path, 0), annual(path, 1));
            let centres = (1.0 + said.mean[0], 1.0 + said.mean[1]);
            a.iter().zip(&b).map(|(a, b)| (a - centres.0) * (b - centres.1)).sum::<f64>() / 10.0
        };
        let (found, error) = estimate(paths.iter().map(product));
        let expected = said.correlation[0][1] * said.volatility[0] * said.volatility[1];
        assert_near(found, expected, 4.5 * error, &format!("{method:?} covariance"));
    }
}

const ON_PROGRAM_TABLE: &str = r#"
[run]
lifetimes = 700
[market]
assets = ["us_equity", "us_bonds", "cash"]
model = "bootstrap"
[market.bootstrap]
method = "stationary"
block = 24
[account]
years = 12
opening_balance = 100_000
withdrawal = 7_000
payments = "start"
[output]
sustainable_rate = true
[[policy]]
key = "mix"
weights = { us_equity = 0.5, us_bonds = 0.3, cash = 0.2 }
[[policy]]
key = "stocks"
weights = { us_equity = 1 }
"#;

fn on_program_table(overrides: &[&str]) -> Scenario {
    let overrides: Vec<String> = overrides.iter().map(ToString::to_string).collect();
    Scenario::from_toml(ON_PROGRAM_TABLE, "x.toml", &overrides).unwrap()
}

#[test]
fn threads_tile_widths_and_shards_change_no_bit() {
    let historical = [
        "market.model=historical",
        "run.step=quarter",
        "account.life.table=social_security",
        "account.age=80",
    ];
    for overrides in [&[][..], &["market.bootstrap.method=blocks", "market.bootstrap.wrap=true"], &historical]
    {
        let plan = Plan::compile(&on_program_table(overrides).inputs).unwrap();
        let all = plan.lifetimes();
        let whole = run_range(&plan, 0, all).unwrap();
        for set in InstructionSet::available() {
            assert!(run_range_with::<16>(&plan, 0, all, set).unwrap() == whole, "{set}");
            assert!(run_range_on(&plan, 0, all, set).unwrap() == whole, "{set}");
        }
        let mut parts = run_range(&plan, 333, all - 333).unwrap();
        parts.merge(&run_range(&plan, 0, 333).unwrap()).unwrap();
        assert!(parts == whole, "shards");
        let threads = decumulus::engine::simulate(
            &plan,
            &RunOptions { threads: Some(3), ..RunOptions::default() },
            &(),
        )
        .unwrap();
        assert!(threads == whole, "threads");
        let again = Plan::from_bytes(&plan.to_bytes()).unwrap();
        assert!(again == plan, "bytes");
    }
}

/// The columns of a table of the program, read once more by the plainest means.
fn program_table(name: &str) -> Vec<(String, Vec<Option<f64>>)> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/scenario/history").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.map(|line| {
        let mut fields = line.split(',');
        let date = fields.next().unwrap().to_string();
        (date, fields.map(|field| field.parse().ok()).collect())
    })
    .collect()
}

#[test]
fn every_start_date_is_what_a_plain_sum_says() {
    // Yearly payments of real dollars at the start, monthly growth, yearly rebalancing, from 1934-02.
    let scenario = on_program_table(&["market.model=historical"]);
    let found = outcome(&scenario);
    let table: Vec<_> = program_table("us_monthly.csv").into_iter().filter(|(_, r)| r[2].is_some()).collect();
    assert_eq!((found.starts.len(), table.len()), (1100 - 144 + 1, 1100));
    for (i, start) in found.starts.iter().enumerate() {
        assert_eq!(table[i].0, format!("{}-{:02}", start.year, start.month.unwrap()));
        let (mut holdings, weights) = ([50_000.0, 30_000.0, 20_000.0], [0.5, 0.3, 0.2]);
        let mut unit = weights;
        let (mut price, mut needed, mut ruin) = (1.0, 0.0, None);
        for t in 0..144 {
            let row = &table[i + t].1;
            let total = holdings.iter().sum::<f64>();
            if t % 12 == 0 {
                let payment = 7_000.0 * price;
                if total < payment * (1.0 - 1e-9) && ruin.is_none() {
                    ruin = Some(t as u32 / 12 + 1);
                }
                let keep = (1.0 - payment / total.max(1e-300)).max(0.0);
                holdings = holdings.map(|h| h * keep);
                needed += price / unit.iter().sum::<f64>();
            }
            for k in 0..3 {
                holdings[k] *= 1.0 + row[k].unwrap();
                unit[k] *= 1.0 + row[k].unwrap();
            }
            price *= 1.0 + row[4].unwrap();
            if t % 12 == 11 {
                let (all, one) = (holdings.iter().sum::<f64>(), unit.iter().sum::<f64>());
                (holdings, unit) = (weights.map(|w| all * w), weights.map(|w| one * w));
            }
        }
        let under = start.policies[0];
        assert_eq!(under.ruin_age, ruin, "{i}");
        assert_near(under.real_balance, holdings.iter().sum::<f64>() / price, 1e-5, "balance");
        assert_close(under.sustainable_rate.unwrap(), 1.0 / needed, 1e-12);
    }
}

#[test]
fn start_dates_wrap_only_if_asked_to_and_the_others_stay_what_they_are() {
    let plain = outcome(&on_program_table(&["market.model=historical"]));
    let wrapped = outcome(&on_program_table(&["market.model=historical", "market.historical.wrap=true"]));
    assert_eq!((plain.starts.len(), wrapped.starts.len()), (957, 1100));
    assert_eq!(plain.starts[..], wrapped.starts[..957]);
    assert_eq!((wrapped.starts[1099].year, wrapped.starts[1099].month), (2025, Some(9)));
}

#[test]
fn rates_follow_the_moment_and_the_frequency_of_payments() {
    // No growth, no inflation, ten years: a tenth a year at either end, in any number of parts.
    let csv = level_table(1950..1970, "0,0,0");
    for overrides in [
        ["account.payments=start", "account.payments_per=year"],
        ["account.payments=end", "account.payments_per=step"],
    ] {
        let more = [overrides[0], overrides[1], "account.years=10"];
        let found = outcome(&beside(csv.as_bytes(), SIXTY_FORTY, &more).unwrap());
        assert_close(found.starts[0].policies[0].sustainable_rate.unwrap(), 0.1, 1e-12);
    }
    let monthly =
        on_program_table(&["market.model=historical", "account.payments_per=step", "account.payments=end"]);
    let found = outcome(&monthly);
    for start in &found.starts {
        let under = start.policies[1];
        assert_eq!(under.ruin_age.is_some(), under.sustainable_rate.unwrap() < 0.07, "{}", start.year);
    }
    // Three years without withdrawals: shares of the balance after them.
    let growing = level_table(1950..1970, "0.1,0.1,0.1");
    let later = ["account.years=8", "account.withdrawal_after_years=3"];
    let found = outcome(&beside(growing.as_bytes(), SIXTY_FORTY, &later).unwrap());
    assert_close(found.starts[4].policies[0].sustainable_rate.unwrap(), 0.2, 1e-12);
}

#[test]
fn rates_of_a_sample_agree_with_ruin() {
    // The same lifetimes: the share of rates below 7 % is the probability of ruin at 7 %, of a portfolio that is sold in
    // proportion; percentiles are good to 0.1 %.
    let scenario = on_program_table(&["run.lifetimes=4000"]);
    let found = outcome(&scenario);
    for policy in &found.policies {
        let (rates, ruin) = (policy.sustainable_rate.as_ref().unwrap(), policy.ruin.unwrap().value);
        assert_eq!(rates.count, 4000);
        for (place, probability) in decumulus::engine::PERCENTILES.into_iter().enumerate() {
            let rate = rates.percentiles[place];
            assert!(rate.low.is_nan() || rate.low <= rate.value);
            if rate.value < 0.07 * 0.998 {
                assert!(ruin >= probability - 0.001, "{ruin} {probability}");
            }
            if rate.value > 0.07 * 1.002 {
                assert!(ruin <= probability + 0.001, "{ruin} {probability}");
            }
        }
    }
    assert!(
        outcome(&on_program_table(&["output.sustainable_rate=false"])).policies[0].sustainable_rate.is_none()
    );
}

#[test]
fn the_table_of_years_is_the_table_of_months_compounded() {
    let months = program_table("us_monthly.csv");
    let years = program_table("us_annual.csv");
    assert_eq!((months.len(), years.len()), (1856, 153));
    for (year, figures) in &years {
        for (k, figure) in figures.iter().enumerate() {
            let of_year = months.iter().filter(|(date, _)| date.starts_with(year.as_str()));
            let growth: Option<f64> = of_year.map(|(_, row)| row[k].map(|r| 1.0 + r)).product();
            match (growth, figure) {
                (Some(growth), Some(figure)) => assert_near(*figure, growth - 1.0, 5.1e-5, year),
                (None, None) => {}
                other => panic!("{year}: {other:?}"),
            }
        }
    }
}

#[test]
fn shipped_tables_hold_only_open_figures_and_say_where_they_come_from() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/scenario/history");
    for name in ["us_monthly.csv", "us_annual.csv"] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let head: String = text.lines().take_while(|line| line.starts_with('#')).collect();
        for word in [
            "stocks_avg",
            "bonds_avg",
            "cash",
            "gold_avg",
            "cpi",
            "class A",
            "class B",
            "AVERAGE",
            "no Bitcoin",
        ] {
            assert!(head.contains(word), "{name} does not say {word}");
        }
        assert!(text.contains("\ndate,stocks_avg,bonds_avg,cash,gold_avg,cpi\n"));
    }
    let Some(path) = shared("us_monthly.csv") else { return };
    let source = std::fs::read_to_string(path).unwrap();
    let find =
        |header: &str| source.lines().next().unwrap().split(',').position(|name| name == header).unwrap();
    let places = ["stocks_tr_avg", "bonds_tr_avg", "cash", "gold_avg", "cpi"].map(find);
    let basis = find("cash_basis");
    for ((date, figures), line) in program_table("us_monthly.csv").iter().zip(source.lines().skip(1)) {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(date, fields[0]);
        for (k, &place) in places.iter().enumerate() {
            let is_open = k != 2 || ["tb3ms", "cmt3m"].contains(&fields[basis]);
            let wanted: Option<f64> = fields[place].parse().ok().filter(|_| is_open);
            match (figures[k], wanted) {
                (Some(found), Some(wanted)) => assert_near(found, wanted, 5.1e-5, date),
                (None, None) => {}
                other => panic!("{date}: {other:?}"),
            }
        }
    }
}

#[test]
fn fees_and_the_volatility_haircut_reach_a_table_too() {
    let csv = "year,stocks,tbond10,cpi\n1950,0.2,0.05,0\n1951,-0.1,0.01,0\n1952,0.3,0.02,0\n";
    let base = ["account.years=3", "account.withdrawal_share=0", "policy[0].weights={ stocks = 1 }"];
    let end = |more: &[&str]| {
        let all: Vec<&str> = base.iter().chain(more).copied().collect();
        outcome(&beside(csv.as_bytes(), SIXTY_FORTY, &all).unwrap()).starts[0].policies[0].real_balance
    };
    let gross = 1e6 * 1.2 * 0.9 * 1.3;
    assert_close(end(&[]), gross, 1e-14);
    assert_close(end(&["market.asset.stocks.management_fee=0.01"]), gross * 0.99_f64.powi(3), 1e-14);
    // Deviations of logs doubled around their mean, the arithmetic mean of the column kept.
    let logs = [1.2_f64, 0.9, 1.3].map(f64::ln);
    let mean = logs.iter().sum::<f64>() / 3.0;
    let spread = logs.map(|log| (mean + 2.0 * (log - mean)).exp());
    let scale = 3.4 / spread.iter().sum::<f64>();
    let expected = 1e6 * spread.iter().product::<f64>() * scale.powi(3);
    assert_close(end(&["market.frictions.volatility_haircut.stocks=2"]), expected, 1e-13);
}

/// A table of years that are all alike.
fn level_table(years: std::ops::Range<i32>, figures: &str) -> String {
    let rows: Vec<String> = years.map(|year| format!("{year},{figures}")).collect();
    format!("year,stocks,tbond10,cpi\n{}\n", rows.join("\n"))
}

/// Lines of a sound table of months, for files that break one thing.
fn months(rows: usize) -> Vec<String> {
    let mut lines = vec!["date,stocks,tbond10,cpi".to_string()];
    for i in 0..rows {
        let sign = if i % 3 == 0 { -1.0 } else { 1.0 };
        let (year, month) = (1990 + i / 12, i % 12 + 1);
        lines.push(format!("{year}-{month:02},{:.4},{:.4},0.002", 0.02 * sign, 0.003 * sign));
    }
    lines
}

fn with_line(number: usize, line: &str) -> String {
    let mut lines = months(60);
    lines[number - 1] = line.to_string();
    lines.join("\n") + "\n"
}

const MONTHLY: [&str; 3] = ["run.step=month", "account.years=2", "market.model=bootstrap"];

#[test]
fn a_broken_file_never_yields_a_number_and_is_refused_by_line() {
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (vec![], "my.csv: the file is empty"),
        (b"\n\n\n".to_vec(), "the file is empty"),
        (b"\xef\xbb\xbf".to_vec(), "the file is empty"),
        (b"# only a comment\n".to_vec(), "the file is empty"),
        (b"date,stocks,tbond10,cpi\n".to_vec(), "there is a header but no row"),
        (b"date,stocks,tbond10,cpi\n1990-01,0.01,0.01,0.01\n".to_vec(), "fewer than two rows"),
        (b"stocks,tbond10,cpi\n0.1,0.1,0.1\n".to_vec(), "no column is called date or year"),
        (
            b"date;stocks;tbond10;cpi\n1990;0,1;0,1;0,1\n".to_vec(),
            "my.csv:2: stocks is `0,1`, which is written with a decimal comma",
        ),
        (
            b"date,stocks\xff,b\n1990,1,1\n".to_vec(),
            "is not a text file in UTF-8: byte 11, on line 1, is 0xFF",
        ),
        (vec![0; 40], "is not a text file: byte 0 is NUL"),
        (with_line(9, "1990-08,0.01,0.01").into(), "my.csv:9: 3 fields where the header has 4"),
        (with_line(9, "1990-08,0.01,0.01,0.01,0.01").into(), "my.csv:9: 5 fields where the header has 4"),
        (with_line(9, "1990-08,0.01,x,0.01").into(), "my.csv:9: tbond10 is `x`, but must be a number"),
        (with_line(9, "1990-08,0.01,1.2%,0.01").into(), "my.csv:9: tbond10 is `1.2%`"),
        (with_line(9, "1990-08,NaN,0.01,0.01").into(), "my.csv:9: stocks is `NaN`"),
        (with_line(9, "1990-08,inf,0.01,0.01").into(), "my.csv:9: stocks is `inf`"),
        (with_line(9, "1990-08,1e999,0.01,0.01").into(), "my.csv:9: stocks is `1e999`"),
        (with_line(9, "1990-08,\"1,5\",0.01,0.01").into(), "my.csv:9: stocks is `1,5`"),
        (with_line(9, "1990-08,,0.01,0.01").into(), "my.csv:9: stocks is blank in 1990-08"),
        (
            with_line(9, "1990-08,-1,0.01,0.01").into(),
            "my.csv:9: stocks is -1, but a return must be above -1",
        ),
        (with_line(9, "1990-08,-3.4,0.01,0.01").into(), "my.csv:9: stocks is -3.4"),
        (with_line(9, "1990-07,0.01,0.01,0.01").into(), "my.csv:9: 1990-07 comes twice (see line 8)"),
        (with_line(9, "1990-05,0.01,0.01,0.01").into(), "my.csv:9: 1990-05 comes after 1990-07 of line 8"),
        (with_line(9, "1990-13,0.01,0.01,0.01").into(), "my.csv:9: `1990-13` must be a date"),
        (with_line(9, "Spring 1990,0.01,0.01,0.01").into(), "my.csv:9: `Spring 1990` must be a date"),
        (with_line(9, ",0.01,0.01,0.01").into(), "my.csv:9: `` must be a date"),
        (with_line(9, "1990,0.01,0.01,0.01").into(), "my.csv:9: 1990 stands among dates such as 1990-01"),
        (
            with_line(9, "").into(),
            "my.csv:10: 1990-09 comes after 1990-07, so that 1 between them are missing",
        ),
        (with_line(9, "# no row\n").into(), "my.csv:11: 1990-09 comes after 1990-07"),
        (with_line(9, "1990-08,\"0.01,0.01,0.01").into(), "my.csv:9:"),
        (with_line(1, "date,stocks,tbond10,stocks").into(), "two columns are called stocks"),
        (with_line(1, "date,stock,tbond10,cpi").into(), "did you mean `stock`?"),
        (with_line(1, "date,stocks,tbond10,prices").into(), "columns.inflation is `inflation`"),
    ];
    for (csv, expected) in cases {
        let error = beside(&csv, SIXTY_FORTY, &MONTHLY).expect_err(expected);
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains(expected), "{expected}: {error}");
    }
    for (file, expected) in
        [("none.csv", "cannot be opened"), ("folder.csv", "is a folder, not a file"), ("", "is a folder")]
    {
        let file = format!("market.history.file=\"{file}\"");
        let error = beside(b"", SIXTY_FORTY, &[&file]).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    let huge = vec![b'1'; (16 << 20) + 1];
    let error = beside(&huge, SIXTY_FORTY, &MONTHLY).unwrap_err();
    assert!(error.to_string().contains("has more than"), "{error}");
}

#[test]
fn all_problems_of_a_file_are_reported_at_once() {
    let mut lines = months(60);
    lines[8] = "1990-08,x,0.01,0.01".into();
    lines[20] = "1991-08,0.01,,0.01".into();
    lines[30] = "1992-06,0.01,0.01,-7".into();
    lines.insert(1, "# a comment, and two empty lines\n\n".into());
    let error = beside(lines.join("\r\n").as_bytes(), SIXTY_FORTY, &MONTHLY).unwrap_err().to_string();
    for line in ["my.csv:12:", "my.csv:24:"] {
        assert!(error.contains(line), "{error}");
    }
    let mut many = months(60);
    many.iter_mut().skip(1).for_each(|line| *line = line.replace("0.002", "much"));
    let error = beside(many.join("\n").as_bytes(), SIXTY_FORTY, &MONTHLY).unwrap_err();
    assert_eq!(error.problems().len(), 1);
    let what = "my.csv:2: cpi is `much`, but must be a number; so are 59 more of this column";
    assert!(error.to_string().contains(what), "{error}");
    // Blanks are told row by row, up to twenty.
    let mut many = months(60);
    many.iter_mut().skip(2).step_by(2).for_each(|line| *line = line.replace("0.002", ""));
    let error = beside(many.join("\n").as_bytes(), SIXTY_FORTY, &MONTHLY).unwrap_err();
    assert_eq!(error.problems().len(), 21);
    assert!(error.to_string().contains(" more problems"), "{error}");
}

#[test]
fn percent_is_refused_and_bitcoin_is_not() {
    let scaled = |column: usize| {
        let rows = months(60).into_iter().enumerate().map(|(i, line)| {
            let mut fields: Vec<String> = line.split(',').map(str::to_string).collect();
            if i > 0 {
                fields[column] = (fields[column].parse::<f64>().unwrap() * 100.0).to_string();
            }
            fields.join(",")
        });
        rows.collect::<Vec<_>>().join("\n")
    };
    for (column, name) in [(1, "stocks"), (3, "cpi")] {
        let error = beside(scaled(column).as_bytes(), SIXTY_FORTY, &MONTHLY).unwrap_err().to_string();
        assert!(error.contains(&format!("the column {name} looks like percent: divide by 100")), "{error}");
    }
    let (one, two, three) = (scaled(1), scaled(2), scaled(3));
    let all = one.lines().zip(two.lines()).zip(three.lines()).map(|((a, b), c)| {
        let field = |line: &str, k: usize| line.split(',').nth(k).unwrap().to_string();
        [field(a, 0), field(a, 1), field(b, 2), field(c, 3)].join(",")
    });
    let all = all.collect::<Vec<_>>().join("\n");
    let percent =
        beside(all.as_bytes(), SIXTY_FORTY, &[&MONTHLY[..], &["market.history.unit=percent"]].concat());
    let fractions = beside(months(60).join("\n").as_bytes(), SIXTY_FORTY, &MONTHLY).unwrap();
    let (percent, fractions) = (percent.unwrap(), fractions);
    let returns = |scenario: &Scenario| scenario.inputs.market.model.history().unwrap().returns.clone();
    for (a, b) in returns(&percent).iter().zip(returns(&fractions)) {
        assert_near(*a, b, 1e-15, "percent");
    }
    let Some(path) = shared("btc_monthly.csv") else { return };
    let csv = std::fs::read(path).unwrap();
    let toml = r#"
        [market]
        assets = ["bitcoin"]
        model = "bootstrap"
        [market.history]
        file = "my.csv"
        columns = { bitcoin = "ret", inflation = "none" }
        [account]
        years = 5
        opening_balance = 1
        [[policy]]
        key = "all_in"
        weights = { bitcoin = 1 }
    "#;
    let scenario = beside(&csv, toml, &[]).unwrap();
    let history = scenario.inputs.market.model.history().unwrap();
    assert_eq!((history.rows(), history.date(0)), (192, (2010, 8)));
    assert!(history.column(0).any(|r| r > 4.0) && history.column(1).all(|r| r == 0.0));
    assert!(
        scenario.warnings.iter().any(|w| w.contains("before 2010-08 are left out: the column ret begins"))
    );
}

#[test]
fn files_of_other_programs_are_read_alike() {
    let plain = months(60).join("\n");
    let read = |text: String| {
        let scenario = beside(text.as_bytes(), SIXTY_FORTY, &MONTHLY).unwrap();
        scenario.inputs.market.model.history().unwrap().clone()
    };
    let expected = read(plain.clone());
    assert_eq!(expected.rows(), 60);
    let days: String = plain
        .lines()
        .map(|line| line.replacen(',', "-15,", usize::from(line.starts_with('1'))) + "\n")
        .collect();
    for text in [
        format!("\u{feff}{plain}"),
        plain.replace('\n', "\r\n"),
        format!("# mine\n\n{plain}\n\n\n# end\n"),
        plain.replace(',', " , "),
        days,
        format!("\"{}\"", plain.replace(',', "\",\"").replace('\n', "\"\n\"")),
    ] {
        assert_eq!(read(text), expected);
    }
}

#[test]
fn spans_are_chosen_and_shortened_in_the_open() {
    let text = months(60).join("\n");
    let rows = |more: &[&str]| {
        let all = [&MONTHLY[..], more].concat();
        beside(text.as_bytes(), SIXTY_FORTY, &all).map(|scenario| {
            let history = scenario.inputs.market.model.history().unwrap();
            (history.rows(), history.date(0), scenario.warnings.len())
        })
    };
    let usual = rows(&[]).unwrap().2;
    let from = |value: &str| format!("market.history.from={value}");
    assert_eq!(rows(&[&from("1992"), "market.history.to=1993"]).unwrap(), (24, (1992, 1), usual));
    assert_eq!(rows(&[&from("\"1992-06\"")]).unwrap(), (31, (1992, 6), usual));
    for (flag, expected) in [
        (from("1850"), "must lie within the table, 1990-01 to 1994-12"),
        (from("2001"), "must lie within the table"),
        (from("\"spring\""), "must be a date as YYYY"),
    ] {
        let error = rows(&[&flag]).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let error = rows(&[&from("1993"), "market.history.to=1991"]).unwrap_err().to_string();
    assert!(error.contains("must not be before market.history.from"), "{error}");
    let late =
        text.replace("1990-01,-0.0200", "1990-01,").replace("1994-12,0.0200,0.0030", "1994-12,0.0200,");
    let scenario = beside(late.as_bytes(), SIXTY_FORTY, &MONTHLY).unwrap();
    let warnings = scenario.warnings.join("\n");
    assert!(warnings.contains("before 1990-02 are left out: the column stocks begins"), "{warnings}");
    assert!(warnings.contains("after 1994-11 are left out: the column tbond10 ends"), "{warnings}");
}

#[test]
fn what_does_not_fit_a_table_is_refused_with_its_key() {
    let csv = level_table(1990..2010, "0.1,0.02,0.02");
    let refused = |flags: &[&str]| beside(csv.as_bytes(), SIXTY_FORTY, flags).unwrap_err().to_string();
    for (flags, expected) in [
        (vec!["run.step=month", "account.years=5"], "run.step is month, but must be year"),
        (vec!["account.years=21"], "market.history is a table of 20 rows, but must be of at least 21 rows"),
        (vec!["market.model=bootstrap", "market.bootstrap.block=21"], "market.bootstrap.block is 21"),
        (vec!["market.model=bootstrap", "market.bootstrap.block=0.5"], "market.bootstrap.block is 0.5"),
        (
            vec!["market.model=bootstrap", "market.bootstrap.block=2.5", "market.bootstrap.method=blocks"],
            "a whole number",
        ),
        (vec!["market.model=bootstrap", "market.bootstrap.wrap=false"], "market.bootstrap.wrap is false"),
        (
            vec!["market.model=bootstrap", "market.bootstrap.block=3", "market.bootstrap.method=rows"],
            "draws each row alone",
        ),
        (vec!["market.history.columns.gold=g"], "market.history.columns.gold is `gold`"),
        (
            vec!["market.history.table=us_monthly"],
            "market.history.table is `us_monthly`, but must be left out",
        ),
    ] {
        let found = refused(&flags);
        assert!(found.contains(expected), "{flags:?}: {found}");
    }
    let bitcoin = Scenario::from_toml(
        ON_PROGRAM_TABLE,
        "x.toml",
        &["market.assets=[\"us_equity\", \"bitcoin\"]".into()],
    );
    let error = bitcoin.unwrap_err().to_string();
    assert!(
        error.contains(
            "market.history.columns.bitcoin is missing; no column of the table us_monthly stands for bitcoin"
        ),
        "{error}"
    );
    let mut scenario = on_program_table(&["market.model=historical"]);
    scenario.inputs.settings.lifetimes = 10;
    let error = Plan::compile(&scenario.inputs).unwrap_err().to_string();
    assert!(error.contains("run.lifetimes is 10, but must be 957"), "{error}");
    assert!(on_program_table(&["market.model=historical"]).warnings.iter().any(|w| w.contains("no effect")));
}

#[test]
fn reports_of_start_dates_claim_no_sampling_error() {
    let scenario = on_program_table(&["market.model=historical", "output.charts=false"]);
    let found = outcome(&scenario);
    let table = report::table(report::Reported::new(&scenario, &found)).to_string();
    for part in ["957 start dates, 1934-02 to 2013-10", "no sampling error", "overlap", "Successes"] {
        assert!(table.contains(part), "{part}\n{table}");
    }
    assert!(!table.contains('±') && !table.contains("NaN") && !table.contains("Monte Carlo"), "{table}");
    let csv = report::start_dates_csv(&found);
    assert_eq!(csv.lines().count(), 1 + 957 * 2);
    assert!(csv.starts_with("start,policy,end_balance_real,success,ruin_age,sustainable_rate\n1934-02,mix,"));
    let timing = report::Timing { wall_seconds: 1.0, threads: 1, lifetimes_per_second: 1.0 };
    let json = report::summary_json(report::Reported::new(&scenario, &found), &timing);
    assert!(json.contains("every start date once, so nothing was sampled") && json.contains("\"delivered\""));
    // Charts say no NaN either.
    for svg in [
        report::fan_svg(&scenario, &found, 0),
        report::comparison_svg(report::Reported::new(&scenario, &found)),
    ] {
        assert!(!svg.unwrap().contains("NaN"));
    }
}
