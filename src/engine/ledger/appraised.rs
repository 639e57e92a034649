//! The ledger where a reported NAV is not the economic value or a gate may be shut. Holdings are economic values; trades are
//! made at reported NAVs, so a trade of `x` dollars in a fund quoted at `s` times its value moves a value of `x / s`, and
//! `x − x/s` changes hands between whoever trades and those who stay.

use fearless_simd::Simd;

use crate::engine::ledger::account::{Account, Money};
use crate::engine::ledger::private::Private;
use crate::engine::ledger::rebalance::is_due;
use crate::engine::ledger::trade_loss::{half_spread, sale_loss};
use crate::engine::plan::{Appraised, Run, SaleGroup, SaleLoss, Terms};
use crate::engine::world::Quotes;
use crate::market::MAX_ASSETS;
use crate::math::Lanes;
use crate::math::lanes::{WIDTH, Wide, add, get, set};
use crate::policy::Rebalancing;

/// Below this weight no cap on the drift of illiquid assets binds, so that a sleeve that is being wound up is not dumped.
const LEAST_CAP: f64 = 0.05;

/// Reported NAV over economic value.
#[inline(always)]
pub(super) fn ratio<S: Simd, const L: usize>(
    simd: S,
    terms: &Terms,
    quotes: &Quotes<'_, L>,
    c: usize,
) -> Wide<S> {
    match terms.fund {
        Some(fund) => get(simd, &quotes.funds[fund as usize].ratio, c),
        None => Wide::splat(simd, 1.0),
    }
}

/// The share of a holding that is redeemed now where the share `asked` is asked for: what the gate pays of it, and what
/// the fund's sleeve pays besides.
#[inline(always)]
fn redeemed<S: Simd, const L: usize>(
    simd: S,
    terms: &Terms,
    quotes: &Quotes<'_, L>,
    c: usize,
    asked: Wide<S>,
) -> Wide<S> {
    match terms.gate {
        Some(gate) => {
            (asked * get(simd, &quotes.paid[gate as usize], c) + Wide::splat(simd, terms.sleeve)).min(asked)
        }
        None => asked,
    }
}

/// The balance at reported NAVs.
#[inline(always)]
fn stated<S: Simd, const L: usize>(
    simd: S,
    run: &Appraised,
    holdings: &[Lanes<L>],
    quotes: &Quotes<'_, L>,
    c: usize,
) -> Wide<S> {
    let mut sum = Wide::splat(simd, 0.0);
    for (holding, terms) in holdings.iter().zip(&run.terms) {
        sum += get(simd, holding, c) * ratio(simd, terms, quotes, c);
    }
    sum
}

/// Works the balance at reported NAVs out again.
#[inline(always)]
pub(super) fn restate<S: Simd, const L: usize>(
    simd: S,
    run: &Appraised,
    quotes: &Quotes<'_, L>,
    account: &mut Account<L>,
) {
    let Some(private) = &mut account.private else { return };
    for c in 0..L / WIDTH {
        set(&mut private.reported, c, stated(simd, run, &account.holdings, quotes, c));
    }
}

/// Notes value that changed hands: a gain, or a loss if it is negative.
#[inline(always)]
fn note_transfer<S: Simd, const L: usize>(simd: S, private: &mut Private<L>, c: usize, gain: Wide<S>) {
    let zero = Wide::splat(simd, 0.0);
    add(simd, &mut private.gained, c, gain.max(zero));
    add(simd, &mut private.lost, c, (zero - gain).max(zero));
}

