//! [`Stats`]: what libFuzzer's log says about a run.

/// How far a target came.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Stats {
    pub(super) executions: u64,
    per_second: u64,
    /// Places of the program that were reached (edges of its control flow).
    coverage: u64,
    /// Places, and how often: what the fuzzer holds inputs against.
    features: u64,
    inputs: u64,
    peak_mib: u64,
    /// The file with the input that broke a property, if one did.
    pub(super) artifact: Option<String>,
}

impl Stats {
    /// The head of the table that [`row`](Self::row) continues.
    pub(super) const HEADER: &str = "| target | executions | per second | coverage | features | inputs | peak memory | crashes |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|";

    /// Reads a log: the last line of progress, and the statistics at the end.
    pub(super) fn read(log: &str) -> Self {
        let number = |text: &str| text.split('/').next().and_then(|it| it.parse().ok()).unwrap_or_default();
        let stat = |name: &str| {
            let line = log.lines().find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name));
            line.map(|rest| number(rest.trim_start_matches(':').trim())).unwrap_or_default()
        };
        let progress = log.lines().rev().find(|line| line.contains(" cov: ")).unwrap_or_default();
        let figure = |name: &str| {
            let mut words = progress.split_whitespace().skip_while(|word| *word != name);
            words.nth(1).map(number).unwrap_or_default()
        };
        let written = log.lines().find_map(|line| line.split_once("Test unit written to "));
        Self {
            executions: stat("number_of_executed_units"),
            per_second: stat("average_exec_per_sec"),
            coverage: figure("cov:"),
            features: figure("ft:"),
            inputs: figure("corp:"),
            peak_mib: stat("peak_rss_mb"),
            artifact: written.map(|(_, file)| file.trim().to_owned()),
        }
    }

    /// Writes a row of the table.
    pub(super) fn row(&self, target: &str) -> String {
        let Self { executions, per_second, coverage, features, inputs, peak_mib, artifact } = self;
        let crashes = u8::from(artifact.is_some());
        format!(
            "| {target} | {executions} | {per_second} | {coverage} | {features} | {inputs} | {peak_mib} MiB | {crashes} |"
        )
    }
}

/// Returns the last lines of a log.
pub(super) fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "#2\tINITED cov: 10 ft: 11 corp: 1/1b exec/s: 0 rss: 30Mb\n\
        #4096\tpulse  cov: 120 ft: 340 corp: 56/1200b lim: 8 exec/s: 2048 rss: 44Mb\n\
        Done 5000 runs in 2 second(s)\n\
        stat::number_of_executed_units: 5000\n\
        stat::average_exec_per_sec:     2500\n\
        stat::peak_rss_mb:              44\n";

    #[test]
    fn the_end_of_a_log_is_read() {
        let stats = Stats::read(LOG);
        assert_eq!(stats.row("key"), "| key | 5000 | 2500 | 120 | 340 | 56 | 44 MiB | 0 |");
        let broken = format!("{LOG}artifact_prefix='a/'; Test unit written to a/crash-1f\nBase64: eA==\n");
        assert_eq!(Stats::read(&broken).artifact.as_deref(), Some("a/crash-1f"));
        assert_eq!(Stats::read(""), Stats::default());
    }

    #[test]
    fn a_tail_has_twenty_lines() {
        let log: Vec<String> = (0..30).map(|line| line.to_string()).collect();
        let log = log.join("\n");
        assert!(tail(&log).starts_with("10\n") && tail(&log).ends_with("\n29"));
        assert_eq!(tail("a\nb"), "a\nb");
    }
}
