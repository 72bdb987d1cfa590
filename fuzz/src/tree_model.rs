//! [`Tree`]: what a store in a tree of directories has to do, as a map of names.

use std::collections::{BTreeMap, BTreeSet};

use arbitrary::Arbitrary;
use store::{Depth, ETag, ErrorKind, PutMode, When};

/// The objects: bytes and, once the store has said it, the tag.
#[derive(Default)]
pub(crate) struct Tree(BTreeMap<String, (Vec<u8>, ETag)>);

/// On which terms to write.
#[derive(Arbitrary, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Create,
    Overwrite,
    UpdateCurrent,
    UpdateStale,
}

/// Which version is meant.
#[derive(Arbitrary, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    Any,
    Current,
    Stale,
}

/// A tag that no version has.
fn stale() -> ETag {
    ETag::new("stale").expect("is one")
}

impl Tree {
    pub(crate) fn get(&self, name: &str) -> Option<(&[u8], &ETag)> {
        self.0.get(name).map(|(bytes, tag)| (bytes.as_slice(), tag))
    }

    /// Notes the tag of what was written.
    pub(crate) fn tag(&mut self, name: &str, tag: ETag) {
        let (_, known) = self.0.get_mut(name).expect("was written");
        *known = tag;
    }

    /// Says the terms in the store's words. The current tag of what is not there is none that it ever had.
    pub(crate) fn mode(&self, name: &str, mode: Mode) -> PutMode {
        match mode {
            Mode::Create => PutMode::Create,
            Mode::Overwrite => PutMode::Overwrite,
            Mode::UpdateCurrent => PutMode::Update(self.current(name)),
            Mode::UpdateStale => PutMode::Update(stale()),
        }
    }

    pub(crate) fn when(&self, name: &str, version: Version) -> When {
        match version {
            Version::Any => When::Always,
            Version::Current => When::Matches(self.current(name)),
            Version::Stale => When::Matches(stale()),
        }
    }

    fn current(&self, name: &str) -> ETag {
        self.0.get(name).map_or_else(stale, |(_, tag)| tag.clone())
    }

    pub(crate) fn put(&mut self, name: &str, bytes: &[u8], mode: Mode) -> Result<(), ErrorKind> {
        self.may_write(name, mode)?;
        let tag = self.current(name);
        self.0.insert(name.to_owned(), (bytes.to_vec(), tag));
        Ok(())
    }

    fn may_write(&self, name: &str, mode: Mode) -> Result<(), ErrorKind> {
        check_name(name)?;
        match (mode, self.0.contains_key(name)) {
            (Mode::UpdateCurrent | Mode::Overwrite, true) => Ok(()),
            (Mode::UpdateStale, _) | (Mode::UpdateCurrent, false) => Err(ErrorKind::PreconditionFailed),
            (Mode::Create, true) => Err(ErrorKind::AlreadyExists),
            (Mode::Create | Mode::Overwrite, false) => {
                let in_the_way = |other: &String| is_below(name, other) || is_below(other, name);
                if self.0.keys().any(in_the_way) { Err(ErrorKind::Conflict) } else { Ok(()) }
            }
        }
    }

    pub(crate) fn copy(&mut self, from: &str, to: &str, mode: Mode) -> Result<(), ErrorKind> {
        check_name(to)?;
        let (bytes, _) = self.0.get(from).cloned().ok_or(ErrorKind::NotFound)?;
        self.put(to, &bytes, mode)
    }

    pub(crate) fn rename(&mut self, from: &str, to: &str, mode: Mode) -> Result<(), ErrorKind> {
        if !self.0.contains_key(from) {
            return Err(ErrorKind::NotFound);
        }
        if from == to {
            return self.may_write(to, mode);
        }
        self.copy(from, to, mode)?;
        self.0.remove(from);
        Ok(())
    }

    pub(crate) fn delete(&mut self, name: &str, version: Version) -> Result<(), ErrorKind> {
        let there = self.0.contains_key(name);
        if version != Version::Any && !there {
            return Err(ErrorKind::NotFound);
        }
        if version == Version::Stale {
            return Err(ErrorKind::PreconditionFailed);
        }
        self.0.remove(name);
        Ok(())
    }

    /// Makes every name below the prefix, or what is left of it after the next `/`; then sorts, then cuts.
    pub(crate) fn list(&self, prefix: &str, depth: Depth, after: Option<&str>) -> Vec<String> {
        let entry = |name: &String| {
            let rest = name.strip_prefix(prefix)?;
            match (depth, rest.split_once('/')) {
                (Depth::Children, Some((folder, _))) => Some(format!("{prefix}{folder}/")),
                _ => Some(name.clone()),
            }
        };
        let entries: BTreeSet<String> = self.0.keys().filter_map(entry).collect();
        entries.into_iter().filter(|name| after.is_none_or(|after| name.as_str() > after)).collect()
    }
}

/// Tells whether `name` would need `folder` to be a folder.
fn is_below(folder: &str, name: &str) -> bool {
    name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn check_name(name: &str) -> Result<(), ErrorKind> {
    let good = |segment: &str| segment != ".hallpass" && segment.len() <= 255;
    if name.split('/').all(good) { Ok(()) } else { Err(ErrorKind::InvalidName) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_no_folder() {
        let mut tree = Tree::default();
        assert_eq!(tree.put("a/b", b"1", Mode::Create), Ok(()));
        assert_eq!(tree.put("a", b"2", Mode::Overwrite), Err(ErrorKind::Conflict));
        assert_eq!(tree.put("a/b/c", b"2", Mode::Create), Err(ErrorKind::Conflict));
        assert_eq!(tree.put("a/b", b"2", Mode::Create), Err(ErrorKind::AlreadyExists));
        assert_eq!(tree.put("a.b", b"2", Mode::Create), Ok(()));
        assert_eq!(tree.list("", Depth::Children, None), ["a.b", "a/"]);
        assert_eq!(tree.list("", Depth::All, Some("a.b")), ["a/b"]);
        assert_eq!(tree.put(".hallpass/x", b"", Mode::Create), Err(ErrorKind::InvalidName));
    }
}
