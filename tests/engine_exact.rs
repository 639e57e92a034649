//! Markets without volatility against the formulas of compounding and annuities, to 1e-9 relative, and single
//! steps of the ledger against sums done by hand.

use decumulus::engine::{Inputs, Outcome, Plan, run_range};
use decumulus::market::{
    Asset, FeeBasis, Fees, HaircutRule, HalfSpread, Liquidity, ReturnMoments, VolatilityHaircut,
};
use decumulus::participant::{
    Account, Benefit, Indexing, MatchTier, Participant, PaymentTiming, PaymentsPer, Spending, Withdrawal,
};
use decumulus::policy::{Allocation, Rebalancing, TradingCosts, WeightPoint, WithdrawalOrder};

use crate::common::{
    account_in, assert_close, asset, end, inputs, path, policy, ruin, run, saver, simple_asset, sized,
};

const EXACT: f64 = 1e-9;

fn certain(rate: f64) -> Asset {
    simple_asset("a", rate, 0.0)
}

fn with_fees(mut asset: Asset, management: f64, wrapper: f64, basis: FeeBasis) -> Asset {
    asset.fees = Fees { management, wrapper, basis, ..Fees::NONE };
    asset
}

fn with_spread(mut asset: Asset, half_spread: f64) -> Asset {
    asset.liquidity = Liquidity::Liquid { half_spread: HalfSpread::constant(half_spread) };
    asset
}

fn illiquid(mut asset: Asset, haircut_scale: f64) -> Asset {
    asset.liquidity = Liquidity::Illiquid { haircut_scale };
    asset
}

/// What `count` payments of one are worth at the last of them, at `rate` a period.
fn annuity(rate: f64, count: i32) -> f64 {
    if rate == 0.0 { f64::from(count) } else { ((1.0 + rate).powi(count) - 1.0) / rate }
}

fn fees(outcome: &Outcome) -> f64 {
    outcome.policies[0].fees.mean.value
}

fn trading_costs(outcome: &Outcome) -> f64 {
    outcome.policies[0].trading_costs.mean.value
}

fn haircuts(outcome: &Outcome) -> f64 {
    outcome.policies[0].haircuts.mean.value
}

// ---- Compounding and annuities

#[test]
fn a_lump_sum_compounds_whatever_the_step() {
    for steps in [1, 4, 12] {
        let mut question = account_in(certain(0.07), Account::lump_sum(1_000.0, 40));
        question.settings.steps_per_year = steps;
        question.market.inflation = ReturnMoments::from_simple(0.02, 0.0).unwrap();
        let outcome = run(&question);
        for (year, &real) in path(&outcome).iter().enumerate() {
            let after = year as i32 + 1;
            assert_close(real, 1_000.0 * (1.07_f64 / 1.02).powi(after), EXACT);
            assert_close(outcome.nominal.percentiles[[0, year, 4]], 1_000.0 * 1.07_f64.powi(after), EXACT);
        }
    }
}

#[test]
fn level_contributions_grow_to_the_annuity_formula() {
    for (timing, rate) in
        [(PaymentTiming::Start, 0.05), (PaymentTiming::End, 0.05), (PaymentTiming::End, 0.0)]
    {
        for (steps, per) in
            [(1, PaymentsPer::Year), (12, PaymentsPer::Year), (4, PaymentsPer::Step), (12, PaymentsPer::Step)]
        {
            let account =
                Account { contribution: 1_200.0, timing, payments_per: per, ..Account::lump_sum(500.0, 30) };
            let mut question = account_in(certain(rate), account);
            question.settings.steps_per_year = steps;
            let periods = if per == PaymentsPer::Year { 1 } else { steps as i32 };
            let period = (1.0 + rate).powf(1.0 / f64::from(periods)) - 1.0;
            let due = if timing == PaymentTiming::Start { 1.0 + period } else { 1.0 };
            let paid_in = 1_200.0 / f64::from(periods) * annuity(period, 30 * periods) * due;
            assert_close(end(&run(&question)), 500.0 * (1.0 + rate).powi(30) + paid_in, EXACT);
        }
    }
}

