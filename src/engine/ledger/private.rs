//! What an account keeps beside its holdings where NAVs are not values or gates may be shut.

use crate::math::{Aligned, Lanes};

/// Returns of years, added up.
#[derive(Clone, Debug)]
pub(crate) struct Years<const L: usize> {
    /// Growth of an invested dollar in this year so far.
    pub(super) factor: Lanes<L>,
    /// Sums of the simple returns of past years and of their squares.
    sum: Lanes<L>,
    squares: Lanes<L>,
}

impl<const L: usize> Years<L> {
    fn new() -> Self {
        Self { factor: Aligned::splat(1.0), sum: Aligned::splat(0.0), squares: Aligned::splat(0.0) }
    }

    /// Closes a year in the lanes that count.
    #[inline(always)]
    fn close(&mut self, counts: &Lanes<L>) {
        for lane in 0..L {
            let r = self.factor[lane] - 1.0;
            self.sum[lane] += r * counts[lane];
            self.squares[lane] += r * r * counts[lane];
            self.factor[lane] = 1.0;
        }
    }

    /// Standard deviation of a lane's returns over so many years (n − 1); zero for fewer than two.
    pub(crate) fn volatility(&self, lane: usize, years: f64) -> f64 {
        if years < 2.0 {
            return 0.0;
        }
        let mean = self.sum[lane] / years;
        ((self.squares[lane] / years - mean * mean).max(0.0) * years / (years - 1.0)).sqrt()
    }
}

/// What an account keeps beside its holdings, in every lane; dollars of the start unless said otherwise.
#[derive(Clone, Debug)]
pub(crate) struct Private<const L: usize> {
    /// The balance at reported NAVs, dollars of the day.
    pub(crate) reported: Lanes<L>,
    /// Stated value of an invested dollar over its running peak, and the least it ever was.
    pub(super) depth: Lanes<L>,
    pub(crate) worst_depth: Lanes<L>,
    /// Returns by year, of value and as stated, over the years that count.
    pub(crate) of_value: Years<L>,
    pub(crate) stated: Years<L>,
    pub(crate) years: Lanes<L>,
    /// Value gained from, and lost to, those who did not trade when this account did.
    pub(crate) gained: Lanes<L>,
    pub(crate) lost: Lanes<L>,
    /// Payments for which the assets that would be redeemed could not be redeemed in full.
    pub(crate) gated_payments: Lanes<L>,
    /// Steps through which part of a request to sell waited: requests that lapse do not wait, nor do those that are paid in
    /// full at once, and a request made at the end of a step waits from the next step on.
    pub(crate) steps_waited: Lanes<L>,
    /// For each asset held, the share of the holding that is asked for and not paid yet; zero where requests lapse.
    pub(crate) queue: Vec<Lanes<L>>,
    /// Economic value sold at a haircut.
    pub(crate) forced: Lanes<L>,
    /// The largest weight of illiquid assets on the statement at the end of a step.
    pub(crate) largest_weight: Lanes<L>,
}

impl<const L: usize> Private<L> {
    pub(super) fn empty(assets: usize) -> Self {
        Self {
            reported: Aligned::splat(0.0),
            depth: Aligned::splat(1.0),
            worst_depth: Aligned::splat(1.0),
            of_value: Years::new(),
            stated: Years::new(),
            years: Aligned::splat(0.0),
            gained: Aligned::splat(0.0),
            lost: Aligned::splat(0.0),
            gated_payments: Aligned::splat(0.0),
            steps_waited: Aligned::splat(0.0),
            queue: vec![Aligned::splat(0.0); assets],
            forced: Aligned::splat(0.0),
            largest_weight: Aligned::splat(0.0),
        }
    }

    /// Back to the start of a lifetime, before the first statement.
    pub(super) fn open(&mut self, opening_balance: f64) {
        let mut queue = std::mem::take(&mut self.queue);
        queue.fill(Aligned::splat(0.0));
        *self = Self { reported: Aligned::splat(opening_balance), queue, ..Self::empty(0) };
    }

    /// Closes a year, which counts where there is money at its end.
    #[inline(always)]
    pub(super) fn close_year(&mut self, total: &Lanes<L>) {
        let counts = Lanes::from(total.map(|total| f64::from(u8::from(total > 0.0))));
        self.of_value.close(&counts);
        self.stated.close(&counts);
        for lane in 0..L {
            self.years[lane] += counts[lane];
        }
    }
}
