//! [`Scale`]: how long an attack goes on; and the server that is attacked.

use super::client::Client;
use super::vitals::Vitals;
use crate::sandbox::{HALLPASS, Sandbox};
use crate::server::Server;

/// How far an attack goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Short enough for every run of the tests.
    Usual,
    /// As `cargo xtask attack` has it.
    Full,
}

impl Scale {
    /// Reads what `cargo xtask attack` sets.
    pub(crate) fn asked() -> Self {
        if std::env::var_os("ATTACK_IN_FULL").is_some() { Self::Full } else { Self::Usual }
    }

    /// Picks a number.
    pub(crate) fn pick<T>(self, usual: T, full: T) -> T {
        match self {
            Self::Usual => usual,
            Self::Full => full,
        }
    }
}

/// A server, as who attacks it sees it.
pub(crate) trait Attacked {
    /// Where it listens.
    fn address(&self) -> &str;

    /// What it takes from its machine.
    fn vitals(&self) -> Vitals;
}

impl Attacked for Server {
    fn address(&self) -> &str {
        self.origin.strip_prefix("http://").unwrap()
    }

    fn vitals(&self) -> Vitals {
        Vitals::of(self.id())
    }
}

/// Starts a server of `media/` with these limits, where `public/` is public.
pub(crate) fn serve(sandbox: &Sandbox, limits: &str) -> Server {
    let config = format!(
        r#"
        stores.media = {{ url = "file:media", durability = "none" }}
        mounts."/media/" = {{ store = "media", public = ["public/"] }}
        limits = {{ {limits} }}
        "#
    );
    sandbox.write("attacked.toml", config);
    std::fs::create_dir_all(sandbox.path("media")).unwrap();
    let server = Server::start_with(sandbox, &["--config", "attacked.toml"], |usual| {
        let mut command = sandbox.program(&program());
        command.args(usual.get_args());
        command
    });
    // It says where it listens before its threads are there. Who has been answered has seen all that it holds when idle.
    Client::connect(&server).get("/").unwrap();
    server
}

/// The program under attack: at full length one that is built as users have it.
fn program() -> String {
    std::env::var("ATTACK_PROGRAM").unwrap_or_else(|_| HALLPASS.to_owned())
}