#[test]
fn growing_contributions_grow_to_the_growing_annuity_formula() {
    let (rate, growth, years) = (0.06_f64, 0.025_f64, 35);
    let account =
        Account { contribution: 900.0, contribution_growth: growth, ..Account::lump_sum(0.0, years as u32) };
    let expected = 900.0 * ((1.0 + rate).powi(years) - (1.0 + growth).powi(years)) / (rate - growth);
    assert_close(end(&run(&account_in(certain(rate), account.clone()))), expected, EXACT);
    // The same growth from prices, with the balance in dollars of the day.
    let account = Account { contribution_growth: 0.0, contribution_index: Indexing::FromFirst, ..account };
    let mut question = account_in(certain(rate), account);
    question.market.inflation = ReturnMoments::from_simple(growth, 0.0).unwrap();
    let outcome = run(&question);
    // Indexed from the first payment, which is made at the end of a year of inflation.
    assert_close(outcome.nominal.percentiles[[0, years as usize - 1, 4]], expected * (1.0 + growth), EXACT);
}

#[test]
fn withdrawals_leave_the_annuity_formula_s_balance() {
    let (rate, years) = (0.04, 20);
    for (timing, due) in [(PaymentTiming::Start, 1.0 + rate), (PaymentTiming::End, 1.0)] {
        let account = Account {
            withdrawal: Withdrawal::Amount(6_000.0),
            timing,
            ..Account::lump_sum(100_000.0, years as u32)
        };
        let outcome = run(&account_in(certain(rate), account));
        let expected = 100_000.0 * (1.0 + rate).powi(years) - 6_000.0 * annuity(rate, years) * due;
        assert_close(end(&outcome), expected, EXACT);
        assert_eq!(ruin(&outcome).value, 0.0);
    }
}

#[test]
fn the_exact_annuity_payment_exhausts_the_account_without_ruin() {
    for (rate, years) in [(0.04, 20), (0.0, 30), (0.075, 45)] {
        let payment = if rate == 0.0 {
            100_000.0 / f64::from(years)
        } else {
            100_000.0 * rate / (1.0 - (1.0_f64 + rate).powi(-years))
        };
        let with = |factor: f64| {
            let account = Account {
                withdrawal: Withdrawal::Amount(payment * factor),
                ..Account::lump_sum(100_000.0, years as u32)
            };
            run(&account_in(certain(rate), account))
        };
        let exact = with(1.0);
        assert_eq!(ruin(&exact).value, 0.0);
        assert!(end(&exact) < 1e-6);
        assert_eq!(ruin(&with(1.000_001)).value, 1.0);
    }
}

#[test]
fn each_index_convention_pays_what_its_name_says() {
    let prices = 1.03_f64;
    for timing in [PaymentTiming::Start, PaymentTiming::End] {
        for (index, first) in [
            (Indexing::Nominal, None),
            (Indexing::FromFirst, Some(0)),
            // The first payment is nominal; prices count from then on.
            (Indexing::FromSecond, Some(2 + i32::from(timing == PaymentTiming::End))),
        ] {
            let account = Account {
                withdrawal: Withdrawal::Amount(1_000.0),
                withdrawal_after_years: 2,
                withdrawal_index: index,
                timing,
                ..Account::lump_sum(100_000.0, 10)
            };
            let mut question = account_in(certain(0.0), account);
            question.market.inflation = ReturnMoments::from_simple(0.03, 0.0).unwrap();
            let outcome = run(&question);
            let moments = (2..10).map(|year| year + i32::from(timing == PaymentTiming::End));
            let paid: f64 =
                moments.map(|at| first.map_or(1_000.0, |from| 1_000.0 * prices.powi(at - from))).sum();
            assert_close(outcome.nominal.percentiles[[0, 9, 4]], 100_000.0 - paid, EXACT);
        }
    }
}

// ---- Fees

#[test]
fn fees_compound_by_their_basis_and_add_up() {
    for steps in [1, 12] {
        for (basis, charged) in [(FeeBasis::Gross, 0.0175), (FeeBasis::NetInstitutional, 0.005)] {
            let asset = with_fees(certain(0.06), 0.0125, 0.005, basis);
            let mut question = account_in(asset, Account::lump_sum(1_000.0, 25));
            question.settings.steps_per_year = steps;
            let outcome = run(&question);
            let net = 1.06_f64 * (1.0 - charged);
            assert_close(end(&outcome), 1_000.0 * net.powi(25), EXACT);
            // Each step takes a share of the value after growth.
            let (grown, kept) =
                (1.06_f64.powf(1.0 / f64::from(steps)), (1.0 - charged).powf(1.0 / f64::from(steps)));
            let first = 1_000.0 * grown * (1.0 - kept);
            assert_close(fees(&outcome), first * annuity(grown * kept - 1.0, 25 * steps as i32), EXACT);
            question.market.frictions.fees = false;
            assert_eq!(fees(&run(&question)), 0.0);
            assert_close(end(&run(&question)), 1_000.0 * 1.06_f64.powi(25), EXACT);
        }
    }
}

