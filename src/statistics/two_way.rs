//! How much of the spread of a table of figures comes from its rows, how much from its columns, and how much from neither
//! alone: the two-way analysis of variance with one figure in each cell[^1].
//!
//! Here nothing is random but the noise of each figure: rows and columns are all there is, not a sample of them. So the parts
//! are described, not tested; their errors come from a jackknife over parts of the data.
//!
//! [^1]: H. Scheffé, *The Analysis of Variance* (1959), chapter 4.

/// The parts of a table's spread; they sum to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpreadShares {
    /// What the means of the rows tell.
    pub rows: f64,
    /// What the means of the columns tell.
    pub columns: f64,
    /// What is left: the rows differ by other amounts in some columns than in others.
    pub interaction: f64,
}

impl SpreadShares {
    /// The shares of the sum of squares about the grand mean. `None` for a table that is empty, ragged or not finite, or
    /// whose figures are all the same.
    ///
    /// ```
    /// use decumulus::statistics::SpreadShares;
    /// let additive = [vec![1.0, 2.0], vec![4.0, 5.0]];
    /// let shares = SpreadShares::of(&additive).unwrap();
    /// assert_eq!((shares.rows, shares.columns, shares.interaction), (0.9, 0.1, 0.0));
    /// ```
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
        let of_rows = m * sum(&mut by_row.iter().map(|mean| square(mean - grand)));
        let of_columns = n * sum(&mut by_column.iter().map(|mean| square(mean - grand)));
        let cells = (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j)));
        let left = sum(&mut cells.map(|(i, j)| square(table[i][j] - by_row[i] - by_column[j] + grand)));
        let total = of_rows + of_columns + left;
        // What rounding leaves of equal figures is no spread.
        let none = square(1e-13 * grand) * n * m;
        (total > none).then(|| Self {
            rows: of_rows / total,
            columns: of_columns / total,
            interaction: left / total,
        })
    }

    /// The shares as a list: rows, columns, interaction.
    #[must_use]
    pub fn to_array(self) -> [f64; 3] {
        [self.rows, self.columns, self.interaction]
    }
}

/// The standard error of a figure from its values with one part of the data left out at a time[^1]:
/// `√((n − 1)/n · Σ(θᵢ − θ̄)²)`. `None` for fewer than two values.
///
/// [^1]: B. Efron and C. Stein, *The jackknife estimate of variance*, Annals of Statistics 9 (1981).
#[must_use]
pub fn jackknife_standard_error(left_out: &[f64]) -> Option<f64> {
    let n = left_out.len() as f64;
    if left_out.len() < 2 {
        return None;
    }
    let mean = left_out.iter().fold(0.0, |sum, x| sum + x) / n;
    let squares = left_out.iter().fold(0.0, |sum, x| sum + (x - mean) * (x - mean));
    Some(((n - 1.0) / n * squares).sqrt())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_table_that_adds_up_has_no_interaction() {
        let (rows, columns) = ([3.0, -1.0, 0.5, 7.0], [100.0, 104.0, 90.0]);
        let table: Vec<Vec<f64>> = rows.iter().map(|r| columns.iter().map(|c| r + c).collect()).collect();
        let shares = SpreadShares::of(&table).unwrap();
        assert!(shares.interaction < 1e-28, "{}", shares.interaction);
        // By hand: rows 3·(37.1875), columns 4·(104), of squares about their means 2.375 and 98.
        let of_rows = 3.0 * rows.iter().map(|r| (r - 2.375) * (r - 2.375)).sum::<f64>();
        let of_columns = 4.0 * columns.iter().map(|c| (c - 98.0) * (c - 98.0)).sum::<f64>();
        assert!((shares.rows - of_rows / (of_rows + of_columns)).abs() < 1e-14);
    }

    #[test]
    fn a_checkerboard_is_all_interaction_and_one_row_is_all_columns() {
        let board = [vec![1.0, -1.0], vec![-1.0, 1.0]];
        assert_eq!(SpreadShares::of(&board).unwrap().to_array(), [0.0, 0.0, 1.0]);
        assert_eq!(SpreadShares::of(&[vec![1.0, 2.0, 4.0]]).unwrap().to_array(), [0.0, 1.0, 0.0]);
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
        assert!(tables.iter().all(|table| SpreadShares::of(table).is_none()));
    }

    #[test]
    fn the_jackknife_of_a_mean_is_its_textbook_error() {
        let data = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        let left_out: Vec<f64> = data.iter().map(|x| (40.0 - x) / 7.0).collect();
        let error = jackknife_standard_error(&left_out).unwrap();
        assert!((error - (32.0_f64 / 7.0 / 8.0).sqrt()).abs() < 1e-14);
        assert_eq!(jackknife_standard_error(&[1.0]), None);
    }

    proptest! {
        #[test]
        fn shares_sum_to_one_and_do_not_depend_on_unit_or_origin(
            (table, shift, scale) in (1..6_usize, 1..6_usize).prop_flat_map(|(n, m)| (
                prop::collection::vec(prop::collection::vec(0.1..10.0_f64, m), n), -5.0..5.0_f64, 0.5..20.0_f64,
            )),
        ) {
            if let Some(shares) = SpreadShares::of(&table) {
                prop_assert!((shares.to_array().iter().sum::<f64>() - 1.0).abs() < 1e-12);
                let moved: Vec<Vec<f64>> =
                    table.iter().map(|row| row.iter().map(|x| scale * x + shift).collect()).collect();
                let again = SpreadShares::of(&moved).unwrap();
                prop_assert!((again.rows - shares.rows).abs() < 1e-9);
            }
        }
    }
}
