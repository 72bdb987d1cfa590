//! [`Report`]: what contenders reached, as a table and as JSON.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use super::machine::Machine;

/// Everything that one command measured.
#[derive(Serialize)]
pub(super) struct Run {
    pub(super) machine: Machine,
    pub(super) reports: Vec<Report>,
}

impl Run {
    /// Writes every figure as JSON.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn write(&self, file: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(file, text).with_context(|| format!("failed to write {}", file.display()))
    }
}

/// One benchmark: its lines, each with every contender, compared with one of them.
#[derive(Serialize)]
pub(super) struct Report {
    /// What was measured, in a few words.
    pub(super) title: String,
    /// Which contender is 1.
    pub(super) baseline: &'static str,
    pub(super) lines: Vec<Line>,
}

/// One thing that every contender does.
#[derive(Serialize)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) unit: Unit,
    pub(super) results: Vec<Measured>,
    /// What we want to reach.
    pub(super) aims: Vec<Aim>,
}

/// What one contender reached in every round, in their order.
#[derive(Serialize)]
pub(super) struct Measured {
    pub(super) contender: &'static str,
    pub(super) samples: Vec<Sample>,
}

/// One measurement.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Sample {
    /// In the unit of the line.
    pub(super) figure: f64,
    /// The most memory that the contender's process held, in KiB, where it is a process of its own.
    pub(super) peak_kib: Option<u64>,
}

/// What a figure counts.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Unit {
    /// So much per second: more is better.
    Rate(&'static str),
    /// So much time: less is better.
    Time(&'static str),
}

/// A contender that is to be so many times as fast as another one.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Aim {
    pub(super) contender: &'static str,
    pub(super) times: f64,
    pub(super) over: &'static str,
}

impl Sample {
    /// A figure of a contender that shares its process.
    pub(super) fn of(figure: f64) -> Self {
        Self { figure, peak_kib: None }
    }
}

impl Line {
    /// Returns how many times as fast one contender is as another: the median of the rounds' own ratios, since the two
    /// figures of one round were measured side by side.
    fn ratio(&self, contender: &str, over: &str) -> Option<f64> {
        let own = self.samples(contender)?.iter().map(|sample| sample.figure);
        let other = self.samples(over)?.iter().map(|sample| sample.figure);
        let ratio = |(own, other): (f64, f64)| match self.unit {
            Unit::Rate(_) => own / other,
            Unit::Time(_) => other / own,
        };
        median(own.zip(other).map(ratio).collect())
    }

    fn samples(&self, contender: &str) -> Option<&[Sample]> {
        let found = self.results.iter().find(|result| result.contender == contender)?;
        Some(&found.samples)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.title)?;
        let against = format!("× {}", self.baseline);
        for line in &self.lines {
            let unit = line.unit.name();
            writeln!(f, "\n| {} | {unit} | from – to | {against} | peak memory |", line.name)?;
            writeln!(f, "|---|---:|---:|---:|---:|")?;
            for result in &line.results {
                result.row(line, self.baseline, f)?;
            }
            line.aims.iter().try_for_each(|aim| aim.verdict(line, f))?;
        }
        Ok(())
    }
}

impl Measured {
    /// Writes the row of the table.
    fn row(&self, line: &Line, baseline: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures: Vec<f64> = self.samples.iter().map(|sample| sample.figure).collect();
        let least = figures.iter().copied().reduce(f64::min);
        let most = figures.iter().copied().reduce(f64::max);
        let peak = self.samples.iter().filter_map(|sample| sample.peak_kib).max();
        let ratio = line.ratio(self.contender, baseline).map_or_else(String::new, |it| format!("{it:.2}"));
        let peak = peak.map_or_else(String::new, |kib| format!("{} MiB", kib.div_ceil(1024)));
        let (least, median, most) = (Figure(least), Figure(median(figures)), Figure(most));
        writeln!(f, "| {} | {median} | {least} – {most} | {ratio} | {peak} |", self.contender)
    }
}

impl Aim {
    fn verdict(&self, line: &Line, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { contender, times, over } = self;
        let Some(ratio) = line.ratio(contender, over) else { return Ok(()) };
        let verdict = if ratio >= *times { "reached" } else { "MISSED" };
        writeln!(f, "\n{contender}: {ratio:.2} × {over}, aim {times} ×: {verdict}")
    }
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Rate(name) | Self::Time(name) => name,
        }
    }
}

