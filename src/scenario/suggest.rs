//! "Did you mean …": the accepted word nearest to a mistyped one.

/// The candidate nearest to `word`, if it is near enough to be what was meant.
pub(super) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = 1 + word.chars().count().min(64) / 4;
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (distance(&lower, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// A help line for a word that is not among the candidates: the nearest one, or all of them.
pub(super) fn help<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(candidate) = nearest(word, candidates.clone()) {
        return format!("did you mean `{candidate}`?");
    }
    let all: Vec<&str> = candidates.into_iter().collect();
    if all.is_empty() { "there are none".to_string() } else { format!("accepted: {}", all.join(", ")) }
}

/// The number of insertions, deletions, substitutions and swaps of neighbours between two words, each
/// counted once (optimal string alignment); long words are cut, which only makes them farther apart.
fn distance(a: &str, b: &str) -> usize {
    let cut = |word: &str| word.chars().take(64).collect::<String>();
    strsim::osa_distance(&cut(a), &cut(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_mistakes_find_the_word_that_was_meant() {
        let assets = ["us_equity", "us_bonds", "gold", "bitcoin", "private_equity"];
        for (typed, meant) in [("glod", "gold"), ("bitcion", "bitcoin"), ("Us_equty", "us_equity")] {
            assert_eq!(nearest(typed, assets), Some(meant));
        }
        assert_eq!(nearest("farmland", assets), None);
        assert_eq!(help("x", ["a_long_word"]), "accepted: a_long_word");
    }

    #[test]
    fn distances_count_single_edits_and_swaps() {
        assert_eq!(distance("gold", "gold"), 0);
        assert_eq!(distance("glod", "gold"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("weigths", "weights"), 1);
    }
}
