//! The plot of the ratios of times.

use std::path::Path;

use anyhow::{Result, anyhow, ensure};
use clap::ValueEnum;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::library::Library;
use crate::report::{Measure, RATIO, Report};

/// The height of a row.
const ROW: u32 = 64;

/// The widths of the chart and of the legend.
const CHART: u32 = 1160;
const LEGEND: u32 = 150;

/// Draws a row per case, and in it a point below the other per library, with its range, on a logarithmic scale.
pub(crate) fn draw(report: &Report, file: &Path) -> Result<()> {
    let outcomes: Vec<_> = report
        .outcomes
        .iter()
        .filter(|outcome| outcome.measure == Measure::Time && outcome.unit == RATIO)
        .collect();
    ensure!(!outcomes.is_empty(), "there are no times to draw");
    let figures = || outcomes.iter().flat_map(|outcome| &outcome.figures);
    let low = figures().map(|figure| figure.median).fold(0.5, f64::min);
    let high = figures().map(|figure| figure.median).fold(2.0, f64::max);

    let rows = outcomes.len() as u32;
    let root = SVGBackend::new(file, (CHART + LEGEND, 110 + rows * ROW)).into_drawing_area();
    let problem = |error: &dyn std::fmt::Display| anyhow!("{error}");
    root.fill(&WHITE).map_err(|error| problem(&error))?;
    let (area, legend) = root.split_horizontally(CHART);
    let mut chart = ChartBuilder::on(&area)
        .caption("Time relative to C (less is better)", ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(360)
        .build_cartesian_2d((low * 0.8..high * 2.5).log_scale(), 0.0..f64::from(rows))
        .map_err(|error| problem(&error))?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .x_desc("ratio to C, logarithmic")
        .x_label_formatter(&|ratio| format!("{ratio:.2}"))
        .y_labels(0)
        .draw()
        .map_err(|error| problem(&error))?;
    let lines = (1..rows).map(|row| {
        let y = f64::from(row);
        PathElement::new(vec![(low * 0.8, y), (high * 2.5, y)], BLACK.mix(0.2))
    });
    chart.draw_series(lines).map_err(|error| problem(&error))?;
    let line = PathElement::new(vec![(1.0, 0.0), (1.0, f64::from(rows))], BLACK.mix(0.5));
    chart.draw_series([line]).map_err(|error| problem(&error))?;
    let right = ("sans-serif", 14)
        .into_font()
        .into_text_style(&root)
        .pos(Pos::new(HPos::Right, VPos::Center));
    let titles = outcomes.iter().enumerate().map(|(index, outcome)| {
        let y = f64::from(rows) - index as f64 - 0.5;
        EmptyElement::at((low * 0.8, y)) + Text::new(outcome.case.title(), (-8, 0), right.clone())
    });
    chart.draw_series(titles).map_err(|error| problem(&error))?;
    let libraries = Library::value_variants();
    let mut shown = 0;
    for (number, library) in libraries.iter().enumerate() {
        let color = Palette99::pick(number).to_rgba();
        let points = outcomes.iter().enumerate().flat_map(|(index, outcome)| {
            let place = (number + 1) as f64 / (libraries.len() + 1) as f64;
            let y = f64::from(rows) - index as f64 - place;
            let figures = outcome.figures.iter();
            figures
                .filter(|figure| figure.library == *library)
                .map(move |figure| (figure, y))
        });
        let points: Vec<_> = points.collect();
        if points.is_empty() {
            continue;
        }
        let ranges = points.iter().map(|(figure, y)| {
            PathElement::new(vec![(figure.low, *y), (figure.high, *y)], color.mix(0.4))
        });
        chart.draw_series(ranges).map_err(|error| problem(&error))?;
        let marks = points
            .iter()
            .map(|(figure, y)| Circle::new((figure.median, *y), 4, color.filled()));
        chart.draw_series(marks).map_err(|error| problem(&error))?;
        let entry = EmptyElement::at((12, 52 + 20 * shown))
            + Circle::new((0, 0), 5, color.filled())
            + Text::new(library.to_string(), (12, -7), ("sans-serif", 14));
        legend.draw(&entry).map_err(|error| problem(&error))?;
        shown += 1;
    }
    root.present().map_err(|error| problem(&error))?;
    Ok(())
}
