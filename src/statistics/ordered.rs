//! A column of numbers, one a lifetime, in ascending order.

/// Numbers in ascending order, and whose they are; equal numbers in the order of their lifetimes.
#[derive(Clone, Debug)]
pub struct Ordered {
    values: Vec<f64>,
    /// The place of each among the lifetimes.
    places: Vec<u32>,
    /// The rank of each lifetime's number, from zero.
    ranks: Vec<u32>,
}

impl Ordered {
    /// Sorts a column of at most 2³² numbers.
    #[must_use]
    pub fn new(column: &[f64]) -> Self {
        let mut places: Vec<u32> = (0..column.len() as u32).collect();
        places.sort_unstable_by(|&a, &b| column[a as usize].total_cmp(&column[b as usize]).then(a.cmp(&b)));
        let mut ranks = vec![0; column.len()];
        for (rank, &place) in places.iter().enumerate() {
            ranks[place as usize] = rank as u32;
        }
        Self { values: places.iter().map(|&place| column[place as usize]).collect(), places, ranks }
    }

    /// The numbers in ascending order.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The place among the lifetimes of each number, in ascending order of the numbers.
    #[must_use]
    pub fn places(&self) -> &[u32] {
        &self.places
    }

    /// The rank of each lifetime's number (from zero), in the order of the lifetimes.
    #[must_use]
    pub fn ranks(&self) -> &[u32] {
        &self.ranks
    }
}
