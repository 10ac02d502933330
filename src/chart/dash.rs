//! Dashed lines for backends that have none: the line cut into its dashes.

use super::pen::Point;

/// Pieces of `points` by lengths on and off; the whole line if `pattern` is empty. Points that are not finite are
/// left out.
pub(super) fn cut_dashes(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    let points: Vec<Point> = points.iter().copied().filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
    if pattern.is_empty() || pattern.iter().any(|length| !length.is_finite() || *length <= 0.1) {
        return vec![points];
    }
    let mut pieces = Vec::new();
    let mut piece: Vec<Point> = points.first().copied().into_iter().collect();
    let (mut index, mut left) = (0, pattern[0]);
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let length = ((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)).sqrt();
        let mut walked = 0.0;
        while length - walked > left {
            walked += left;
            let share = walked / length;
            let at = (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share);
            piece.push(at);
            if index % 2 == 0 {
                pieces.push(std::mem::take(&mut piece));
            }
            piece = vec![at];
            index = (index + 1) % even_length(pattern);
            left = pattern[index % pattern.len()];
        }
        left -= length - walked;
        piece.push((x1, y1));
    }
    if index % 2 == 0 && piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

/// A pattern of odd length runs twice, so that on and off alternate.
fn even_length(pattern: &[f64]) -> usize {
    if pattern.len().is_multiple_of(2) { pattern.len() } else { pattern.len() * 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_and_gaps_alternate() {
        let pieces = cut_dashes(&[(0.0, 0.0), (20.0, 0.0)], &[6.0, 4.0]);
        assert_eq!(pieces, vec![vec![(0.0, 0.0), (6.0, 0.0)], vec![(10.0, 0.0), (16.0, 0.0)]]);
    }

    #[test]
    fn a_dash_goes_round_a_corner() {
        let pieces = cut_dashes(&[(0.0, 0.0), (4.0, 0.0), (4.0, 10.0)], &[6.0, 20.0]);
        assert_eq!(pieces, vec![vec![(0.0, 0.0), (4.0, 0.0), (4.0, 2.0)]]);
    }

    #[test]
    fn no_pattern_leaves_the_line_whole() {
        let line = [(0.0, 0.0), (20.0, 5.0)];
        assert_eq!(cut_dashes(&line, &[]), vec![line.to_vec()]);
        assert_eq!(cut_dashes(&line, &[0.0, 0.0]), vec![line.to_vec()]);
    }

    #[test]
    fn nothing_makes_nothing() {
        assert!(cut_dashes(&[], &[5.0, 5.0]).is_empty());
    }
}
