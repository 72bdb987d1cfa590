//! [`Process`]: a server on the first core, and the time it has had of it.

use std::ffi::OsStr;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::command::root;

/// How long a server may take to begin.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that runs; dropped, it is ended.
pub(super) struct Process {
    child: Child,
}

impl Process {
    /// Starts a program on the first core, and waits until it listens.
    ///
    /// # Errors
    /// When it cannot be started or does not listen in time.
    pub(super) fn start(
        program: &Path,
        arguments: &[&OsStr],
        env: &[(&str, &OsStr)],
        ports: &[u16],
    ) -> Result<Self> {
        let shown = program.display();
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(program).args(arguments).current_dir(root());
        command.envs(env.iter().copied()).stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().with_context(|| format!("failed to start {shown}"))?;
        let mut process = Self { child };
        for port in ports {
            process.wait_for(*port).with_context(|| format!("{shown} does not listen"))?;
        }
        Ok(process)
    }

    fn wait_for(&mut self, port: u16) -> Result<()> {
        let begun = Instant::now();
        while TcpStream::connect(address(port)).is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("it has ended ({status})");
            }
            if begun.elapsed() > PATIENCE {
                bail!("not after {} s", PATIENCE.as_secs());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Returns the time on a core that the process and those it has started have had.
    ///
    /// # Errors
    /// When `/proc` does not say.
    pub(super) fn processor_time(&self) -> Result<Duration> {
        let mut nanos = 0;
        let mut family = vec![self.child.id()];
        while let Some(process) = family.pop() {
            for task in fs::read_dir(format!("/proc/{process}/task"))? {
                let task = task?.path();
                let scheduled = fs::read_to_string(task.join("schedstat"))?;
                let on_core = scheduled.split(' ').next().unwrap_or_default();
                nanos += on_core.parse::<u64>().with_context(|| format!("`{scheduled}` in schedstat"))?;
                let children = fs::read_to_string(task.join("children"))?;
                family.extend(children.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
            }
        }
        Ok(Duration::from_nanos(nanos))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Asked to end, so that those with workers end them too.
        let id = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(id) = id {
            let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        }
        let _ = self.child.wait();
    }
}

/// Returns the address of a port on this machine.
pub(super) fn address(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// Returns a port that nobody listens on.
///
/// # Errors
/// When there is none.
pub(super) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(address(0))?.local_addr()?.port())
}