/// A saver of 40 with 10,000 dollars and no payments, to the age of 50.
fn holder() -> decumulus::participant::Saver {
    let mut holder = saver(40, 50, 50);
    holder.opening_balance = 10_000.0;
    holder
}

#[test]
fn the_plan_s_share_of_assets_comes_on_top_of_the_asset_s_fee() {
    let mut person = holder();
    person.fee_share = 0.004;
    let asset = with_fees(certain(0.05), 0.01, 0.0, FeeBasis::Gross);
    let outcome = run(&inputs(vec![asset], Participant::Saver(person), &[1.0]));
    assert_close(end(&outcome), 10_000.0 * (1.05_f64 * 0.99 * 0.996).powi(10), EXACT);
}

#[test]
fn dollars_per_head_follow_prices_and_never_exceed_the_balance() {
    let question = |balance: f64, steps| {
        let mut person = holder();
        (person.opening_balance, person.fee_per_head) = (balance, 120.0);
        let mut question = inputs(vec![certain(0.071)], Participant::Saver(person), &[1.0]);
        question.market.inflation = ReturnMoments::from_simple(0.02, 0.0).unwrap();
        question.settings.steps_per_year = steps;
        run(&question)
    };
    // In real terms the account grows by 5 % and pays a level fee at the end of each step.
    let outcome = question(10_000.0, 1);
    assert_close(end(&outcome), 10_000.0 * 1.05_f64.powi(10) - 120.0 * annuity(0.05, 10), EXACT);
    assert_close(fees(&outcome), 1_200.0, EXACT);
    let monthly = question(10_000.0, 12);
    let rate = 1.05_f64.powf(1.0 / 12.0) - 1.0;
    assert_close(end(&monthly), 10_000.0 * 1.05_f64.powi(10) - 10.0 * annuity(rate, 120), EXACT);
    // 200 dollars pay 120 after a year, what is left after two, and nothing from then on.
    let poor = question(200.0, 1);
    assert_eq!(path(&poor)[1..], [0.0; 9]);
    assert_close(fees(&poor), 120.0 + (200.0 * 1.05 - 120.0) * 1.05, EXACT);
    assert_eq!(ruin_of_nobody(&poor), None);
}

fn ruin_of_nobody(outcome: &Outcome) -> Option<f64> {
    outcome.policies[0].ruin.map(|ruin| ruin.value)
}

// ---- Spreads, rebalancing, haircuts

fn two_assets(first: Asset, second: Asset, account: Account, weights: [f64; 2]) -> Inputs {
    let second = Asset { key: "b".into(), ..second };
    inputs(vec![first, second], Participant::Account(account), &weights)
}

#[test]
fn purchases_pay_the_half_spread_only_if_all_trades_do() {
    let account = Account { contribution: 100.0, ..Account::lump_sum(0.0, 10) };
    let mut question =
        two_assets(with_spread(certain(0.0), 0.01), with_spread(certain(0.0), 0.002), account, [0.25, 0.75]);
    assert_close(end(&run(&question)), 1_000.0, EXACT);
    question.policies[0].trading_costs = TradingCosts::AllTrades;
    question.policies[0].rebalancing = Rebalancing::Never;
    let outcome = run(&question);
    let cost = 0.25 * 0.01 + 0.75 * 0.002;
    assert_close(end(&outcome), 1_000.0 * (1.0 - cost), EXACT);
    assert_close(trading_costs(&outcome), 1_000.0 * cost, EXACT);
    question.market.frictions.half_spreads = false;
    assert_eq!(trading_costs(&run(&question)), 0.0);
}

#[test]
fn sales_for_spending_pay_the_half_spread_only_if_all_trades_do() {
    let account = Account { withdrawal: Withdrawal::Amount(100.0), ..Account::lump_sum(1_000.0, 5) };
    let mut question = account_in(with_spread(certain(0.0), 0.02), account);
    assert_close(end(&run(&question)), 500.0, EXACT);
    question.policies[0].trading_costs = TradingCosts::AllTrades;
    let outcome = run(&question);
    assert_close(end(&outcome), 1_000.0 - 500.0 / 0.98, EXACT);
    assert_close(trading_costs(&outcome), 500.0 / 0.98 * 0.02, EXACT);
}

