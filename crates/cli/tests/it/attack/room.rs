//! [`Room`]: a place where file systems can be mounted that nobody else sees, and that is gone with its process.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::sandbox::{HALLPASS, Run, Sandbox};
use crate::server::Server;

/// A mount namespace with file systems of its own in a sandbox. Dropped, it is ended.
pub(crate) struct Room<'s> {
    sandbox: &'s Sandbox,
    keeper: Child,
    /// The keeper ends with it, even when we are killed.
    _life: ChildStdin,
}

impl<'s> Room<'s> {
    /// Mounts a `tmpfs` with these options at `media/`.
    pub(crate) fn new(sandbox: &'s Sandbox, options: &str) -> Self {
        std::fs::create_dir_all(sandbox.path("media")).unwrap();
        let script = format!("mount -t tmpfs -o {options} tmpfs media && echo ready && exec cat");
        Self::kept_by(sandbox, &["bash", "-c", &script])
    }

    /// Has a program mount what it likes, say `ready` on a line of its own, and stay until its input ends.
    pub(crate) fn kept_by(sandbox: &'s Sandbox, program: &[&str]) -> Self {
        let mut command = sandbox.program("unshare");
        command.args(["--map-root-user", "--mount"]).args(program);
        let mut keeper = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (life, out) = (keeper.stdin.take().unwrap(), keeper.stdout.take().unwrap());
        let room = Self { sandbox, keeper, _life: life };
        let ready = BufReader::new(out).lines().map_while(Result::ok).any(|line| line == "ready");
        assert!(ready, "mounting in a namespace of its own is needed, which this machine does not allow");
        room
    }

    /// Prepares a program that runs inside, as one who owns the files and may do no more than owners may.
    pub(crate) fn program(&self, program: &str) -> Command {
        let id = self.keeper.id().to_string();
        let mut command = self.enter(&id);
        command.args(["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", program]);
        command
    }

    /// Prepares `hallpass`.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(HALLPASS);
        command.args(arguments);
        command
    }

    /// Runs `hallpass` inside.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments))
    }

    /// Starts a server inside.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Server {
        Server::start_with(self.sandbox, arguments, |usual| {
            let mut command = self.command(&[]);
            command.args(usual.get_args());
            command
        })
    }

    /// Has a shell with all rights do something inside.
    #[track_caller]
    pub(crate) fn does(&self, script: &str) {
        let id = self.keeper.id().to_string();
        assert!(self.enter(&id).args(["bash", "-c", script]).status().unwrap().success(), "{script}");
    }

    /// A path inside, as it is seen from outside.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        let inside = self.sandbox.path(name);
        let root = format!("/proc/{}/root", self.keeper.id());
        Path::new(&root).join(inside.strip_prefix("/").unwrap())
    }

    /// Counts the files in the staging folder.
    pub(crate) fn staged(&self) -> usize {
        std::fs::read_dir(self.path("media/.hallpass/staging")).map_or(0, Iterator::count)
    }

    fn enter(&self, id: &str) -> Command {
        let mut command = self.sandbox.program("nsenter");
        let folder = format!("--wdns={}", self.sandbox.path(".").display());
        command.args(["--target", id, "--mount", "--user", "--preserve-credentials", &folder]);
        command
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}
