//! Recall at k as a picture: curves with their intervals.

use std::fmt::Write;

use crate::{CUTS, Group, Metric, Summary};

const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 340.0;
const LEFT: f64 = 52.0;
const TOP: f64 = 40.0;
const PLOT_WIDTH: f64 = WIDTH - LEFT - 16.0;
const PLOT_HEIGHT: f64 = HEIGHT - TOP - 46.0;
/// Colours that the colour-blind can tell apart (Okabe and Ito).
const COLOURS: [&str; 7] = [
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#000000",
];

/// Two panels, ALL and NEW, with a curve for each method; bands are 95 % intervals.
#[must_use]
pub fn to_svg(summaries: &[Summary]) -> String {
    let legend_height = 22.0 * summaries.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0} {:.0}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\" aria-label=\"Recall at k by method\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
        2.0 * WIDTH,
        HEIGHT + legend_height + 8.0,
    );
    let highest = highest(summaries);
    for (panel, group) in [Group::All, Group::New].into_iter().enumerate() {
        let _ = writeln!(
            svg,
            "<g transform=\"translate({:.0} 0)\">",
            panel as f64 * WIDTH
        );
        axes(&mut svg, group, highest);
        // The first method is drawn last, on top of the others.
        for (number, summary) in summaries.iter().enumerate().rev() {
            curve(
                &mut svg,
                summary,
                group,
                highest,
                COLOURS[number % COLOURS.len()],
            );
        }
        svg.push_str("</g>\n");
    }
    for (number, summary) in summaries.iter().enumerate() {
        let y = HEIGHT + 22.0 * number as f64;
        let colour = COLOURS[number % COLOURS.len()];
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {y:.1}h28\" stroke=\"{colour}\" stroke-width=\"2.5\"/><text x=\"{:.0}\" y=\"{:.1}\">{}</text>",
            LEFT + 36.0,
            y + 4.0,
            escaped(&summary.method),
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// The top of the axis: the next tenth above all curves.
fn highest(summaries: &[Summary]) -> f64 {
    let groups = summaries.iter().flat_map(|summary| summary.groups.iter());
    let shown = groups.filter(|(group, _)| matches!(group, Group::All | Group::New));
    let values = shown.flat_map(|(_, group)| group.metrics.values().map(|found| found.high));
    let top = values.fold(0.1, f64::max);
    (top * 10.0).ceil() / 10.0
}

/// Cut-offs stand at equal distances of their logarithms.
fn x(cut: u32) -> f64 {
    let last = f64::from(CUTS[CUTS.len() - 1]);
    LEFT + PLOT_WIDTH * f64::from(cut).ln() / last.ln()
}

fn y(value: f64, highest: f64) -> f64 {
    TOP + PLOT_HEIGHT * (1.0 - value / highest)
}

fn axes(svg: &mut String, group: Group, highest: f64) {
    let title = if group == Group::All { "ALL" } else { "NEW" };
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"24\" font-weight=\"bold\">{title}: recall at k</text>"
    );
    let tenths = (0..=10).map(|step| f64::from(step) / 10.0);
    for value in tenths.take_while(|value| *value <= highest + 1e-9) {
        let y = y(value, highest);
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {y:.1}h{PLOT_WIDTH:.1}\" stroke=\"#ddd\"/><text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{value:.1}</text>",
            LEFT - 6.0,
            y + 4.0,
        );
    }
    for cut in CUTS {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{cut}</text>",
            x(cut),
            TOP + PLOT_HEIGHT + 18.0,
        );
    }
}

fn curve(svg: &mut String, summary: &Summary, group: Group, highest: f64, colour: &str) {
    let Some(found) = summary.groups.get(&group) else {
        return;
    };
    let at = |cut: u32| {
        found
            .metrics
            .get(&Metric::HitRate(cut))
            .copied()
            .unwrap_or_default()
    };
    let path = |points: Vec<(f64, f64)>| -> String {
        let joined: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{x:.1} {y:.1}"))
            .collect();
        format!("M{}", joined.join("L"))
    };
    let upper = CUTS.map(|cut| (x(cut), y(at(cut).high, highest)));
    let lower = CUTS.map(|cut| (x(cut), y(at(cut).low, highest)));
    let band: Vec<(f64, f64)> = upper.into_iter().chain(lower.into_iter().rev()).collect();
    let line: Vec<(f64, f64)> = CUTS.map(|cut| (x(cut), y(at(cut).mean, highest))).to_vec();
    let _ = writeln!(
        svg,
        "<path d=\"{}Z\" fill=\"{colour}\" fill-opacity=\"0.15\"/><path d=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\"/>",
        path(band),
        path(line),
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
