//! How much of the spread of a table of figures comes from its rows, how much from its columns, and how much from neither
//! alone: the two-way analysis of variance with one figure in each cell[^1].
//!
//! Here nothing is random but the noise of each figure: rows and columns are all there is, not a sample of them. So the parts
//! are described, not tested, and what noise adds to them is taken off.
//!
//! [^1]: H. Scheffé, *The Analysis of Variance* (1959), chapter 4.

/// The sums of squares of a table about its grand mean, part by part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpreadSquares {
    /// Of the means of the rows.
    pub rows: f64,
    /// Of the means of the columns.
    pub columns: f64,
    /// Of what is left: the rows differ by other amounts in some columns than in others.
    pub interaction: f64,
}

impl SpreadSquares {
    /// The parts of a table. `None` for a table that is empty, ragged or not finite.
    #[must_use]
    pub fn of(table: &[Vec<f64>]) -> Option<Self> {
        let (rows, columns) = (table.len(), table.first()?.len());
        if columns == 0 || table.iter().any(|row| row.len() != columns || row.iter().any(|x| !x.is_finite()))
        {
            return None;
        }
        let (n, m) = (rows as f64, columns as f64);
        let sum = |figures: &mut dyn Iterator<Item = f64>| figures.fold(0.0, |sum, x| sum + x);
        let by_row: Vec<f64> = table.iter().map(|row| sum(&mut row.iter().copied()) / m).collect();
        let by_column: Vec<f64> =
            (0..columns).map(|j| sum(&mut table.iter().map(|row| row[j])) / n).collect();
        let grand = sum(&mut by_row.iter().copied()) / n;
        let square = |x: f64| x * x;
        let cells = (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j)));
        let parts = Self {
            rows: m * sum(&mut by_row.iter().map(|mean| square(mean - grand))),
            columns: n * sum(&mut by_column.iter().map(|mean| square(mean - grand))),
            interaction: sum(&mut cells.map(|(i, j)| square(table[i][j] - by_row[i] - by_column[j] + grand))),
        };
        // What rounding leaves of equal figures is no spread.
        let rounding = square(1e-13 * grand) * n * m;
        let told = |part: f64| if part > rounding { part } else { 0.0 };
        let Self { rows, columns, interaction } = parts;
        Some(Self { rows: told(rows), columns: told(columns), interaction: told(interaction) })
    }

    /// What is left when the squares that noise alone would have are taken off, none below zero.
    ///
    /// Noise in the figures adds to every part on average what a table of nothing but that noise has: for few
    /// lifetimes that may be most of a small interaction.
    #[must_use]
    pub fn without(self, noise: Self) -> Self {
        let left = |part: f64, noise: f64| (part - noise).max(0.0);
        Self {
            rows: left(self.rows, noise.rows),
            columns: left(self.columns, noise.columns),
            interaction: left(self.interaction, noise.interaction),
        }
    }

    /// The mean of several; `None` for none.
    #[must_use]
    pub fn mean(all: &[Self]) -> Option<Self> {
        let n = all.len() as f64;
        let of = |part: fn(&Self) -> f64| all.iter().fold(0.0, |sum, squares| sum + part(squares)) / n;
        let mean = Self {
            rows: of(|squares| squares.rows),
            columns: of(|squares| squares.columns),
            interaction: of(|squares| squares.interaction),
        };
        (!all.is_empty()).then_some(mean)
    }
}

/// The parts of a table's spread; they sum to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpreadShares {
    /// What the means of the rows tell.
    pub rows: f64,
    /// What the means of the columns tell.
    pub columns: f64,
    /// What is left.
    pub interaction: f64,
}

impl SpreadShares {
    /// The shares of sums of squares; `None` if there is no spread.
    ///
    /// ```
    /// use decumulus::statistics::{SpreadShares, SpreadSquares};
    /// let additive = [vec![1.0, 2.0], vec![4.0, 5.0]];
    /// let shares = SpreadShares::of(SpreadSquares::of(&additive).unwrap()).unwrap();
    /// assert_eq!((shares.rows, shares.columns, shares.interaction), (0.9, 0.1, 0.0));
    /// ```
    #[must_use]
    pub fn of(squares: SpreadSquares) -> Option<Self> {
        let SpreadSquares { rows, columns, interaction } = squares;
        let total = rows + columns + interaction;
        (total > 0.0).then(|| Self {
            rows: rows / total,
            columns: columns / total,
            interaction: interaction / total,
        })
    }

