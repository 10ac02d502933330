//! Shapes of data points, told apart without colour.

use super::ChartError;
use super::palette::Rgb;
use super::pen::{Paint, Pen, Point};
use crate::report::figure::{Beyond, PointLimit};

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

/// Of a value known only to lie beyond a limit: an open triangle that points `toward` it, a direction of any length.
pub(super) fn draw_open_triangle(
    pen: &mut Pen<'_>,
    center: Point,
    radius: f64,
    toward: (f64, f64),
    color: Rgb,
    ground: Rgb,
) -> Result<(), ChartError> {
    let length = (toward.0 * toward.0 + toward.1 * toward.1).sqrt().max(1e-9);
    let (dx, dy) = (toward.0 / length, toward.1 / length);
    let corner = |along: f64, aside: f64| (along * dx - aside * dy, along * dy + aside * dx);
    let corners = [corner(1.25, 0.0), corner(-0.85, 1.15), corner(-0.85, -1.15)];
    pen.shape(center, radius + 0.75, &corners, Paint::solid(ground))?;
    pen.shape(center, radius, &corners, Paint::solid(color))?;
    pen.shape(center, (radius - 1.5).max(radius * 0.45), &corners, Paint::solid(ground))
}

/// The arm's own marker, hollow, with an arrow to where the true value lies; with a dot inside where that is not known.
pub(super) fn draw_limit(
    pen: &mut Pen<'_>,
    marker: Marker,
    center: Point,
    radius: f64,
    limit: PointLimit,
    color: Rgb,
    ground: Rgb,
) -> Result<(), ChartError> {
    let side = |side: Option<Beyond>| match side {
        Some(Beyond::Below) => -1.0,
        Some(Beyond::Above) => 1.0,
        None => 0.0,
    };
    let (dx, dy): (f64, f64) = (side(limit.x), -side(limit.y));
    let length = (dx * dx + dy * dy).sqrt();
    if length > 0.0 {
        let along = |distance: f64| (center.0 + dx / length * distance, center.1 + dy / length * distance);
        pen.line(&[center, along(radius + 4.0)], 3.5, Paint::solid(ground), &[])?;
        pen.line(&[center, along(radius + 4.0)], 1.5, Paint::solid(color), &[])?;
        draw_marker(pen, marker, center, radius, color, ground, true)?;
        let (x, y) = along(radius + 4.5);
        let (dx, dy) = (dx / length, dy / length);
        let tip = [(x + 3.5 * dx, y + 3.5 * dy), (x - 3.0 * dy, y + 3.0 * dx), (x + 3.0 * dy, y - 3.0 * dx)];
        return pen.polygon(&tip, Paint::solid(color));
    }
    draw_marker(pen, marker, center, radius, color, ground, true)?;
    pen.circle(center, 1.25, Paint::solid(color))
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
