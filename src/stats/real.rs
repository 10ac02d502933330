//! The one door to transcendental functions: `libm` gives the same bits natively and in wasm,
//! where std's functions differ in the last places.

pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

pub fn log2(x: f64) -> f64 {
    libm::log2(x)
}

pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

pub fn powf(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}

pub fn atanh(x: f64) -> f64 {
    libm::atanh(x)
}

pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

pub fn asin(x: f64) -> f64 {
    libm::asin(x)
}

/// 2 to the power x.
pub fn exp2(x: f64) -> f64 {
    libm::exp2(x)
}
