//! The cases, by what they are about.

mod put;
mod race;
mod upload;

mod condition;
mod get;
mod interplay;

mod metadata;
mod version;

mod copy;
mod delete;

mod folder;
mod list;
mod order;

mod error;
mod name;

use crate::Case;

/// Iterates over all cases.
pub fn cases() -> impl Iterator<Item = &'static Case> {
    GROUPS.into_iter().flatten()
}

static GROUPS: [&[Case]; 15] = [
    put::CASES,
    upload::CASES,
    race::CASES,
    get::CASES,
    condition::CASES,
    interplay::CASES,
    version::CASES,
    metadata::CASES,
    delete::CASES,
    copy::CASES,
    list::CASES,
    order::CASES,
    folder::CASES,
    name::CASES,
    error::CASES,
];