#[test]
fn rebalancing_trades_both_sides_and_pays_for_them_by_hand() {
    // 60 and 40 become 72 and 40, 112 in all: targets 67.20 and 44.80, trades of 4.80 on each side. They cost
    // 0.0480 and 0.0240; 111.9280 is left, at target. The next year: 80.58816 and 44.7712 of 125.35936; targets
    // 75.215616 and 50.143744; trades of 5.372544; 0.05372544 and 0.02686272 paid; 125.27877184 is left.
    let account = Account::lump_sum(100.0, 2);
    let mut question =
        two_assets(with_spread(certain(0.2), 0.01), with_spread(certain(0.0), 0.005), account, [0.6, 0.4]);
    let outcome = run(&question);
    assert_close(path(&outcome)[0], 111.928, EXACT);
    assert_close(end(&outcome), 125.278_771_84, EXACT);
    assert_close(trading_costs(&outcome), 0.048 + 0.024 + 0.053_725_44 + 0.026_862_72, EXACT);
    // Without rebalancing, nothing is paid; with a band of 4.2 points, the weight 72/112 = 64.29 % is outside.
    question.policies[0].rebalancing = Rebalancing::Never;
    assert_close(end(&run(&question)), 60.0 * 1.44 + 40.0, EXACT);
    question.policies[0].rebalancing = Rebalancing::Band(0.042);
    assert_close(path(&run(&question))[0], 111.928, EXACT);
    // With one of 4.3 points it is inside, until the second year: 86.4 of 126.4 is 68.35 %, a trade of 10.56.
    question.policies[0].rebalancing = Rebalancing::Band(0.043);
    let outcome = run(&question);
    assert_close(path(&outcome)[0], 112.0, EXACT);
    assert_close(end(&outcome), 126.4 - 10.56 * 0.015, EXACT);
}

#[test]
fn rebalancing_happens_at_its_interval() {
    // Each interval multiplies by the growth of the mixture held since the last one.
    for (rebalancing, months) in [
        (Rebalancing::Monthly, 1),
        (Rebalancing::Quarterly, 3),
        (Rebalancing::Yearly, 12),
        (Rebalancing::Never, 60),
    ] {
        let mut question = two_assets(certain(0.2), certain(0.0), Account::lump_sum(100.0, 5), [0.6, 0.4]);
        question.policies[0].rebalancing = rebalancing;
        question.settings.steps_per_year = 12;
        let mixture = 0.6 * 1.2_f64.powf(f64::from(months) / 12.0) + 0.4;
        assert_close(end(&run(&question)), 100.0 * mixture.powi(60 / months), EXACT);
    }
}

#[test]
fn illiquid_assets_are_sold_last_at_the_haircut_by_hand() {
    // 80 liquid, 20 private. 90 are wanted: 80 from the liquid part, 10 from the private one at 9 %: 10/0.91 are
    // sold, of which 0.09/0.91·10 are lost.
    let account = Account { withdrawal: Withdrawal::Amount(90.0), ..Account::lump_sum(100.0, 1) };
    let mut question = two_assets(certain(0.0), illiquid(certain(0.0), 1.0), account, [0.8, 0.2]);
    let outcome = run(&question);
    assert_close(end(&outcome), 20.0 - 10.0 / 0.91, EXACT);
    assert_close(haircuts(&outcome), 10.0 * 0.09 / 0.91, EXACT);
    assert_eq!((ruin(&outcome).value, trading_costs(&outcome)), (0.0, 0.0));
    // Pro rata, the whole portfolio fetches 80 + 18.20 = 98.20; the share 90/98.20 of it is sold.
    question.policies[0].withdrawals = WithdrawalOrder::ProRata;
    let outcome = run(&question);
    assert_close(end(&outcome), 100.0 * (1.0 - 90.0 / 98.2), EXACT);
    assert_close(haircuts(&outcome), 1.8 * 90.0 / 98.2, EXACT);
    // Switched off, only the 90 leave.
    question.market.frictions.liquidity_haircut = false;
    assert_close(end(&run(&question)), 10.0, EXACT);
    // 99 cannot be raised: 98.20 are paid, 0.80 are missing, nothing is left.
    question.market.frictions.liquidity_haircut = true;
    let Participant::Account(account) = &mut question.participant else { unreachable!() };
    account.withdrawal = Withdrawal::Amount(99.0);
    let outcome = run(&question);
    let shortfall = outcome.policies[0].shortfall_dollars.as_ref().unwrap().mean.value;
    assert_eq!((end(&outcome), ruin(&outcome).value), (0.0, 1.0));
    assert_close(shortfall, 0.8, EXACT);
}

