#![allow(clippy::unimplemented, unused_variables)]
pub fn sf(t: f64, df: f64) -> f64 {
    unimplemented!()
}
pub fn two_sided_p(t: f64, df: f64) -> f64 {
    unimplemented!()
}
pub fn quantile(probability: f64, df: f64) -> f64 {
    unimplemented!()
}
