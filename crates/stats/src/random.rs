//! A small named random generator, so that a resample is the same to the last bit for ever.
//!
//! xoshiro256++ (Blackman & Vigna 2019), seeded by splitmix64. It is written out here and not
//! taken from a library because a library may improve its sampling and thereby change published
//! figures. Not for secrets.

/// A generator with a name and a seed; the same pair gives the same stream on every machine.
#[derive(Debug, Clone)]
pub struct Random([u64; 4]);

impl Random {
    /// A stream of its own for each purpose: two names with one seed are independent.
    ///
    /// ```
    /// use stats::random::Random;
    /// assert_eq!(Random::new("draw", 1).below(100), Random::new("draw", 1).below(100));
    /// ```
    pub fn new(name: &str, seed: u64) -> Self {
        // FNV-1a of the name, then splitmix64, as the authors of xoshiro advise.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |h: u64, b| {
            (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)
        });
        let mut state = seed ^ hash;
        Self(std::array::from_fn(|_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        }))
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// Uniform in \[0, 1) with 53 bits.
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// Uniform index below `n`; 0 when `n` is 0. The bias is below n/2⁶⁴.
    pub fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.bits()) * n as u128;
        usize::try_from(wide >> 64).expect("a 64-bit high half below n fits the index")
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// Standard normal, by inversion.
    pub fn normal(&mut self) -> f64 {
        let middle_of_cell = self.uniform() + 0.5 / 9_007_199_254_740_992.0;
        crate::special::normal_quantile(middle_of_cell)
    }

    /// Puts `items` in random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_never_changes() {
        let mut random = Random::new("test", 7);
        let first: Vec<u64> = (0..3).map(|_| random.bits()).collect();
        let mut again = Random::new("test", 7);
        assert_eq!(first, (0..3).map(|_| again.bits()).collect::<Vec<_>>());
        assert_ne!(first[0], Random::new("other", 7).bits());
        assert_ne!(first[0], Random::new("test", 8).bits());
    }

    #[test]
    fn draws_are_even() {
        let mut random = Random::new("even", 1);
        let mut counts = [0_u32; 5];
        for _ in 0..50_000 {
            counts[random.below(5)] += 1;
        }
        // 4 standard deviations of Binomial(50 000, 1/5).
        assert!(counts.iter().all(|&c| c.abs_diff(10_000) < 358), "{counts:?}");
        assert_eq!(random.below(0), 0);
        let mean = (0..10_000).map(|_| random.normal()).sum::<f64>() / 10_000.0;
        assert!(mean.abs() < 0.04, "{mean}");
    }

    #[test]
    fn a_shuffle_keeps_every_item() {
        let mut items: Vec<u32> = (0..20).collect();
        Random::new("shuffle", 3).shuffle(&mut items);
        assert_ne!(items, (0..20).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..20).collect::<Vec<_>>());
    }
}