#[test]
fn the_haircut_follows_the_fall_of_the_stress_asset_over_twelve_months() {
    // Equity falls by 25 % a year, at the same rate every month: after the first year it stands 25 % below its
    // twelve-month high, and so ever after, however long it falls. The default rule: 0.09 + 0.25·0.25 + 2·0.25².
    let haircut = 0.2775;
    for (steps, years) in [(1, 1), (12, 1), (12, 3), (4, 2)] {
        let account = Account {
            withdrawal: Withdrawal::Amount(10.0),
            withdrawal_after_years: years - 1,
            ..Account::lump_sum(100.0, years)
        };
        let mut question = two_assets(certain(-0.25), illiquid(certain(0.0), 0.5), account, [0.0, 1.0]);
        question.market.stress_asset = Some("a".into());
        question.settings.steps_per_year = steps;
        // A fee on equity does not count as a fall of the market.
        question.market.assets[0].fees =
            Fees { management: 0.02, wrapper: 0.0, basis: FeeBasis::Gross, ..Fees::NONE };
        let outcome = run(&question);
        assert_close(end(&outcome), 100.0 - 10.0 / (1.0 - 0.5 * haircut), EXACT);
        assert_close(haircuts(&outcome), 10.0 * 0.5 * haircut / (1.0 - 0.5 * haircut), EXACT);
        // Without a stress asset the market is always quiet.
        question.market.stress_asset = None;
        assert_close(end(&run(&question)), 100.0 - 10.0 / (1.0 - 0.5 * 0.09), EXACT);
    }
}

#[test]
fn a_stress_asset_that_has_come_to_nothing_stays_fallen() {
    // With its log volatility raised tenfold, the level falls below the smallest number within a few years.
    let account = Account {
        withdrawal: Withdrawal::Amount(10.0),
        withdrawal_after_years: 29,
        ..Account::lump_sum(100.0, 30)
    };
    let worthless = Asset { volatility_levels: [10.0; 3], ..asset("a", 0.0, 2.2) };
    let mut question = two_assets(worthless, illiquid(certain(0.0), 0.5), account, [0.0, 1.0]);
    question.market.stress_asset = Some("a".into());
    assert_close(end(&run(&question)), 100.0 - 10.0 / (1.0 - 0.5 * 0.6), EXACT);
}

#[test]
fn the_haircut_has_a_cap() {
    let account = Account { withdrawal: Withdrawal::Amount(10.0), ..Account::lump_sum(100.0, 1) };
    let mut question = two_assets(certain(-0.8), illiquid(certain(0.0), 1.0), account, [0.0, 1.0]);
    question.market.stress_asset = Some("a".into());
    question.market.haircut_rule = HaircutRule { cap: 0.5, ..HaircutRule::default() };
    assert_close(end(&run(&question)), 100.0 - 10.0 / 0.5, EXACT);
}

#[test]
fn what_would_fetch_nothing_is_not_sold_while_nothing_is_missing() {
    // A haircut of 100 % on the second asset; the first one pays for everything. In the other lanes of a
    // lifetime's tile it does run out: that must not touch this one.
    let account = Account { withdrawal: Withdrawal::Amount(6.0), ..Account::lump_sum(100.0, 8) };
    let mut question = two_assets(asset("a", 0.0, 0.4), illiquid(certain(0.0), 10.0), account, [0.5, 0.5]);
    question.market.haircut_rule = HaircutRule { base: 0.5, ..HaircutRule::default() };
    question.policies[0].rebalancing = Rebalancing::Never;
    let plan = Plan::compile(&sized(question, 64, 5)).unwrap();
    let replay = |life| Outcome::of_part(&plan, &run_range(&plan, life, 1).unwrap()).unwrap();
    let (ruined, spared): (Vec<Outcome>, Vec<Outcome>) =
        (0..64).map(replay).partition(|o| ruin(o).value == 1.0);
    assert!(!ruined.is_empty() && !spared.is_empty());
    assert!(spared.iter().all(|outcome| end(outcome) >= 50.0));
}

#[test]
fn half_spreads_widen_in_a_crisis() {
    // Equity falls by 28 %, halfway between the anchors 18 % and 38 %: half-spread 0.4 %. 60 and 40 become 43.2
    // and 40; the targets of 83.2 are 49.92 and 33.28; 6.72 are bought and sold, at 0.4 % and for nothing.
    let mut question = two_assets(certain(-0.28), certain(0.0), Account::lump_sum(100.0, 1), [0.6, 0.4]);
    let half_spread = HalfSpread { normal: 0.001, stress: 0.002, crisis: 0.006 };
    question.market.assets[0].liquidity = Liquidity::Liquid { half_spread };
    question.market.stress_asset = Some("a".into());
    assert_close(trading_costs(&run(&question)), 6.72 * 0.004, EXACT);
    question.market.stress_asset = None;
    assert_close(trading_costs(&run(&question)), 6.72 * 0.001, EXACT);
}

