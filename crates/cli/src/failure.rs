//! [`Failure`]: what failed, why, what to do about it, and the exit code.

use std::error::Error;
use std::fmt::{Display, Formatter};
use std::io;

use gateway::{ConfigError, GatewayError, GatewayErrorKind};
use links::LinkError;
use store::ErrorKind;

use crate::exit::Exit;

/// What a command ends with.
pub(crate) type Outcome = Result<Exit, Failure>;

/// The failure of a command: one line for people, and an exit code for scripts.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    /// Empty when there is nobody to tell.
    text: String,
}

impl Failure {
    /// Makes a failure of an error and all that lies behind it.
    pub(crate) fn new(exit: Exit, error: &dyn Error) -> Self {
        Self { exit, text: chain(error) }
    }

    /// Makes a failure that is said in one sentence.
    pub(crate) fn said(exit: Exit, text: impl Into<String>) -> Self {
        Self { exit, text: text.into() }
    }

    /// Makes a failure of what was done to a file or another part of the system.
    pub(crate) fn io(what: impl Display, error: &io::Error) -> Self {
        let exit = match error.kind() {
            io::ErrorKind::NotFound => Exit::NotFound,
            io::ErrorKind::AlreadyExists => Exit::Conflict,
            io::ErrorKind::PermissionDenied => Exit::Refused,
            _ => Exit::Failed,
        };
        Self::said(exit, format!("failed to {what}: {error}"))
    }

    /// Makes the failure to write to standard output. A reader that has seen enough is none (`hallpass ls | head`).
    pub(crate) fn stdout(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self { exit: Exit::Done, text: String::new() },
            _ => Self::io("write to standard output", error),
        }
    }

    /// Adds what to do.
    #[must_use]
    pub(crate) fn with_advice(mut self, advice: impl Display) -> Self {
        if !self.text.is_empty() {
            self.text = format!("{}; {advice}", self.text);
        }
        self
    }

    /// Says first what the failure is about.
    #[must_use]
    #[cfg(feature = "store-s3")]
    pub(crate) fn about(mut self, what: impl Display) -> Self {
        self.text = format!("`{what}`: {}", self.text);
        self
    }

    /// Adds what to do about a store's failure.
    fn with_store_advice(self, kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::AlreadyExists => self.with_advice("add `--overwrite` to replace it"),
            ErrorKind::Forbidden => self.with_advice("check the permissions or credentials of the store"),
            ErrorKind::Exhausted => self.with_advice("make room and try again"),
            ErrorKind::Unavailable => self.with_advice("try again, or check the store's address"),
            _ => self,
        }
    }

    /// Ends with another code.
    #[must_use]
    pub(crate) fn with_exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// Returns how the program ends.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// Returns what to tell, if there is anybody to tell.
    pub(crate) fn text(&self) -> Option<&str> {
        (!self.text.is_empty()).then_some(self.text.as_str())
    }
}

/// Writes an error and its sources in a row, leaving out what an outer text repeats already.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        source = inner.source();
    }
    text
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::new(error.kind().into(), &error).with_store_advice(error.kind())
    }
}

impl From<GatewayError> for Failure {
    fn from(error: GatewayError) -> Self {
        let store =
            error.source().and_then(|source| source.downcast_ref::<store::Error>()).map(store::Error::kind);
        let denied = error
            .source()
            .and_then(|source| source.downcast_ref::<io::Error>())
            .is_some_and(|error| error.kind() == io::ErrorKind::PermissionDenied);
        let exit = match (error.kind(), store) {
            (_, Some(kind)) => kind.into(),
            (GatewayErrorKind::Secret | GatewayErrorKind::State, None) if denied => Exit::Refused,
            (kind, None) => kind.into(),
        };
        let failure = Self::new(exit, &error);
        match (error.kind(), store) {
            (GatewayErrorKind::Listen, _) => failure.with_advice("choose another address with `--listen`"),
            (_, Some(kind)) => failure.with_store_advice(kind),
            _ => failure,
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::new(Exit::Usage, &error)
    }
}

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Self {
        Self::new(error.kind().into(), &error)
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use object_key::ObjectKey;
    use store::Operation;

    use super::*;

    #[test]
    fn text_says_what_why_and_what_to_do() {
        let key = ObjectKey::parse("a.txt").unwrap();
        let error = store::Error::new(ErrorKind::AlreadyExists, Operation::Put)
            .with_key(&key)
            .with_source(io::Error::other("file exists"));
        let failure = Failure::from(error);
        assert_eq!(failure.exit(), Exit::Conflict);
        assert_eq!(
            failure.text(),
            Some("failed to put `a.txt`: already exists: file exists; add `--overwrite` to replace it")
        );
    }

    #[test]
    fn a_repeated_source_is_said_once() {
        let inner = io::Error::other("inner");
        let outer =
            store::Error::new(ErrorKind::Internal, Operation::Get).with_detail("inner").with_source(inner);
        assert_eq!(chain(&outer), "failed to get: unexpected failure: inner");
    }

    #[test]
    fn a_reader_that_went_away_is_not_told() {
        let failure = Failure::stdout(&io::ErrorKind::BrokenPipe.into()).with_advice("nothing");
        assert_eq!((failure.exit(), failure.text()), (Exit::Done, None));
        assert_eq!(Failure::stdout(&io::Error::other("full")).exit(), Exit::Failed);
    }
}
