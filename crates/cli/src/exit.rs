//! [`Exit`]: what the exit code says, and which failure ends with which.

use std::process::ExitCode;

use gateway::GatewayErrorKind;
use links::LinkErrorKind;
use store::ErrorKind;

/// How the program ends. The numbers are part of the contract with scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything asked for was done.
    Done,
    /// Something went wrong that no other code describes.
    Failed,
    /// The arguments or the configuration are wrong.
    Usage,
    /// Access was refused, a link does not hold, or a precondition failed.
    Refused,
    /// There is no such object.
    NotFound,
    /// Something is there already.
    Conflict,
    /// A store, server or address cannot be reached.
    Unavailable,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Refused => 3,
            Exit::NotFound => 4,
            Exit::Conflict => 5,
            Exit::Unavailable => 6,
        })
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::InvalidName | ErrorKind::InvalidMetadata | ErrorKind::Unsupported => Self::Usage,
            ErrorKind::Forbidden | ErrorKind::PreconditionFailed => Self::Refused,
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::AlreadyExists | ErrorKind::Conflict => Self::Conflict,
            ErrorKind::Unavailable => Self::Unavailable,
            _ => Self::Failed, // lengths, room, and what else may break: nothing a script could tell apart
        }
    }
}

impl From<LinkErrorKind> for Exit {
    fn from(kind: LinkErrorKind) -> Self {
        match kind {
            LinkErrorKind::InvalidTerms | LinkErrorKind::LivesTooLong | LinkErrorKind::Unsupported => {
                Self::Usage
            }
            LinkErrorKind::Unavailable => Self::Unavailable,
            _ => Self::Failed,
        }
    }
}

impl From<GatewayErrorKind> for Exit {
    fn from(kind: GatewayErrorKind) -> Self {
        match kind {
            GatewayErrorKind::Config | GatewayErrorKind::Secret => Self::Usage,
            GatewayErrorKind::Listen => Self::Unavailable,
            _ => Self::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(exit: impl Into<Exit>, code: Exit) {
        assert_eq!(exit.into(), code);
    }

    #[test]
    fn kinds_of_failures_have_their_codes() {
        check(ErrorKind::Internal, Exit::Failed);
        check(ErrorKind::Exhausted, Exit::Failed);
        check(ErrorKind::InvalidName, Exit::Usage);
        check(ErrorKind::Forbidden, Exit::Refused);
        check(ErrorKind::PreconditionFailed, Exit::Refused);
        check(ErrorKind::NotFound, Exit::NotFound);
        check(ErrorKind::AlreadyExists, Exit::Conflict);
        check(ErrorKind::Conflict, Exit::Conflict);
        check(ErrorKind::Unavailable, Exit::Unavailable);
        check(GatewayErrorKind::Config, Exit::Usage);
        check(GatewayErrorKind::Secret, Exit::Usage);
        check(GatewayErrorKind::Listen, Exit::Unavailable);
        check(GatewayErrorKind::State, Exit::Failed);
        check(LinkErrorKind::InvalidTerms, Exit::Usage);
        check(LinkErrorKind::Unavailable, Exit::Unavailable);
    }
}
