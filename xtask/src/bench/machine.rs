//! [`Machine`]: what figures were measured on, in words that name neither the machine nor a path of it.

use std::fmt;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Serialize;

/// What a reader needs to know of the machine.
#[derive(Serialize)]
pub(super) struct Machine {
    processor: String,
    cores: usize,
    memory_mib: u64,
    kernel: String,
    compiler: String,
    /// The mean number of programs that wanted a core in the minute before: what says that the machine was busy.
    load_before: f64,
}

impl Machine {
    /// Looks at the machine as it is before the measurement.
    ///
    /// # Errors
    /// When `/proc` or the compiler cannot be asked.
    pub(super) fn look() -> Result<Self> {
        let compiler = Command::new("rustc").arg("--version").output().context("failed to ask `rustc`")?;
        let compiler = String::from_utf8_lossy(&compiler.stdout);
        // "rustc 1.95.0 (hash date)"
        let compiler = compiler.split(" (").next().unwrap_or_default().trim().to_owned();
        let memory_kib = field(&read("/proc/meminfo")?, "MemTotal")?;
        let memory_kib: u64 = memory_kib.trim_end_matches(" kB").parse()?;
        let load = read("/proc/loadavg")?;
        Ok(Self {
            processor: field(&read("/proc/cpuinfo")?, "model name")?,
            cores: std::thread::available_parallelism()?.get(),
            memory_mib: memory_kib / 1024,
            kernel: read("/proc/sys/kernel/osrelease")?.trim().to_owned(),
            compiler,
            load_before: load.split(' ').next().unwrap_or_default().parse()?,
        })
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processor, cores, memory_mib, kernel, compiler, load_before } = self;
        writeln!(
            f,
            "on {cores} cores ({processor}), {memory_mib} MiB of memory, Linux {kernel}, {compiler};"
        )?;
        write!(f, "load before: {load_before:.2}")
    }
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("failed to read {path}"))
}

/// Returns the value of a line such as `name : value`.
fn field(text: &str, name: &str) -> Result<String> {
    let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
    let value = pairs.find(|(own, _)| own.trim() == name).map(|(_, value)| value.trim().to_owned());
    value.with_context(|| format!("no `{name}` in /proc"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_whole_name() {
        let text = "model\t\t: 7\nmodel name\t: Some CPU\nMemTotal:  24 kB\n";
        assert_eq!(field(text, "model name").unwrap(), "Some CPU");
        assert_eq!(field(text, "MemTotal").unwrap(), "24 kB");
        assert!(field(text, "name").is_err());
    }
}