/// Shows a figure with the digits that mean something: three, or all before the point.
struct Figure(Option<f64>);

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(figure) = self.0 else { return f.write_str("–") };
        let decimals = match figure.abs() {
            100.0.. => 0,
            10.0.. => 1,
            _ => 2,
        };
        write!(f, "{figure:.decimals$}")
    }
}

/// Returns the middle one, or the mean of the two in the middle; nothing of nothing.
fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_by(f64::total_cmp);
    let upper = figures.get(figures.len() / 2)?;
    let lower = figures.get(figures.len().saturating_sub(1) / 2)?;
    Some(f64::midpoint(*lower, *upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(unit: Unit, results: &[(&'static str, &[f64])]) -> Line {
        let measured = |(contender, figures): &(&'static str, &[f64])| Measured {
            contender,
            samples: figures.iter().map(|figure| Sample::of(*figure)).collect(),
        };
        let aims = vec![Aim { contender: "ours", times: 2.0, over: "theirs" }];
        Line { name: "put".to_owned(), unit, results: results.iter().map(measured).collect(), aims }
    }

    #[track_caller]
    fn check_median(figures: &[f64], expected: Option<f64>) {
        assert_eq!(median(figures.to_vec()), expected);
    }

    #[test]
    fn the_median_is_in_the_middle() {
        check_median(&[], None);
        check_median(&[3.0], Some(3.0));
        check_median(&[9.0, 1.0, 2.0], Some(2.0));
        check_median(&[4.0, 1.0, 100.0, 2.0], Some(3.0));
    }

    #[track_caller]
    fn check_ratio(unit: Unit, ours: &[f64], theirs: &[f64], expected: Option<f64>) {
        let line = line(unit, &[("ours", ours), ("theirs", theirs)]);
        assert_eq!(line.ratio("ours", "theirs"), expected);
    }

    #[test]
    fn a_ratio_is_how_many_times_as_fast() {
        let rate = Unit::Rate("MiB/s");
        check_ratio(rate, &[30.0], &[10.0], Some(3.0));
        check_ratio(Unit::Time("ns"), &[30.0], &[10.0], Some(1.0 / 3.0));
        // The second round was disturbed for both alike, and so counts in full.
        check_ratio(rate, &[20.0, 2.0, 20.0], &[10.0, 1.0, 10.0], Some(2.0));
        check_ratio(rate, &[20.0, 90.0, 30.0], &[10.0, 1.0, 10.0], Some(3.0));
        check_ratio(rate, &[], &[], None);
        assert_eq!(line(rate, &[("ours", &[1.0])]).ratio("ours", "nobody"), None);
    }

    #[test]
    fn tables_say_who_reached_what() {
        let mut fast = line(Unit::Rate("MiB/s"), &[("ours", &[250.0, 300.0]), ("theirs", &[100.0, 100.0])]);
        fast.results[0].samples[1].peak_kib = Some(2049);
        let slow = line(Unit::Time("ms"), &[("ours", &[4.0]), ("theirs", &[5.0])]);
        let report = Report { title: "files".to_owned(), baseline: "theirs", lines: vec![fast, slow] };
        let expected = "files\n\n\
            | put | MiB/s | from – to | × theirs | peak memory |\n|---|---:|---:|---:|---:|\n\
            | ours | 275 | 250 – 300 | 2.75 | 3 MiB |\n| theirs | 100 | 100 – 100 | 1.00 |  |\n\n\
            ours: 2.75 × theirs, aim 2 ×: reached\n\n\
            | put | ms | from – to | × theirs | peak memory |\n|---|---:|---:|---:|---:|\n\
            | ours | 4.00 | 4.00 – 4.00 | 1.25 |  |\n| theirs | 5.00 | 5.00 – 5.00 | 1.00 |  |\n\n\
            ours: 1.25 × theirs, aim 2 ×: MISSED\n";
        assert_eq!(report.to_string(), expected);
    }

    #[test]
    fn json_has_every_round() {
        let line = line(Unit::Rate("MiB/s"), &[("ours", &[1.5, 2.5])]);
        let report = Report { title: "files".to_owned(), baseline: "ours", lines: vec![line] };
        let text = serde_json::to_string(&report).unwrap();
        assert!(text.contains(r#""unit":{"rate":"MiB/s"}"#), "{text}");
        assert!(
            text.contains(r#"[{"figure":1.5,"peak_kib":null},{"figure":2.5,"peak_kib":null}]"#),
            "{text}"
        );
    }
}
