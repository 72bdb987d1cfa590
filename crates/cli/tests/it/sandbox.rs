//! [`Sandbox`]: an empty directory in which the program runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::server::Server;

/// The program under test.
pub(crate) const HALLPASS: &str = env!("CARGO_BIN_EXE_hallpass");

/// A working directory of its own, below one that should stay empty but for it.
pub(crate) struct Sandbox {
    outer: TempDir,
    work: PathBuf,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self::working_in("home")
    }

    /// A working directory with this path below the outer one.
    pub(crate) fn working_in(path: &str) -> Self {
        let outer = TempDir::with_prefix("hallpass-cli-").unwrap();
        let work = outer.path().join(path);
        fs::create_dir_all(&work).unwrap();
        Self { outer, work }
    }

    /// The directory above the working directory.
    pub(crate) fn outer(&self) -> &Path {
        self.outer.path()
    }

    /// A path in the working directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.work.join(name)
    }

    /// Writes a file in the working directory, its folders too.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Reads a file in the working directory.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Prepares the program with these arguments.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(HALLPASS);
        command.args(arguments);
        command
    }

    /// Prepares any program, without the variables that `hallpass` would read.
    pub(crate) fn program(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path(".")).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("HALLPASS_") {
                command.env_remove(name);
            }
        }
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments))
    }

    /// Runs the program to its end, with these bytes on standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Run {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), input).unwrap();
        let mut command = self.command(arguments);
        command.stdin(file.reopen().unwrap());
        Run::of(command)
    }

    /// Starts `hallpass serve` on a free port and waits until it listens.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Server {
        Server::start(self, arguments)
    }

    /// Lists every file below the outer directory but those of the working directory's `media`, relative to it.
    pub(crate) fn strays(&self) -> Vec<String> {
        let mut found = Vec::new();
        walk(self.outer(), &mut |path| {
            let name = path.strip_prefix(self.outer()).unwrap().to_string_lossy().into_owned();
            if !name.starts_with("home/media/") {
                found.push(name);
            }
        });
        found.sort();
        found
    }
}

fn walk(folder: &Path, visit: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() { walk(&path, visit) } else { visit(&path) }
    }
}

/// What the program did.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
    arguments: String,
}

impl Run {
    pub(crate) fn of(mut command: Command) -> Self {
        let Output { status, stdout, stderr } = command.output().unwrap();
        Self {
            code: status.code().unwrap_or(-1),
            out: String::from_utf8(stdout).unwrap(),
            err: String::from_utf8(stderr).unwrap(),
            arguments: format!("{:?}", command.get_args().collect::<Vec<_>>()),
        }
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}: {}{}", self.arguments, self.out, self.err);
        self
    }

    /// Asserts what the error says.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.err.contains(text), "{}: {}", self.arguments, self.err);
        self
    }

    /// Asserts what is printed.
    #[track_caller]
    pub(crate) fn prints(self, text: &str) -> Self {
        assert_eq!(self.out, text, "{}: {}", self.arguments, self.err);
        self
    }

    /// Reads the one JSON object that was printed.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        match &self.json_lines()[..] {
            [one] => one.clone(),
            _ => panic!("{}: not one object: {}", self.arguments, self.out),
        }
    }

    /// Reads one JSON object from each line.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Returns the one line that was printed.
    #[track_caller]
    pub(crate) fn line(&self) -> &str {
        let line = self.out.strip_suffix('\n').unwrap_or_else(|| panic!("no line: {self:?}"));
        assert!(!line.contains('\n'), "{}: more than a line: {}", self.arguments, self.out);
        line
    }
}

/// The keys of a JSON object, in the order in which they are written.
pub(crate) fn keys(line: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(line).unwrap();
    let object = value.as_object().unwrap();
    let mut keys: Vec<String> = object.keys().cloned().collect();
    keys.sort_by_key(|key| line.find(&format!("\"{key}\":")));
    keys
}