// ---- The order of a step

#[test]
fn the_order_of_a_step_with_payments_at_its_end_by_hand() {
    // 1000 at 60/40. Growth of 20 % and 0 %: 720 and 400, of which fees take 1 % of the first: 712.80 and 400.
    // 100 come in at target weights less 1 % on the first asset: 772.20 (60 − 0.60) and 440. 50 go out pro rata:
    // both times 1 − 50/(0.99·772.20 + 440): 1204.478 is fetched by selling all. Then rebalancing at 1 %.
    let account = Account {
        contribution: 100.0,
        withdrawal: Withdrawal::Amount(50.0),
        timing: PaymentTiming::End,
        ..Account::lump_sum(1_000.0, 1)
    };
    let first = with_fees(with_spread(certain(0.2), 0.01), 0.01, 0.0, FeeBasis::Gross);
    let mut question = two_assets(first, certain(0.0), account, [0.6, 0.4]);
    question.policies[0].trading_costs = TradingCosts::AllTrades;
    let outcome = run(&question);
    let (stock, bond) = (712.8_f64 + 59.4, 440.0_f64);
    let sold = 50.0 / (stock * 0.99 + bond);
    let (stock_left, bond_left) = (stock * (1.0 - sold), bond * (1.0 - sold));
    let total = stock_left + bond_left;
    let trade = (0.6 * total - stock_left).abs();
    assert_close(end(&outcome), total - 0.01 * trade, EXACT);
    assert_close(fees(&outcome), 7.2, EXACT);
    assert_close(trading_costs(&outcome), 0.6 + 0.01 * stock * sold + 0.01 * trade, EXACT);
    assert_eq!(outcome.policies[0].worst_drawdown.mean.value, 0.0);
}

#[test]
fn the_order_of_a_step_with_payments_at_its_start_by_hand() {
    // Contribution first, so that it can be withdrawn: 20 + 100 pay 110; 10 are left to grow by 20 % and 0 %.
    let account = Account {
        contribution: 100.0,
        withdrawal: Withdrawal::Amount(110.0),
        timing: PaymentTiming::Start,
        ..Account::lump_sum(20.0, 1)
    };
    let mut question = two_assets(certain(0.2), certain(0.0), account, [0.6, 0.4]);
    let outcome = run(&question);
    assert_eq!(ruin(&outcome).value, 0.0);
    assert_close(end(&outcome), 10.0 * (0.6 * 1.2 + 0.4), EXACT);
    // At the end of the step, growth comes first: 22.4 + 100 − 110.
    let Participant::Account(account) = &mut question.participant else { unreachable!() };
    account.timing = PaymentTiming::End;
    assert_close(end(&run(&question)), 20.0 * 1.12 + 100.0 - 110.0, EXACT);
}

#[test]
fn the_fee_per_head_is_charged_before_money_comes_in() {
    // Nobody with an empty account pays it: the first year's contribution arrives whole.
    let mut worker = saver(40, 42, 42);
    (worker.career.salary, worker.plan.deferral_rate, worker.fee_per_head) = (1_000.0, 0.5, 60.0);
    let outcome = run(&inputs(vec![certain(0.0)], Participant::Saver(worker), &[1.0]));
    assert_close(path(&outcome)[0], 500.0, EXACT);
    assert_close(path(&outcome)[1], 500.0 - 60.0 + 500.0, EXACT);
}

// ---- Savers

#[test]
fn a_worker_s_contributions_escalate_with_pay_and_match() {
    // Pay grows by 1 % within the year too; yearly steps read it at the start of each year.
    let mut worker = saver(30, 34, 34);
    (worker.career.salary, worker.career.real_growth) = (50_000.0, 0.01);
    (worker.plan.deferral_rate, worker.plan.escalation_per_year, worker.plan.escalation_cap) =
        (0.03, 0.02, 0.06);
    worker.plan.match_tiers =
        vec![MatchTier { rate: 1.0, up_to: 0.03 }, MatchTier { rate: 0.5, up_to: 0.05 }];
    let outcome = run(&inputs(vec![certain(0.05)], Participant::Saver(worker), &[1.0]));
    let rates = [0.03 + 0.03, 0.05 + 0.04, 0.06 + 0.04, 0.06 + 0.04];
    let expected = (0..4).fold(0.0, |balance, year: i32| {
        balance * 1.05 + rates[year as usize] * 50_000.0 * 1.01_f64.powi(year)
    });
    assert_close(end(&outcome), expected, EXACT);
}

