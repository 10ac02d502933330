#![allow(clippy::unimplemented, unused_variables)]
pub fn sf(f: f64, df_numerator: f64, df_denominator: f64) -> f64 {
    unimplemented!()
}
