//! Random draws from integers and the four operations only, so that every machine makes the same trial.

use rand_pcg::Pcg32;
use rand_pcg::rand_core::RngCore;

pub struct Rng(Pcg32);

impl Rng {
    pub fn new(seed: u64, stream: u64) -> Self {
        Self(Pcg32::new(seed, stream))
    }

    /// In [0, 1), a multiple of 2^-32.
    pub fn uniform(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    pub fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// 0..n. The bias of the multiplication is below 2^-20 for the small n used here.
    pub fn below(&mut self, n: usize) -> usize {
        ((u64::from(self.0.next_u32()) * n as u64) >> 32) as usize
    }

    /// Both ends included.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1) as usize) as i32
    }

    /// Nearly standard normal: twelve uniforms, less six.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    /// An index, drawn in proportion to its weight; 0 when every weight is 0.
    pub fn pick(&mut self, weights: &[f64]) -> usize {
        let mut left = self.uniform() * weights.iter().sum::<f64>();
        let mut last = 0;
        for (i, w) in weights.iter().enumerate().filter(|(_, w)| **w > 0.0) {
            if left < *w {
                return i;
            }
            left -= w;
            last = i;
        }
        last
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}
