//! Seeded random numbers: the same on every target, and no entropy is asked for.

/// PCG32 (XSH-RR, 64 bits of state) of O'Neill, HMC-CS-2014-0905, 2014; checked against the numbers that the author's
/// demonstration prints.
pub struct Pcg32 {
    state: u64,
    increment: u64,
}

const MULTIPLIER: u64 = 6_364_136_223_846_793_005;

impl Pcg32 {
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut random = Self { state: 0, increment: (stream << 1) | 1 };
        random.next_u32();
        random.state = random.state.wrapping_add(seed);
        random.next_u32();
        random
    }

    pub fn next_u32(&mut self) -> u32 {
        let old = self.state;
        self.state = old.wrapping_mul(MULTIPLIER).wrapping_add(self.increment);
        let mixed = (((old >> 18) ^ old) >> 27) as u32;
        mixed.rotate_right((old >> 59) as u32)
    }

    /// 0 to `limit` - 1, each equally likely: numbers that would favour the first ones are drawn again.
    pub fn below(&mut self, limit: u32) -> u32 {
        let limit = limit.max(1);
        let unfair = limit.wrapping_neg() % limit;
        loop {
            let drawn = self.next_u32();
            if drawn >= unfair {
                return drawn % limit;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_what_the_authors_demonstration_prints() {
        let mut random = Pcg32::new(42, 54);
        let drawn: Vec<u32> = (0..6).map(|_| random.next_u32()).collect();
        assert_eq!(drawn, [0xa15c_02b7, 0x7b47_f409, 0xba1d_3330, 0x83d2_f293, 0xbfa4_784b, 0xcbed_606e]);
    }

    #[test]
    fn every_number_below_the_limit_is_drawn_about_as_often() {
        let mut random = Pcg32::new(1, 1);
        let mut counts = [0; 7];
        for _ in 0..70_000 {
            counts[random.below(7) as usize] += 1;
        }
        // Binomial sd 93.
        assert!(counts.iter().all(|count| (9_600..10_400).contains(count)), "{counts:?}");
        assert_eq!(random.below(0), 0);
    }
}
