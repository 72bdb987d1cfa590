//! [`Place`]: an empty directory, and a bucket of its own on the server.

use std::env;
use std::ops::Deref;
use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::sandbox::{Run, Sandbox};
use crate::server::Server;

/// The secret of the server's only access key.
pub(crate) const SECRET: &str = "test";

/// The origin of the server.
pub(crate) fn endpoint() -> String {
    env::var("E2E_S3").expect("no server: run `cargo xtask e2e`, which starts one and sets E2E_S3")
}

/// The origin of the front that verifies every signature before the server.
pub(crate) fn front() -> String {
    env::var("E2E_S3_FRONT").expect("no front: run `cargo xtask e2e`, which starts one and sets E2E_S3_FRONT")
}

/// A working directory, and the name of a bucket that nobody else has.
pub(crate) struct Place {
    sandbox: Sandbox,
    pub(crate) bucket: String,
}

impl Deref for Place {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}

impl Place {
    /// A place whose bucket is still to be made.
    pub(crate) fn bare() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        Self { sandbox: Sandbox::new(), bucket: format!("hp-cli-{}-{now}-{count}", process::id()) }
    }

    /// A place with a bucket.
    pub(crate) fn new() -> Self {
        let place = Self::bare();
        place.run(&["bucket", "init", "--store", &place.store()]).exits(0);
        place
    }

    /// A place with a bucket that has these objects, below the prefix `in`.
    pub(crate) fn with(objects: &[(&str, &str)]) -> Self {
        let place = Self::new();
        for (key, text) in objects {
            place.write("object", text);
            place.run(&["put", "object", key, "--store", &place.store()]).exits(0);
        }
        place
    }

    /// The address of the store, below a prefix of the bucket.
    pub(crate) fn store(&self) -> String {
        self.store_at(&endpoint())
    }

    /// The same through another server.
    pub(crate) fn store_at(&self, endpoint: &str) -> String {
        format!(
            "s3://{}/in?region=us-east-1&endpoint={endpoint}&path_style=true&server=localstack",
            self.bucket
        )
    }

    /// Prepares the program, with the server's access key in its environment and no other.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        with_keys(self.sandbox.command(arguments), SECRET)
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments))
    }

    /// Runs a command on this store.
    pub(crate) fn on_store(&self, arguments: &[&str]) -> Run {
        self.run(&[arguments, &["--store", &self.store()]].concat())
    }

    /// Starts `hallpass serve` and waits until it listens.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Server {
        Server::start_with(&self.sandbox, arguments, |command| with_keys(command, SECRET))
    }

    /// Writes a configuration that serves this store as `media` below `/media/`, with the secret in a variable.
    pub(crate) fn configure(&self, more: &str) {
        let (bucket, endpoint) = (&self.bucket, endpoint());
        let text = format!(
            "[stores.media.s3]\nbucket = '{bucket}'\nprefix = 'in/'\nendpoint = '{endpoint}'\nserver = 'localstack'\n\
             credentials.access_key_id = 'test'\n[stores.media.secrets]\n\
             secret_access_key = {{ env = 'AWS_SECRET_ACCESS_KEY' }}\n[mounts.'/media/']\nstore = 'media'\n\
             public = ['public/']\n{more}"
        );
        self.write("hallpass.toml", text);
    }
}

/// Gives a program this access key, and none of this machine.
pub(crate) fn with_keys(mut command: Command, secret: &str) -> Command {
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", secret);
    command.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    command
}