/// Growth net of fees; adds up fees, steps through which a request waits, totals and falls from the peak, of value and as
/// stated.
#[inline(always)]
pub(super) fn grow<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    terms: &Appraised,
    growth: &[Lanes<L>],
    quotes: &Quotes<'_, L>,
    account: &mut Account<L>,
) {
    let Some(private) = &mut account.private else { return };
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    for c in 0..L / WIDTH {
        let (mut total, mut reported, mut fees, mut waits) = (zero, zero, zero, zero);
        for (place, holding) in account.holdings.iter_mut().enumerate() {
            let value = get(simd, holding, c) * get(simd, &growth[run.held[place] as usize], c);
            set(holding, c, value);
            total += value;
            waits = waits.max(value * get(simd, &private.queue[place], c));
            reported += value * ratio(simd, &terms.terms[place], quotes, c);
            fees += match terms.terms[place].fund {
                Some(fund) => value * get(simd, &quotes.funds[fund as usize].fees, c),
                None => value * run.fee_of_value.get(place).copied().unwrap_or(0.0),
            };
        }
        add(simd, &mut account.fees, c, fees * get(simd, quotes.deflator, c));
        add(simd, &mut private.steps_waited, c, waits.above(zero, one, zero));
        let of_value = factor(simd, total, get(simd, &account.total, c));
        let as_stated = factor(simd, reported, get(simd, &private.reported, c));
        deepen(simd, &mut account.depth, &mut account.worst_depth, c, of_value);
        deepen(simd, &mut private.depth, &mut private.worst_depth, c, as_stated);
        let year = get(simd, &private.of_value.factor, c) * of_value;
        set(&mut private.of_value.factor, c, year);
        let year = get(simd, &private.stated.factor, c) * as_stated;
        set(&mut private.stated.factor, c, year);
        set(&mut account.total, c, total);
        set(&mut private.reported, c, reported);
    }
}

/// What a dollar has become; one where there was none.
#[inline(always)]
fn factor<S: Simd>(simd: S, after: Wide<S>, before: Wide<S>) -> Wide<S> {
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    before.above(zero, after / before.above(zero, before, one), one)
}

/// Follows the value of an invested dollar over its running peak.
#[inline(always)]
fn deepen<S: Simd, const L: usize>(
    simd: S,
    depth: &mut Lanes<L>,
    worst: &mut Lanes<L>,
    c: usize,
    factor: Wide<S>,
) {
    let now = (get(simd, depth, c) * factor).min(Wide::splat(simd, 1.0));
    set(depth, c, now);
    set(worst, c, get(simd, worst, c).min(now));
}

/// Takes the plan's dollars per head, pro rata at reported NAVs, from whoever has a balance; no gate holds it up.
#[inline(always)]
pub(super) fn charge_per_head<S: Simd, const L: usize>(
    simd: S,
    fee: f64,
    run: &Appraised,
    quotes: &Quotes<'_, L>,
    account: &mut Account<L>,
) {
    let Some(private) = &mut account.private else { return };
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    for c in 0..L / WIDTH {
        let deflator = get(simd, quotes.deflator, c);
        let real = get(simd, &private.reported, c) * deflator;
        let charged = real.min(Wide::splat(simd, fee));
        let keep = real.above(zero, one - charged / real.above(zero, real, one), one);
        add(simd, &mut account.fees, c, charged);
        let mut total = zero;
        for holding in &mut account.holdings {
            let value = get(simd, holding, c) * keep;
            set(holding, c, value);
            total += value;
        }
        note_transfer(simd, private, c, charged - (get(simd, &account.total, c) - total) * deflator);
        set(&mut account.total, c, total);
        set(&mut private.reported, c, stated(simd, run, &account.holdings, quotes, c));
    }
}

/// New money goes in at target weights and reported NAVs, less half-spreads where they are charged.
#[inline(always)]
pub(super) fn contribute<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    terms: &Appraised,
    weights: &[f64],
    money: &Money<'_, L>,
    account: &mut Account<L>,
) {
    let Some(private) = &mut account.private else { return };
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    for c in 0..L / WIDTH {
        let amount = get(simd, money.index, c) * money.amount;
        let (fall, deflator) = (get(simd, money.quotes.fall, c), get(simd, money.quotes.deflator, c));
        let (mut total, mut reported, mut lost, mut gain) = (zero, zero, zero, zero);
        for (place, holding) in account.holdings.iter_mut().enumerate() {
            let bought = amount * weights[place];
            let spread = match run.purchase_spread.get(place) {
                Some(&spread) => half_spread(simd, spread, fall),
                None => zero,
            };
            let cost = bought * spread;
            let ratio = ratio(simd, &terms.terms[place], money.quotes, c);
            let paid = bought - cost;
            let value = paid / ratio;
            gain += value - paid;
            lost += cost;
            let before = get(simd, holding, c);
            let holds = before + value;
            set(holding, c, holds);
            if terms.queues && terms.terms[place].illiquid {
                // What is bought now is not among what was asked for.
                let queue = &mut private.queue[place];
                let asked = get(simd, queue, c) * (before / holds.above(zero, holds, one));
                set(queue, c, asked);
            }
            total += holds;
            reported += holds * ratio;
        }
        add(simd, &mut account.trading_costs, c, lost * deflator);
        note_transfer(simd, private, c, gain * deflator);
        set(&mut account.total, c, total);
        set(&mut private.reported, c, reported);
    }
}

