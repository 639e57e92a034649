//! The counter-based generator Philox 4x32-10[^1]: four random words as a function of a counter and a key.
//!
//! [^1]: J. Salmon, M. Moraes, R. Dror and D. Shaw, *Parallel random numbers: as easy as 1, 2, 3*,
//!   SC11 (2011), <https://doi.org/10.1145/2063384.2063405>.

const MULTIPLIER: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// Ten rounds of Philox on one counter.
///
/// ```
/// use decumulus::math::philox::philox4x32;
/// let words = philox4x32([0; 4], [0; 2]);
/// assert_eq!(words, [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]);
/// ```
#[inline(always)]
#[must_use]
pub fn philox4x32(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    // The words live in 64-bit variables whose upper halves hold rubbish: a product reads the lower half only,
    // which is what vector units multiply in one instruction, so that no half need ever be moved.
    let [mut c0, mut c1, mut c2, mut c3] = counter.map(u64::from);
    let [mut k0, mut k1] = key;
    for _ in 0..10 {
        let a = u64::from(MULTIPLIER[0]) * (c0 & 0xFFFF_FFFF);
        let b = u64::from(MULTIPLIER[1]) * (c2 & 0xFFFF_FFFF);
        (c0, c1, c2, c3) = ((b >> 32) ^ c1 ^ u64::from(k0), b, (a >> 32) ^ c3 ^ u64::from(k1), a);
        k0 = k0.wrapping_add(WEYL[0]);
        k1 = k1.wrapping_add(WEYL[1]);
    }
    [c0 as u32, c1 as u32, c2 as u32, c3 as u32]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_known_answers_are_reproduced() {
        // Random123, file kat_vectors, lines "philox4x32 10".
        assert_eq!(
            philox4x32([u32::MAX; 4], [u32::MAX; 2]),
            [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]
        );
        assert_eq!(
            philox4x32([0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], [0xA409_3822, 0x299F_31D0]),
            [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]
        );
    }
}
