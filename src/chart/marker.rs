//! Shapes of data points, told apart without colour.

use super::ChartError;
use super::palette::Rgb;
use super::pen::{Paint, Pen, Point};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
    TriangleDown,
    Plus,
    Cross,
    Hourglass,
    Hexagon,
}

impl Marker {
    /// Corners around a circle of radius 1, scaled so that the shapes weigh about the same; none for the circle.
    fn corners(self) -> Vec<Point> {
        const ARM: f64 = 0.42;
        let plus = [
            (-ARM, -1.15),
            (ARM, -1.15),
            (ARM, -ARM),
            (1.15, -ARM),
            (1.15, ARM),
            (ARM, ARM),
            (ARM, 1.15),
            (-ARM, 1.15),
            (-ARM, ARM),
            (-1.15, ARM),
            (-1.15, -ARM),
            (-ARM, -ARM),
        ];
        match self {
            Marker::Circle => Vec::new(),
            Marker::Square => vec![(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
            Marker::Triangle => vec![(0.0, -1.25), (1.15, 0.85), (-1.15, 0.85)],
            Marker::TriangleDown => vec![(0.0, 1.25), (-1.15, -0.85), (1.15, -0.85)],
            Marker::Diamond => vec![(0.0, -1.3), (1.15, 0.0), (0.0, 1.3), (-1.15, 0.0)],
            Marker::Hexagon => {
                vec![(1.1, 0.0), (0.55, 0.95), (-0.55, 0.95), (-1.1, 0.0), (-0.55, -0.95), (0.55, -0.95)]
            }
            Marker::Hourglass => vec![(-1.1, -1.1), (1.1, -1.1), (0.3, 0.0), (1.1, 1.1), (-1.1, 1.1), (-0.3, 0.0)],
            Marker::Plus => plus.to_vec(),
            Marker::Cross => {
                const HALF_ROOT: f64 = std::f64::consts::FRAC_1_SQRT_2;
                plus.iter().map(|(x, y)| ((x - y) * HALF_ROOT, (x + y) * HALF_ROOT)).collect()
            }
        }
    }
}

/// A marker with a rim of the ground's colour, so that points on lines and on one another stay apart.
pub(super) fn draw_marker(
    pen: &mut Pen<'_>,
    marker: Marker,
    center: Point,
    radius: f64,
    color: Rgb,
    ground: Rgb,
    is_hollow: bool,
) -> Result<(), ChartError> {
    let fill = |pen: &mut Pen<'_>, radius: f64, color: Rgb| draw_rimless(pen, marker, center, radius, color);
    fill(pen, radius + if radius < 3.5 { 0.75 } else { 1.25 }, ground)?;
    fill(pen, radius, color)?;
    if is_hollow { fill(pen, radius - 1.5, ground) } else { Ok(()) }
}

pub(super) fn draw_rimless(
    pen: &mut Pen<'_>,
    marker: Marker,
    center: Point,
    radius: f64,
    color: Rgb,
) -> Result<(), ChartError> {
    match marker {
        Marker::Circle => pen.circle(center, radius, Paint::solid(color)),
        _ => pen.shape(center, radius, &marker.corners(), Paint::solid(color)),
    }
}