/// Redeems a group at reported NAVs: the same share of every asset is asked for, and gates pay their part of it; lowers
/// `missing` by the proceeds.
#[inline(always)]
pub(super) fn redeem<S: Simd, const L: usize>(
    simd: S,
    run: &Appraised,
    group: &SaleGroup,
    missing: &mut Lanes<L>,
    quotes: &Quotes<'_, L>,
    account: &mut Account<L>,
) {
    let Some(private) = &mut account.private else { return };
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    for c in 0..L / WIDTH {
        let (fall, deflator) = (get(simd, quotes.fall, c), get(simd, quotes.deflator, c));
        // What everything would fetch: the share of it that is missing is asked for, of each asset alike.
        let mut whole = zero;
        for (&place, &loss) in group.places.iter().zip(&group.losses) {
            let place = place as usize;
            let value = get(simd, &account.holdings[place], c);
            let ratio = ratio(simd, &run.terms[place], quotes, c);
            whole += if loss == SaleLoss::Redemption {
                value * ratio
            } else {
                value - value * sale_loss(simd, loss, fall, ratio)
            };
        }
        let still = get(simd, missing, c);
        let share = still / whole.above(still, whole, one);
        let asked = still.above(zero, whole.above(still, share, one), zero);
        let (mut fetched, mut spreads, mut gain, mut held_back) = (zero, zero, zero, zero);
        for (&place, &loss) in group.places.iter().zip(&group.losses) {
            let place = place as usize;
            let value = get(simd, &account.holdings[place], c);
            let sold = if loss == SaleLoss::Redemption {
                let terms = &run.terms[place];
                let given = redeemed(simd, terms, quotes, c, asked);
                let proceeds = value * given * ratio(simd, terms, quotes, c);
                fetched += proceeds;
                gain += proceeds - value * given;
                held_back += value * (asked - given);
                given
            } else {
                let ratio = ratio(simd, &run.terms[place], quotes, c);
                let lost = value * asked * sale_loss(simd, loss, fall, ratio);
                fetched += value * asked - lost;
                spreads += lost;
                asked
            };
            set(&mut account.holdings[place], c, value * (one - sold));
        }
        // Rounding leaves nothing missing where everything asked for was paid.
        let rest =
            held_back.above(zero, (still - fetched).max(zero), whole.above(still, zero, still - fetched));
        set(missing, c, rest);
        add(simd, &mut account.trading_costs, c, spreads * deflator);
        note_transfer(simd, private, c, gain * deflator);
        add(simd, &mut private.gated_payments, c, held_back.above(zero, one, zero));
    }
}

/// Everything at the end of step `t`: weights brought back to target as far as gates allow, requests that wait, the cap on
/// the illiquid weight, and the year.
#[inline(always)]
pub(super) fn close<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    terms: &Appraised,
    t: usize,
    steps_per_year: usize,
    quotes: &Quotes<'_, L>,
    account: &mut Account<L>,
) {
    let due = is_due(run.rebalancing, t, steps_per_year);
    let quarter_ends = (t + 1).is_multiple_of((steps_per_year / 4).max(1));
    for c in 0..L / WIDTH {
        if due || (terms.queues && quarter_ends) {
            rebalance(simd, run, terms, run.weights_at(t + 1), due, quotes, c, account);
        }
        if quarter_ends && terms.drift_cap < f64::INFINITY {
            cap_drift(simd, terms, run.weights_at(t + 1), quotes, c, account);
        }
        follow_weight(simd, terms, quotes, c, account);
    }
    if (t + 1).is_multiple_of(steps_per_year)
        && let Some(private) = &mut account.private
    {
        private.close_year(&account.total);
    }
}

