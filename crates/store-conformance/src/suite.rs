//! [`Suite`]: runs the cases against a store; [`Report`]: what came of it.

use std::fmt;

use store::Store;

use crate::{Case, Failure, cases};

/// The cases to run; all of them by default.
#[derive(Debug, Clone)]
pub struct Suite {
    cases: Vec<&'static Case>,
}

impl Suite {
    /// Takes all cases.
    pub fn new() -> Self {
        Self { cases: cases().collect() }
    }

    /// Keeps only the cases whose name contains `part`.
    #[must_use]
    pub fn only(mut self, part: &str) -> Self {
        self.cases.retain(|case| case.name().contains(part));
        self
    }

    /// Leaves out the case of this name, for a store that is known to fail it.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.cases.retain(|case| case.name() != name);
        self
    }

    /// Runs the cases one after another, each against an empty store that `make` returns for it.
    ///
    /// Runs on any executor; the store may need a certain one. A new folder or a [`Prefixed`](store::Prefixed) store
    /// under the name of the case is as good as a new store.
    pub async fn run<S: Store>(&self, mut make: impl AsyncFnMut(&'static Case) -> S) -> Report {
        let mut lines = Vec::with_capacity(self.cases.len());
        for case in self.cases.iter().copied() {
            let store = make(case).await;
            let verdict = match case.missing(&store.abilities()) {
                Some(ability) => Verdict::Skipped(ability),
                None => case.run(&store).await.map_or_else(Verdict::Failed, |()| Verdict::Passed),
            };
            lines.push((case, verdict));
        }
        Report { lines }
    }
}

impl Default for Suite {
    fn default() -> Self {
        Self::new()
    }
}

/// What came of one case.
#[derive(Debug)]
pub enum Verdict {
    /// The store behaves as promised.
    Passed,
    /// The store does not have the ability named here, which the case needs.
    Skipped(&'static str),
    /// The store breaks the promise.
    Failed(Failure),
}

/// What came of all cases; displays as one line for each that did not pass, and the numbers.
#[derive(Debug)]
pub struct Report {
    lines: Vec<(&'static Case, Verdict)>,
}

impl Report {
    /// Iterates over the cases in the order in which they ran.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Case, &Verdict)> {
        self.lines.iter().map(|(case, verdict)| (*case, verdict))
    }

    /// Returns the names of the cases that passed.
    pub fn passed(&self) -> Vec<&'static str> {
        self.names(|verdict| matches!(verdict, Verdict::Passed))
    }

    /// Returns the names of the cases that were skipped.
    pub fn skipped(&self) -> Vec<&'static str> {
        self.names(|verdict| matches!(verdict, Verdict::Skipped(_)))
    }

    /// Returns the names of the cases that failed.
    pub fn failed(&self) -> Vec<&'static str> {
        self.names(|verdict| matches!(verdict, Verdict::Failed(_)))
    }

    /// Ends a test with the whole report unless every case passed or was skipped.
    ///
    /// # Panics
    /// When a case failed, or when there was none.
    #[track_caller]
    pub fn assert_passed(&self) {
        assert!(!self.lines.is_empty() && self.failed().is_empty(), "{self}");
    }

    fn names(&self, keep: impl Fn(&Verdict) -> bool) -> Vec<&'static str> {
        self.iter().filter(|(_, verdict)| keep(verdict)).map(|(case, _)| case.name()).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (case, verdict) in self.iter() {
            match verdict {
                Verdict::Passed => {}
                Verdict::Skipped(ability) => writeln!(f, "skipped {}: needs `{ability}`", case.name())?,
                Verdict::Failed(failure) => {
                    writeln!(f, "FAILED  {}: {failure}\n        promise: {}", case.name(), case.promise())?;
                }
            }
        }
        let (passed, skipped) = (self.passed().len(), self.skipped().len());
        write!(f, "{passed} passed, {skipped} skipped, {} failed", self.failed().len())
    }
}
