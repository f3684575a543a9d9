//! A line chart with logarithmic axes, as SVG.

use std::fmt::Write as _;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 130.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;
/// Told apart by people who see few colours, too (Okabe and Ito).
const COLOURS: [&str; 6] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
];

/// A named line through points of positive coordinates.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Written at its right end.
    pub name: String,
    /// In order of x.
    pub points: Vec<(f64, f64)>,
}

/// Draws lines over powers of ten.
#[must_use]
pub fn chart(title: &str, x_name: &str, y_name: &str, lines: &[Line]) -> String {
    let points = || lines.iter().flat_map(|line| &line.points);
    let bounds = |of: fn(&(f64, f64)) -> f64| {
        let least = points().map(of).fold(f64::INFINITY, f64::min);
        let most = points().map(of).fold(f64::NEG_INFINITY, f64::max);
        (least.log10().floor(), most.log10().ceil())
    };
    let (x_range, y_range) = (bounds(|p| p.0), bounds(|p| p.1));
    let share = |value: f64, (low, high): (f64, f64)| (value.log10() - low) / (high - low);
    let x = |value: f64| LEFT + share(value, x_range) * (WIDTH - LEFT - RIGHT);
    let y = |value: f64| HEIGHT - BOTTOM - share(value, y_range) * (HEIGHT - TOP - BOTTOM);

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    let text = |x: f64, y: f64, anchor: &str, colour: &str, content: &str| {
        format!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{content}</text>\n"
        )
    };
    let powers = |(low, high): (f64, f64)| (low as i32..=high as i32).map(|e| 10f64.powi(e));
    for value in powers(x_range) {
        let at = x(value);
        let (top, bottom) = (TOP, HEIGHT - BOTTOM);
        let _ = writeln!(svg, "<path d=\"M{at:.1} {top}V{bottom}\" stroke=\"#ddd\"/>");
        svg += &text(at, bottom + 18.0, "middle", "#333", &tick(value));
    }
    for value in powers(y_range) {
        let (at, right) = (y(value), WIDTH - RIGHT);
        let _ = writeln!(svg, "<path d=\"M{LEFT} {at:.1}H{right}\" stroke=\"#ddd\"/>");
        svg += &text(LEFT - 8.0, at + 4.0, "end", "#333", &tick(value));
    }
    for (number, line) in lines.iter().enumerate() {
        let colour = COLOURS[number % COLOURS.len()];
        let mut path = String::new();
        for &(px, py) in &line.points {
            let command = if path.is_empty() { 'M' } else { 'L' };
            let _ = write!(path, "{command}{:.1} {:.1}", x(px), y(py));
            let _ = writeln!(
                svg,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"{colour}\"/>",
                x(px),
                y(py)
            );
        }
        let _ = writeln!(
            svg,
            "<path d=\"{path}\" stroke=\"{colour}\" stroke-width=\"2\" fill=\"none\"/>"
        );
        if let Some(&(px, py)) = line.points.last() {
            svg += &text(x(px) + 8.0, y(py) + 4.0, "start", colour, &line.name);
        }
    }
    svg += &text(LEFT, 22.0, "start", "#000", title);
    svg += &text(
        (LEFT + WIDTH - RIGHT) / 2.0,
        HEIGHT - 12.0,
        "middle",
        "#333",
        x_name,
    );
    svg += &text(LEFT - 8.0, TOP - 6.0, "end", "#333", y_name);
    svg += "</svg>\n";
    svg
}

fn tick(value: f64) -> String {
    match value {
        v if v >= 1e6 => format!("{:.0} M", v / 1e6),
        v if v >= 1e3 => format!("{:.0} k", v / 1e3),
        v => format!("{v}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_lie_between_the_axes() {
        let line = Line {
            name: "open".to_owned(),
            points: vec![(1e4, 0.1), (1e7, 100.0)],
        };
        let svg = chart("Cost", "edges", "ms", &[line]);
        assert!(svg.contains("M70.0 390.0L590.0 40.0") && svg.contains(">open</text>"));
        assert!(svg.contains(">10 M</text>") && svg.contains(">0.1</text>"));
    }
}