/// Sells what is above target as far as gates allow, and puts the proceeds where something is below it, in proportion.
///
/// Where weights are not due to be restored, only requests that wait are served, and liquid assets share what they fetch: in
/// proportion to what is held of them, or to their targets where nothing is.
#[inline(always)]
#[allow(clippy::too_many_arguments)] // one step of the ledger: the run, the moment, the vector, and the account
fn rebalance<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    terms: &Appraised,
    weights: &[f64],
    due: bool,
    quotes: &Quotes<'_, L>,
    c: usize,
    account: &mut Account<L>,
) {
    let Some(private) = &mut account.private else { return };
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    let reported = get(simd, &private.reported, c);
    let queues = terms.queues;
    let restores = restores(simd, run, terms, weights, due, quotes, c, &account.holdings, reported);
    // On the statement: what each asset is worth once it has sold what it can, and what it would take in.
    let (mut after, mut takes, mut waits) = ([zero; MAX_ASSETS], [zero; MAX_ASSETS], [zero; MAX_ASSETS]);
    let (mut cash, mut wanted, mut liquid) = (zero, zero, zero);
    for (holding, _) in account.holdings.iter().zip(&terms.terms).filter(|(_, terms)| !terms.illiquid) {
        liquid += get(simd, holding, c);
    }
    for (place, terms) in terms.terms.iter().enumerate() {
        let now = get(simd, &account.holdings[place], c) * ratio(simd, terms, quotes, c);
        let target = reported * weights[place];
        if terms.illiquid {
            let waiting = if queues { now * get(simd, &private.queue[place], c) } else { zero };
            let asked = restores.above(zero, (now - target).max(zero), waiting);
            let share = asked / now.above(zero, now, one);
            let sold = asked.min(now * redeemed(simd, terms, quotes, c, share));
            after[place] = now - sold;
            takes[place] = restores.above(zero, (target - now).max(zero), zero);
            cash += sold;
            waits[place] = unpaid(simd, now, asked, sold);
        } else {
            takes[place] = restores.above(zero, target, liquid.above(zero, now, target));
            cash += now;
        }
        wanted += takes[place];
    }
    // Spreads are paid on the trades that are made without them.
    let share = cash / wanted.above(zero, wanted, one);
    let fall = get(simd, quotes.fall, c);
    let mut cost = zero;
    for (place, &spread) in run.rebalancing_spread.iter().enumerate() {
        if !terms.terms[place].illiquid {
            let trade = (takes[place] * share - get(simd, &account.holdings[place], c)).abs();
            cost += trade * half_spread(simd, spread, fall);
        }
    }
    let cost = wanted.above(zero, cost, zero);
    let share = (cash - cost) / wanted.above(zero, wanted, one);
    let (mut total, mut gain) = (zero, zero);
    for (place, terms) in terms.terms.iter().enumerate() {
        let ratio = ratio(simd, terms, quotes, c);
        let holding = &mut account.holdings[place];
        let before = get(simd, holding, c);
        let stated = (after[place] + takes[place] * share) / ratio;
        // Where nothing could take the proceeds, nothing is sold, and what waits goes on waiting.
        let value = wanted.above(zero, stated, before);
        if queues && terms.illiquid {
            let queue = &mut private.queue[place];
            let now = wanted.above(zero, waits[place], get(simd, queue, c));
            set(queue, c, now);
        }
        gain += (before - value) * (ratio - one);
        total += value;
        set(holding, c, value);
    }
    let deflator = get(simd, quotes.deflator, c);
    add(simd, &mut account.trading_costs, c, cost * deflator);
    note_transfer(simd, private, c, gain * deflator);
    set(&mut account.total, c, total);
    set(&mut private.reported, c, reported - cost);
}