#[test]
fn the_benefit_lowers_what_the_account_pays_from_its_age_on() {
    let mut retiree = saver(60, 60, 70);
    retiree.opening_balance = 500_000.0;
    retiree.spending = Spending::RealAmount(40_000.0);
    retiree.benefit = Benefit { per_year: 25_000.0, from_age: 67 };
    let mut question = inputs(vec![certain(0.0)], Participant::Saver(retiree), &[1.0]);
    for steps in [1, 4, 12] {
        question.settings.steps_per_year = steps;
        let balances = path(&run(&question));
        assert_close(balances[6], 500_000.0 - 7.0 * 40_000.0, EXACT);
        assert_close(balances[9], 500_000.0 - 7.0 * 40_000.0 - 3.0 * 15_000.0, EXACT);
    }
}

#[test]
fn the_four_percent_rule_pays_a_level_real_amount_set_at_retirement() {
    for (timing, steps, per) in [
        (PaymentTiming::Start, 1, PaymentsPer::Year),
        (PaymentTiming::End, 1, PaymentsPer::Year),
        (PaymentTiming::Start, 12, PaymentsPer::Step),
    ] {
        let mut retiree = saver(60, 65, 85);
        retiree.opening_balance = 100_000.0;
        retiree.spending = Spending::ShareOfRetirementBalance(0.04);
        (retiree.timing, retiree.payments_per) = (timing, per);
        let mut question = inputs(vec![certain(1.05 * 1.02 - 1.0)], Participant::Saver(retiree), &[1.0]);
        question.market.inflation = ReturnMoments::from_simple(0.02, 0.0).unwrap();
        question.settings.steps_per_year = steps;
        let outcome = run(&question);
        // In real terms: 5 % growth; the base is the balance at retirement, before any growth of that year.
        let at_retirement = 100_000.0 * 1.05_f64.powi(5);
        let periods = if per == PaymentsPer::Year { 1 } else { steps as i32 };
        let rate = 1.05_f64.powf(1.0 / f64::from(periods)) - 1.0;
        let due = match timing {
            PaymentTiming::Start => 1.0 + rate,
            PaymentTiming::End => 1.0,
        };
        let payment = 0.04 * at_retirement / f64::from(periods);
        let expected = at_retirement * 1.05_f64.powi(20) - payment * annuity(rate, 20 * periods) * due;
        assert_close(end(&outcome), expected, EXACT);
    }
}

