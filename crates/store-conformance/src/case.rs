//! [`Case`]: one promise of the contract, and the code that holds a store to it.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;

use store::{Abilities, Store};

/// One promise that every store makes.
pub struct Case {
    pub(crate) name: &'static str,
    pub(crate) promise: &'static str,
    pub(crate) needs: &'static [Ability],
    pub(crate) run: for<'a> fn(&'a dyn Store) -> Run<'a>,
}

type Run<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// What a case returns.
pub(crate) type Outcome = Result<(), Failure>;

/// An ability by the name of its field.
#[derive(Clone, Copy)]
pub(crate) struct Ability {
    pub(crate) name: &'static str,
    pub(crate) has: fn(&Abilities) -> bool,
}

impl Case {
    /// Returns the name, which is that of the function in the source.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the promise in one sentence.
    pub fn promise(&self) -> &'static str {
        self.promise
    }

    /// Returns the name of an ability that the case needs and that is missing here.
    pub fn missing(&self, abilities: &Abilities) -> Option<&'static str> {
        self.needs.iter().find(|ability| !(ability.has)(abilities)).map(|ability| ability.name)
    }

    /// Runs the case against an empty store.
    ///
    /// # Errors
    /// How the store breaks the promise.
    pub async fn run(&self, store: &dyn Store) -> Result<(), Failure> {
        (self.run)(store).await
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Makes a [`Case`] of a function, its promise and the abilities that it needs.
macro_rules! case {
    ($run:ident, $promise:literal $(, needs $ability:ident)*) => {
        $crate::case::Case {
            name: stringify!($run),
            promise: $promise,
            needs: &[$($crate::case::Ability { name: stringify!($ability), has: |has| has.$ability }),*],
            run: |store| Box::pin($run(store)),
        }
    };
}
pub(crate) use case;

/// Says how a store breaks a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(String);

impl Failure {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Failure {}

/// An error where none was expected.
impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        let mut text = format!("unexpected error: {error}");
        let mut cause = error.source();
        while let Some(source) = cause {
            text = format!("{text}: {source}");
            cause = source.source();
        }
        Self(text)
    }
}