/// One where weights are restored now, zero where at most requests that wait are served.
#[inline(always)]
#[allow(clippy::too_many_arguments)] // one step of the ledger: the run, the moment, the vector, and the account
fn restores<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    terms: &Appraised,
    weights: &[f64],
    due: bool,
    quotes: &Quotes<'_, L>,
    c: usize,
    holdings: &[Lanes<L>],
    reported: Wide<S>,
) -> Wide<S> {
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    match run.rebalancing {
        Rebalancing::Band(band) => {
            let mut furthest = zero;
            for (place, holding) in holdings.iter().enumerate() {
                let now = get(simd, holding, c) * ratio(simd, &terms.terms[place], quotes, c);
                furthest = furthest.max((now - reported * weights[place]).abs());
            }
            furthest.above(reported * band, one, zero)
        }
        _ if due => one,
        _ => zero,
    }
}

/// The part of a request that was not paid, as a share of what is still held.
#[inline(always)]
fn unpaid<S: Simd>(simd: S, now: Wide<S>, asked: Wide<S>, sold: Wide<S>) -> Wide<S> {
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    let (unpaid, left) = (asked - sold, now - sold);
    // Rounding leaves nothing to wait for.
    unpaid.above(now * 1e-12, unpaid / left.above(zero, left, one), zero).min(one)
}

/// Sells what illiquid assets weigh above their cap, at the liquidity haircut, and puts the proceeds into liquid assets.
#[inline(always)]
fn cap_drift<S: Simd, const L: usize>(
    simd: S,
    run: &Appraised,
    weights: &[f64],
    quotes: &Quotes<'_, L>,
    c: usize,
    account: &mut Account<L>,
) {
    let Some(private) = &mut account.private else { return };
    let (mut target, mut liquid) = (0.0, 0.0);
    for (terms, weight) in run.terms.iter().zip(weights) {
        *(if terms.illiquid { &mut target } else { &mut liquid }) += weight;
    }
    if liquid == 0.0 {
        return;
    }
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    let reported = get(simd, &private.reported, c);
    let most = reported * (run.drift_cap * target).max(LEAST_CAP);
    let held = illiquid(simd, run, &account.holdings, quotes, c);
    let sold = held.above(most, (held - most) / held.above(zero, held, one), zero);
    let (fall, deflator) = (get(simd, quotes.fall, c), get(simd, quotes.deflator, c));
    let (mut fetched, mut lost, mut value_sold) = (zero, zero, zero);
    for (place, terms) in run.terms.iter().enumerate().filter(|(_, terms)| terms.illiquid) {
        let holding = &mut account.holdings[place];
        let value = get(simd, holding, c) * sold;
        let discount = value * sale_loss(simd, terms.forced, fall, ratio(simd, terms, quotes, c));
        fetched += value - discount;
        lost += discount;
        value_sold += value;
        set(holding, c, get(simd, holding, c) - value);
    }
    for (place, _) in run.terms.iter().enumerate().filter(|(_, terms)| !terms.illiquid) {
        add(simd, &mut account.holdings[place], c, fetched * (weights[place] / liquid));
    }
    add(simd, &mut account.haircuts, c, lost * deflator);
    add(simd, &mut private.forced, c, value_sold * deflator);
    let mut total = zero;
    for holding in &account.holdings {
        total += get(simd, holding, c);
    }
    set(&mut account.total, c, total);
    set(&mut private.reported, c, stated(simd, run, &account.holdings, quotes, c));
}

/// Illiquid assets at reported NAVs.
#[inline(always)]
fn illiquid<S: Simd, const L: usize>(
    simd: S,
    run: &Appraised,
    holdings: &[Lanes<L>],
    quotes: &Quotes<'_, L>,
    c: usize,
) -> Wide<S> {
    let mut sum = Wide::splat(simd, 0.0);
    for (holding, terms) in holdings.iter().zip(&run.terms) {
        if terms.illiquid {
            sum += get(simd, holding, c) * ratio(simd, terms, quotes, c);
        }
    }
    sum
}

/// Follows the largest weight of illiquid assets.
#[inline(always)]
fn follow_weight<S: Simd, const L: usize>(
    simd: S,
    run: &Appraised,
    quotes: &Quotes<'_, L>,
    c: usize,
    account: &mut Account<L>,
) {
    let Some(private) = &mut account.private else { return };
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    let reported = get(simd, &private.reported, c);
    let weight = illiquid(simd, run, &account.holdings, quotes, c) / reported.above(zero, reported, one);
    let largest = get(simd, &private.largest_weight, c).max(weight);
    set(&mut private.largest_weight, c, largest);
}