#[test]
fn replacement_rate_and_shortfall_of_a_certain_retirement_by_hand() {
    // Final pay 50,000, wanted 60 % of it, benefit 20,000 from the start; the account holds 25,000 without growth:
    // two payments of 10,000, then 5,000, then nothing for two years. Income (25,000 + 100,000) / 5 a year.
    let mut retiree = saver(64, 65, 70);
    retiree.opening_balance = 25_000.0;
    retiree.career.salary = 50_000.0;
    retiree.spending = Spending::ShareOfFinalPay(0.6);
    retiree.benefit = Benefit { per_year: 20_000.0, from_age: 62 };
    let outcome = run(&inputs(vec![certain(0.0)], Participant::Saver(retiree), &[1.0]));
    let policy = &outcome.policies[0];
    assert_close(outcome.final_pay.unwrap(), 50_000.0, EXACT);
    assert_close(policy.replacement_rate.as_ref().unwrap().mean.value, 25_000.0 / 50_000.0, EXACT);
    assert_close(policy.shortfall_dollars.as_ref().unwrap().mean.value, 25_000.0, EXACT);
    assert_close(policy.shortfall.as_ref().unwrap().mean.value, 25_000.0 / 150_000.0, EXACT);
    // Ruin in the third year of retirement, the fourth of the simulation.
    assert_close(policy.ruin_age.as_ref().unwrap().mean.value, 68.0, EXACT);
    let by_age: Vec<f64> = policy.ruin_by_age.iter().map(|ruin| ruin.value).collect();
    assert_eq!(by_age, [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
}

#[test]
fn drawdown_is_that_of_the_portfolio_payments_apart() {
    // Five falls of 10 %, while money comes in and goes out.
    let account = Account {
        contribution: 500.0,
        withdrawal: Withdrawal::Amount(100.0),
        ..Account::lump_sum(1_000.0, 5)
    };
    let outcome = run(&account_in(certain(-0.1), account));
    assert_close(outcome.policies[0].worst_drawdown.mean.value, 1.0 - 0.9_f64.powi(5), EXACT);
}

#[test]
fn glide_path_weights_apply_at_the_age_of_the_step() {
    let account = Account { age: 40, ..Account::lump_sum(1_000.0, 20) };
    let mut question = two_assets(certain(0.1), certain(0.0), account, [1.0, 0.0]);
    let points = [(45.0, vec![0.9, 0.1]), (55.0, vec![0.4, 0.6])];
    let points = points.map(|(age, weights)| WeightPoint { age, weights }).to_vec();
    question.policies[0].allocation = Allocation::by_age(points).unwrap();
    let share = |age: f64| 0.9 - 0.05 * (age - 45.0).clamp(0.0, 10.0);
    let expected = (40..60).fold(1_000.0, |balance, age| balance * (1.0 + 0.1 * share(f64::from(age))));
    assert_close(end(&run(&question)), expected, EXACT);
    // Rebalanced monthly, the weights move every month.
    question.settings.steps_per_year = 12;
    question.policies[0].rebalancing = Rebalancing::Monthly;
    let month = 1.1_f64.powf(1.0 / 12.0) - 1.0;
    let expected =
        (0..240).fold(1_000.0, |balance, t| balance * (1.0 + month * share(40.0 + f64::from(t) / 12.0)));
    assert_close(end(&run(&question)), expected, EXACT);
    // Without rebalancing, new money goes in at the weights of its day.
    question.settings.steps_per_year = 1;
    question.policies[0].rebalancing = Rebalancing::Never;
    let Participant::Account(account) = &mut question.participant else { unreachable!() };
    (account.opening_balance, account.contribution, account.timing) = (0.0, 100.0, PaymentTiming::Start);
    let expected: f64 = (0..20)
        .map(|year| {
            let stock = share(40.0 + f64::from(year));
            100.0 * (stock * 1.1_f64.powi(20 - year) + 1.0 - stock)
        })
        .sum();
    assert_close(end(&run(&question)), expected, EXACT);
}

// ---- Volatility haircut

#[test]
fn the_volatility_haircut_keeps_the_mean_and_lowers_the_median() {
    // 200,000 lifetimes, four standard errors: a false alarm in 16,000 for each figure.
    let (lifetimes, mean, volatility) = (200_000, 0.08, 0.15);
    let mut risky = simple_asset("a", mean, volatility);
    risky.volatility_levels = [1.0, 1.3, 1.8];
    let log_sd = risky.moments.log_sd();
    let mut last_median = f64::INFINITY;
    for (haircut, factor) in [
        (VolatilityHaircut::Level(0), 1.0),
        (VolatilityHaircut::Level(1), 1.3),
        (VolatilityHaircut::Factors([("a".to_string(), 1.5)].into()), 1.5),
        (VolatilityHaircut::Level(2), 1.8),
    ] {
        let mut question = account_in(risky.clone(), Account::lump_sum(1_000.0, 10));
        question.market.frictions.volatility_haircut = haircut;
        let outcome = run(&sized(question, lifetimes, 11));
        let sd = log_sd * factor * 10.0_f64.sqrt();
        let expected_mean = 1_000.0 * (1.0_f64 + mean).powi(10);
        let expected_median = expected_mean * (-0.5 * sd * sd).exp();
        let root = (lifetimes as f64).sqrt();
        assert_close(outcome.real.mean[[0, 9]], expected_mean, 4.0 * ((sd * sd).exp() - 1.0).sqrt() / root);
        assert_close(end(&outcome), expected_median, 4.0 * sd * (std::f64::consts::PI / 2.0).sqrt() / root);
        assert!(end(&outcome) < last_median);
        last_median = end(&outcome);
    }
}

#[test]
fn one_policy_s_costs_do_not_leak_into_another() {
    let account = Account { contribution: 100.0, ..Account::lump_sum(0.0, 10) };
    let mut question = two_assets(
        with_fees(with_spread(certain(0.04), 0.01), 0.02, 0.0, FeeBasis::Gross),
        certain(0.03),
        account,
        [1.0, 0.0],
    );
    question.policies.push(policy("cheap", &[0.0, 1.0]));
    let outcome = run(&question);
    assert_close(outcome.real.percentiles[[1, 9, 4]], 100.0 * annuity(0.03, 10), EXACT);
    assert_eq!(outcome.policies[1].fees.mean.value, 0.0);
    assert_close(outcome.real.percentiles[[0, 9, 4]], 100.0 * annuity(1.04 * 0.98 - 1.0, 10), EXACT);
}
