//! [`Steps`]: named pieces of work, timed, with a table at the end.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// What has been done so far.
pub(crate) struct Steps {
    begun: Instant,
    done: Vec<(String, Duration)>,
}

impl Steps {
    /// Starts the clock.
    pub(crate) fn new() -> Self {
        Self { begun: Instant::now(), done: Vec::new() }
    }

    /// Does one step and says so before and after.
    ///
    /// # Errors
    /// That of `work`, under the name of the step. The caller stops there: later steps build on earlier ones.
    pub(crate) fn run(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("step {name} …");
        let begun = Instant::now();
        let outcome = work();
        let took = begun.elapsed();
        let verdict = if outcome.is_ok() { "ok" } else { "FAILED" };
        println!("step {name} … {verdict} {}\n", Seconds(took));
        self.done.push((name.to_owned(), took));
        outcome.with_context(|| format!("step `{name}`"))
    }

    /// Prints the time of each step and, last, that all of them passed.
    pub(crate) fn conclude(&self) {
        for (name, took) in &self.done {
            println!("{:>9}  {name}", Seconds(*took).to_string());
        }
        println!("all {} steps passed in {}", self.done.len(), Seconds(self.begun.elapsed()));
    }
}

/// Shows a duration with one decimal.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} s", self.0.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_is_named() {
        let mut steps = Steps::new();
        assert!(steps.run("good", || Ok(())).is_ok());
        let error = steps.run("bad", || anyhow::bail!("why")).unwrap_err();
        assert_eq!(format!("{error:#}"), "step `bad`: why");
    }
}
