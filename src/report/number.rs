//! The one place where a number becomes text: true minus signs, fixed decimals, p-values as journals print them.

/// `decimals` digits after the point, a true minus sign, never "−0.00".
pub fn format_fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|byte| byte == b'0' || byte == b'.') => rest.to_owned(),
        Some(rest) => format!("−{rest}"),
        None => text,
    }
}

/// Like [`format_fixed`] with a plus sign on positive values.
pub fn format_signed(value: f64, decimals: usize) -> String {
    let text = format_fixed(value, decimals);
    if text.starts_with('−') || text.bytes().all(|byte| byte == b'0' || byte == b'.') {
        text
    } else {
        format!("+{text}")
    }
}

/// About `digits` significant figures, without an exponent between 1e-4 and 1e7.
pub fn format_significant(value: f64, digits: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return format_fixed(value, 0);
    }
    let mut exponent = 0i32;
    let mut scaled = value.abs();
    while scaled >= 10.0 {
        scaled /= 10.0;
        exponent += 1;
    }
    while scaled < 1.0 {
        scaled *= 10.0;
        exponent -= 1;
    }
    if !(-4..7).contains(&exponent) {
        return format!("{:.*e}", digits.saturating_sub(1), value).replace('-', "−");
    }
    let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    let text = format_fixed(value, decimals);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// "0.569", "0.003", "0.0002", "< 0.0001": three decimals, as trial reports print them, four below 0.001.
pub fn format_p(p: f64) -> String {
    if p < 0.0001 {
        "< 0.0001".to_owned()
    } else if p < 0.001 {
        format_fixed(p, 4)
    } else {
        format_fixed(p.min(1.0), 3)
    }
}

/// "p = 0.003" or "p < 0.0001".
pub fn format_p_equation(p: f64) -> String {
    let text = format_p(p);
    if text.starts_with('<') { format!("p {text}") } else { format!("p = {text}") }
}

/// "1.48 to 4.47".
pub fn format_interval(low: f64, high: f64, decimals: usize) -> String {
    format!("{} to {}", format_fixed(low, decimals), format_fixed(high, decimals))
}

/// "95%" or "97.5%".
pub fn format_level(level: f64) -> String {
    format!("{}%", format_significant(level * 100.0, 4))
}

/// Degrees of freedom: whole ones without decimals.
pub fn format_df(df: f64) -> String {
    if (df - df.round()).abs() < 1e-9 { format_fixed(df, 0) } else { format_fixed(df, 1) }
}

/// "1 person", "3 people".
/// Thousands apart: 10,000.
pub fn format_count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub fn plural<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minus_is_a_minus_and_zero_has_no_sign() {
        assert_eq!(format_fixed(-1.6875, 2), "−1.69");
        assert_eq!(format_fixed(-0.001, 2), "0.00");
        assert_eq!(format_signed(2.979, 2), "+2.98");
    }

    #[test]
    fn p_values_read_as_in_journals() {
        assert_eq!(format_p(0.0002049), "0.0002");
        assert_eq!(format_p(0.00267), "0.003");
        assert_eq!(format_p(0.0449), "0.045");
        assert_eq!(format_p(0.2326), "0.233");
        assert_eq!(format_p(1e-9), "< 0.0001");
        assert_eq!(format_p_equation(0.00001), "p < 0.0001");
    }

    #[test]
    fn significant_figures() {
        assert_eq!(format_significant(123.456, 3), "123");
        assert_eq!(format_significant(0.012345, 3), "0.0123");
        assert_eq!(format_significant(2.0, 3), "2");
        assert_eq!(format_significant(10.0, 1), "10");
    }
}
