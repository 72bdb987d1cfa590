//! [`Vitals`]: what a process takes from its machine, as `/proc` shows it.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

/// The vital signs of a process that runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vitals {
    id: u32,
}

/// What a process has open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) descriptors: usize,
    pub(crate) threads: usize,
}

impl Vitals {
    pub(crate) fn of(id: u32) -> Self {
        Self { id }
    }

    /// The memory that it has now, in KiB.
    pub(crate) fn memory(self) -> u64 {
        self.status("VmRSS")
    }

    /// The most memory that it ever had, in KiB.
    pub(crate) fn peak(self) -> u64 {
        self.status("VmHWM")
    }

    pub(crate) fn held(self) -> Held {
        let count = |what: &str| fs::read_dir(self.path(what)).unwrap().count();
        Held { descriptors: count("fd"), threads: count("task") }
    }

    /// The processor time that it took until now.
    pub(crate) fn cpu(self) -> Duration {
        let text = fs::read_to_string(self.path("stat")).unwrap();
        // The name, in parentheses, may hold spaces; user and system time are the 14th and 15th field.
        let fields: Vec<&str> = text.rsplit_once(") ").unwrap().1.split(' ').collect();
        let ticks: u64 = fields[11..=12].iter().map(|field| field.parse::<u64>().unwrap()).sum();
        Duration::from_millis(ticks * 10)
    }

    /// The processor time that it takes while `work` is done.
    pub(crate) fn cpu_of(self, work: impl FnOnce()) -> Duration {
        let before = self.cpu();
        work();
        self.cpu().saturating_sub(before)
    }

    /// Waits until it holds no more descriptors than before, and few enough threads.
    ///
    /// Threads of the blocking pool end when they had nothing to do for ten seconds: it may keep those.
    #[track_caller]
    pub(crate) fn settles(self, before: Held, patience: Duration) {
        let begun = Instant::now();
        while self.held().descriptors > before.descriptors {
            assert!(
                begun.elapsed() < patience,
                "it does not give back: {before:?} before, {:?} now",
                self.held()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn status(self, name: &str) -> u64 {
        let text = fs::read_to_string(self.path("status")).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    fn path(self, what: &str) -> String {
        format!("/proc/{}/{what}", self.id)
    }
}