    /// The shares as a list: rows, columns, interaction.
    #[must_use]
    pub fn to_array(self) -> [f64; 3] {
        [self.rows, self.columns, self.interaction]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shares(table: &[Vec<f64>]) -> Option<SpreadShares> {
        SpreadShares::of(SpreadSquares::of(table)?)
    }

    #[test]
    fn a_table_that_adds_up_has_no_interaction() {
        let (rows, columns) = ([3.0, -1.0, 0.5, 7.0], [100.0, 104.0, 90.0]);
        let table: Vec<Vec<f64>> = rows.iter().map(|r| columns.iter().map(|c| r + c).collect()).collect();
        let shares = shares(&table).unwrap();
        assert!(shares.interaction < 1e-28, "{}", shares.interaction);
        // By hand: rows 3·(37.1875), columns 4·(104), of squares about their means 2.375 and 98.
        let of_rows = 3.0 * rows.iter().map(|r| (r - 2.375) * (r - 2.375)).sum::<f64>();
        let of_columns = 4.0 * columns.iter().map(|c| (c - 98.0) * (c - 98.0)).sum::<f64>();
        assert!((shares.rows - of_rows / (of_rows + of_columns)).abs() < 1e-14);
    }

    #[test]
    fn a_checkerboard_is_all_interaction_and_one_row_is_all_columns() {
        let board = [vec![1.0, -1.0], vec![-1.0, 1.0]];
        assert_eq!(shares(&board).unwrap().to_array(), [0.0, 0.0, 1.0]);
        assert_eq!(shares(&[vec![1.0, 2.0, 4.0]]).unwrap().to_array(), [0.0, 1.0, 0.0]);
    }

    #[test]
    fn nothing_is_said_of_tables_without_spread_or_with_holes() {
        let tables: [&[Vec<f64>]; 5] = [
            &[],
            &[vec![]],
            &[vec![1.0, f64::NAN], vec![1.0, 2.0]],
            &[vec![1.0], vec![1.0, 2.0]],
            &[vec![0.1 + 0.2, 0.3], vec![0.3, 0.1 + 0.2]],
        ];
        assert!(tables.iter().all(|table| shares(table).is_none()));
    }

    #[test]
    fn what_noise_adds_to_every_part_is_taken_off() {
        use rand_distr::{Distribution, StandardNormal};

        use crate::math::streams::{Purpose, Streams};
        // Rows and columns that add up, and noise of one in every cell: interaction without correction is (n−1)(m−1) = 6.
        let truth = |i: usize, j: usize| 3.0 * i as f64 + 5.0 * j as f64;
        let (mut raw, mut corrected) = (0.0, 0.0);
        let trials = 2000_u32;
        for trial in 0..trials {
            let mut generator = Streams::new(8).generator(Purpose::Resampling, u64::from(trial));
            let mut noise = || -> Vec<Vec<f64>> {
                (0..3).map(|_| (0..4).map(|_| StandardNormal.sample(&mut generator)).collect()).collect()
            };
            let mut table = noise();
            for (i, row) in table.iter_mut().enumerate() {
                row.iter_mut().enumerate().for_each(|(j, x)| *x += truth(i, j));
            }
            let replicates: Vec<_> = (0..50).map(|_| SpreadSquares::of(&noise()).unwrap()).collect();
            let found = SpreadSquares::of(&table).unwrap();
            let expected = SpreadSquares::mean(&replicates).unwrap();
            raw += found.interaction;
            corrected += found.interaction - expected.interaction;
            assert!(found.without(expected).interaction >= 0.0);
        }
        // A chi-square of six degrees has the standard deviation √12; with the mean of fifty: four errors of 2000 trials.
        let tolerance = 4.0 * (12.0 * (1.0 + 1.0 / 50.0) / f64::from(trials)).sqrt();
        assert!((raw / f64::from(trials) - 6.0).abs() < tolerance);
        assert!((corrected / f64::from(trials)).abs() < tolerance);
    }

    proptest! {
        #[test]
        fn shares_sum_to_one_and_do_not_depend_on_unit_or_origin(
            (table, shift, scale) in (1..6_usize, 1..6_usize).prop_flat_map(|(n, m)| (
                prop::collection::vec(prop::collection::vec(0.1..10.0_f64, m), n), -5.0..5.0_f64, 0.5..20.0_f64,
            )),
        ) {
            if let Some(whole) = shares(&table) {
                prop_assert!((whole.to_array().iter().sum::<f64>() - 1.0).abs() < 1e-12);
                let moved: Vec<Vec<f64>> =
                    table.iter().map(|row| row.iter().map(|x| scale * x + shift).collect()).collect();
                let again = shares(&moved).unwrap();
                prop_assert!((again.rows - whole.rows).abs() < 1e-9);
            }
        }
    }
}
