//! [`Contender`]: a server and the links that it takes.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use anyhow::{Context, Result, bail};

use super::place::{Place, key, words};
use super::process::{Process, free_port};
use crate::command::{Run, root, target_dir};
use crate::python;

pub(super) const HALLPASS: &str = "hallpass";
pub(super) const HALLPASS_OPEN: &str = "hallpass, open_files";
pub(super) const NGINX: &str = "nginx secure_link";
pub(super) const NGINX_OPEN: &str = "nginx secure_link, open_file_cache";
pub(super) const SERVE_DIR: &str = "ServeDir (checks nothing)";
pub(super) const TITOFISTO: &str = "titofisto, gunicorn";

/// The packages of the contender in Python, and the program there.
const REQUIREMENTS: &str = "xtask/peers/python/titofisto.txt";
const SITE: &str = "xtask/peers/python";
const SERVE_DIR_MANIFEST: &str = "xtask/peers/serve_dir/Cargo.toml";

/// A server that runs, with the target that opens each file.
pub(super) struct Contender {
    pub(super) name: &'static str,
    pub(super) port: u16,
    pub(super) process: Rc<Process>,
    targets: BTreeMap<&'static str, String>,
}

impl Contender {
    /// Returns path and query of the file `word`.
    ///
    /// # Errors
    /// When there is no such file.
    pub(super) fn target(&self, word: &str) -> Result<&str> {
        self.targets.get(word).map(String::as_str).with_context(|| format!("no file {word}"))
    }
}

/// Starts everyone.
///
/// # Errors
/// When one cannot be had or started.
pub(super) fn start_all(place: &Place) -> Result<Vec<Contender>> {
    let mut all = vec![hallpass(HALLPASS, "hallpass.toml", place)?];
    all.push(hallpass(HALLPASS_OPEN, "hallpass-open.toml", place)?);
    all.extend(nginx(place)?);
    all.push(serve_dir(place)?);
    all.push(titofisto(place)?);
    Ok(all)
}

fn hallpass(name: &'static str, config: &str, place: &Place) -> Result<Contender> {
    let (config, port) = (place.path().join(config), free_port()?);
    let listen = format!("127.0.0.1:{port}");
    let arguments = ["--quiet", "--config"].map(OsStr::new).into_iter().chain([config.as_os_str()]);
    let arguments: Vec<&OsStr> = arguments.chain(["serve", "--listen", &listen].map(OsStr::new)).collect();
    let process = Process::start(&place.hallpass, &arguments, &[], &[port])?;
    let targets = targets(|key| {
        let config = config.to_str().context("a folder with a name that is no text")?;
        let url =
            output(&place.hallpass, &["--quiet", "--config", config, "pass", key, "--ttl", "6h"], None)?;
        let path = url.find("/media/").and_then(|at| url.get(at..)).context("no link")?;
        Ok(path.to_owned())
    })?;
    Ok(Contender { name, port, process: Rc::new(process), targets })
}

/// One nginx with two servers. They are measured in turn, so that its time on the core is that of one of them.
fn nginx(place: &Place) -> Result<[Contender; 2]> {
    let ports = [free_port()?, free_port()?];
    let config = place.nginx(ports)?;
    let arguments = [OsStr::new("-p"), place.path().as_os_str(), OsStr::new("-c"), config.as_os_str()];
    let process = Rc::new(Process::start(Path::new("nginx"), &arguments, &[], &ports)?);
    let targets = targets(|key| {
        let token = output(Path::new("python3"), &["-c", NGINX_TOKEN, &format!("/media/{key}")], None)?;
        Ok(format!("/media/{key}?{token}"))
    })?;
    let [plain, open] = ports;
    let contender =
        |name, port| Contender { name, port, process: Rc::clone(&process), targets: targets.clone() };
    Ok([contender(NGINX, plain), contender(NGINX_OPEN, open)])
}

/// Makes the query that `secure_link_md5` of our configuration takes.
const NGINX_TOKEN: &str = "\
import base64, hashlib, sys, time
expires = int(time.time()) + 6 * 3600
text = f'{expires}{sys.argv[1]} a secret for benchmarks on one machine'
digest = base64.urlsafe_b64encode(hashlib.md5(text.encode()).digest()).decode().rstrip('=')
print(f'md5={digest}&expires={expires}')";

fn serve_dir(place: &Place) -> Result<Contender> {
    println!("building ServeDir");
    let target = target_dir()?.join("peers");
    let arguments =
        ["build", "--quiet", "--locked", "--release", "--manifest-path", SERVE_DIR_MANIFEST, "--target-dir"];
    Run::cargo(arguments.map(OsStr::new).into_iter().chain([target.as_os_str()])).run()?;
    let port = free_port()?;
    let (media, listen) = (place.media(), format!("127.0.0.1:{port}"));
    let arguments = [media.as_os_str(), OsStr::new(&listen)];
    let process = Process::start(&target.join("release/serve-dir"), &arguments, &[], &[port])?;
    let targets = targets(|key| Ok(format!("/{key}")))?;
    Ok(Contender { name: SERVE_DIR, port, process: Rc::new(process), targets })
}

fn titofisto(place: &Place) -> Result<Contender> {
    let python = python::provision("titofisto", REQUIREMENTS)?;
    let (media, port) = (place.media(), free_port()?);
    let bind = format!("127.0.0.1:{port}");
    let arguments =
        ["-m", "gunicorn", "--chdir", SITE, "--bind", &bind, "--worker-class", "gthread", "--threads", "8"];
    let arguments: Vec<&OsStr> = arguments
        .iter()
        .chain(&["--log-level", "error", "titofisto_site:application"])
        .map(OsStr::new)
        .collect();
    let root_env = [("MEDIA_ROOT", media.as_os_str())];
    let process = Process::start(&python, &arguments, &root_env, &[port])?;
    let site = root().join(SITE).join("titofisto_site.py");
    let site = site.to_str().context("a folder with a name that is no text")?;
    let targets =
        targets(|key| Ok(format!("/media/{key}?{}", output(&python, &[site, key], Some(&media))?)))?;
    Ok(Contender { name: TITOFISTO, port, process: Rc::new(process), targets })
}

fn targets(target: impl Fn(&str) -> Result<String>) -> Result<BTreeMap<&'static str, String>> {
    words().map(|word| Ok((word, target(&key(word))?))).collect()
}

/// Returns what a program prints, without the end of the line.
fn output(program: &Path, arguments: &[&str], media: Option<&Path>) -> Result<String> {
    let mut command = Command::new(program);
    command.args(arguments).envs(media.map(|media| ("MEDIA_ROOT", media)));
    let output = command.output().with_context(|| format!("failed to start {}", program.display()))?;
    if !output.status.success() {
        bail!("{} failed: {}", program.display(), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}
