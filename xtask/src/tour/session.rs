//! [`Session`]: one shell in an empty directory, in which the tour's commands run one after another.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// The whole tour may take this many seconds; the shell and all that it started are then ended.
const LIMIT: &str = "300";
/// A program in the background has this long to print what the README shows.
const PATIENCE: Duration = Duration::from_secs(20);

/// Ends what runs in the background and waits for it.
///
/// It signals until nobody is left: a signal that reaches a child between `fork` and `exec` can meet the shell's own handler
/// and be lost, and one `kill` and `wait` would then wait for ever.
const END_JOBS: &str = "while kill $(jobs -p) 2>/dev/null; do sleep 0.1; done";

/// A running shell. Commands are written to it; their output goes to files, so that its own output is exit codes alone.
///
/// Dropped, it ends its background programs by their process ids and waits for them.
pub(crate) struct Session {
    shell: Child,
    input: Option<ChildStdin>,
    codes: BufReader<ChildStdout>,
    outputs: Outputs,
}

/// What a command did.
pub(crate) struct Done {
    /// Its exit code.
    pub(crate) code: i32,
    /// What it printed, on both streams.
    pub(crate) printed: String,
}

/// A program in the background, by the file that takes its output.
pub(crate) struct Background(PathBuf);

impl Session {
    /// Starts a shell that finds the programs of `programs` first.
    pub(crate) fn begin(programs: &Path) -> Result<Self> {
        let outputs = Outputs { folder: TempDir::new()?, count: 0 };
        let home = outputs.folder.path().join("home");
        fs::create_dir(&home)?;
        let mut path = programs.as_os_str().to_owned();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        // `timeout` leads a process group of its own: when the time is over, it ends the whole group.
        let mut shell = Command::new("timeout")
            .args(["--kill-after=10", LIMIT, "bash", "--noprofile", "--norc"])
            .current_dir(&home)
            .envs([("PATH", path.as_os_str()), ("HOME", home.as_os_str()), ("NO_COLOR", "1".as_ref())])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("failed to start bash")?;
        let mut input = shell.stdin.take().context("no pipe to bash")?;
        let codes = BufReader::new(shell.stdout.take().context("no pipe from bash")?);
        writeln!(input, "trap '{END_JOBS}' EXIT")?;
        Ok(Self { shell, input: Some(input), codes, outputs })
    }

    /// Runs a command and waits for its end.
    pub(crate) fn run(&mut self, command: &str) -> Result<Done> {
        let output = self.outputs.next();
        // Braces, not a subshell: variables and the directory hold for the next commands.
        let code = self.tell(&format!("{{\n{command}\n}} </dev/null >{} 2>&1", output.display()))?;
        Ok(Done { code, printed: fs::read_to_string(output)? })
    }

    /// Starts a program in the background.
    pub(crate) fn start(&mut self, command: &str) -> Result<Background> {
        let output = self.outputs.next();
        fs::write(&output, "")?;
        // No braces: the process that the shell remembers, and ends, has to be the program itself.
        self.tell(&format!("{command} </dev/null >{} 2>&1 &", output.display()))?;
        Ok(Background(output))
    }

    /// Hands a line to the shell and returns its exit code.
    fn tell(&mut self, line: &str) -> Result<i32> {
        let input = self.input.as_mut().context("bash is gone")?;
        writeln!(input, "{line}\necho $?")?;
        let mut code = String::new();
        self.codes.read_line(&mut code)?;
        ensure!(!code.is_empty(), "the shell ended here, or the tour took longer than {LIMIT} s");
        code.trim().parse().with_context(|| format!("not an exit code: {code:?}"))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The end of its input ends bash; its trap ends the programs. An error here has no one left to tell.
        drop(self.input.take());
        let _ = self.shell.wait();
    }
}

impl Background {
    /// Waits until `said` holds for what was printed.
    ///
    /// The inner error is what was printed when the patience ended.
    pub(crate) fn wait_until(&self, said: impl Fn(&str) -> bool) -> Result<Result<(), String>> {
        let begun = Instant::now();
        loop {
            let printed = fs::read_to_string(&self.0)?;
            if said(&printed) {
                return Ok(Ok(()));
            }
            if begun.elapsed() > PATIENCE {
                return Ok(Err(printed));
            }
            sleep(Duration::from_millis(20));
        }
    }
}

/// Names a file for each command's output.
struct Outputs {
    folder: TempDir,
    count: usize,
}

impl Outputs {
    fn next(&mut self) -> PathBuf {
        self.count += 1;
        self.folder.path().join(format!("output-{}", self.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session::begin(Path::new("/nowhere")).unwrap()
    }

    #[test]
    fn variables_folders_and_codes_last() {
        let mut session = session();
        assert_eq!(session.run("mkdir d; cd d; name=value").unwrap().code, 0);
        assert_eq!(session.run("echo $name; basename $PWD; cat").unwrap().printed, "value\nd\n");
        assert_eq!(session.run("echo no >&2; (exit 3)").unwrap().code, 3);
        assert_eq!(session.run("cat <<END\ntext\nEND").unwrap().printed, "text\n");
    }

    #[test]
    fn background_programs_end_with_the_session() {
        let mut session = session();
        assert_eq!(
            session.start("echo ready").unwrap().wait_until(|text| text == "ready\n").unwrap(),
            Ok(())
        );
        session.start("sleep 1000").unwrap();
        let process = session.run("echo $!").unwrap().printed;
        let process = Path::new("/proc").join(process.trim());
        assert!(process.exists());
        drop(session);
        assert!(!process.exists());
    }

    #[test]
    fn an_ended_shell_is_an_error() {
        assert!(session().run("exit 0").is_err());
    }
}
