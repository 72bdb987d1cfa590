//! [`WantedName`] and [`unique_name`]: names that give way when they are taken.

use object_key::ObjectKey;

use crate::{Error, ErrorKind, InvalidName, Operation};

/// The longest segment that every store can hold, in bytes.
const MAX_SEGMENT_LEN: usize = 255;

/// Letters and digits in a random suffix, as in Django.
const SUFFIX_LEN: usize = 7;

/// The name that an object is to have if it is free, and how long one instead of it may be.
///
/// A key stands for itself wherever a `WantedName` is asked for.
///
/// ```
/// use object_key::ObjectKey;
/// use store::{Body, MemoryStore, PutOptions, StoreExt, WantedName};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = MemoryStore::new();
/// let key = ObjectKey::parse("in/a long name.txt")?;
///
/// let name = WantedName::new(key).with_max_length(16);
/// let (key, _) = store.put_unique(name, PutOptions::default(), || Body::from("text")).await?;
/// assert!(key.as_str().starts_with("in/a_") && key.as_str().ends_with(".txt"));
/// assert_eq!(key.as_str().len(), 16);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedName {
    key: ObjectKey,
    max_length: Option<usize>,
}

impl WantedName {
    /// Wants this name.
    pub fn new(key: ObjectKey) -> Self {
        Self { key, max_length: None }
    }

    /// Limits the whole key to so many characters, as a database column does. The extension is kept.
    #[must_use]
    pub fn with_max_length(mut self, characters: usize) -> Self {
        self.max_length = Some(characters);
        self
    }

    /// Returns the name that is wanted.
    pub fn key(&self) -> &ObjectKey {
        &self.key
    }

    /// Tells whether the name itself is short enough, in a store that holds keys of `longest` bytes.
    pub(crate) fn fits(&self, longest: usize) -> bool {
        let text = self.key.as_str();
        text.len() <= longest && self.max_length.is_none_or(|most| text.chars().count() <= most)
    }

    /// Makes up another name.
    pub(crate) fn another(&self, longest: usize) -> Result<ObjectKey, Error> {
        let failure = |kind| Error::new(kind, Operation::Put).with_key(&self.key);
        let suffix = random_suffix().map_err(|error| {
            failure(ErrorKind::Internal).with_detail("no random bytes").with_source(error)
        })?;
        let limits = Limits { bytes: longest, characters: self.max_length };
        limits
            .extend(&self.key, &suffix)
            .map_err(|reason| failure(ErrorKind::InvalidName).with_source(reason))
    }
}

impl From<ObjectKey> for WantedName {
    fn from(key: ObjectKey) -> Self {
        Self::new(key)
    }
}

impl From<&ObjectKey> for WantedName {
    fn from(key: &ObjectKey) -> Self {
        Self::new(key.clone())
    }
}

/// Returns `key` with `_` and `suffix` before its extension, as Django's storages do on a collision.
///
/// The stem is cut where the whole would be longer than a segment (255 bytes) or a key may be; the extension is kept.
///
/// # Errors
/// [`InvalidName::NoRoom`] when no character of the stem would be left, [`InvalidName::Suffix`] when `suffix` has
/// anything but ASCII letters and digits.
///
/// ```
/// # use object_key::ObjectKey;
/// let key = ObjectKey::parse("a/photo.jpg")?;
/// assert_eq!(store::unique_name(&key, "x7Kq2Lm")?.as_str(), "a/photo_x7Kq2Lm.jpg");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn unique_name(key: &ObjectKey, suffix: &str) -> Result<ObjectKey, InvalidName> {
    Limits { bytes: ObjectKey::MAX_LEN, characters: None }.extend(key, suffix)
}

/// How long a whole key may be.
struct Limits {
    bytes: usize,
    characters: Option<usize>,
}

impl Limits {
    fn extend(&self, key: &ObjectKey, suffix: &str) -> Result<ObjectKey, InvalidName> {
        if suffix.is_empty() || !suffix.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(InvalidName::Suffix); // a `/` in it would lead into another folder
        }
        let folder = key.parent();
        let (stem, tail) = match key.extension().zip(key.file_name().rsplit_once('.')) {
            Some((extension, (stem, _))) => (stem, format!("_{suffix}.{extension}")),
            None => (key.file_name(), format!("_{suffix}")),
        };
        let stem = self.cut(folder.as_str(), stem, &tail).ok_or(InvalidName::NoRoom)?;
        ObjectKey::try_from(format!("{folder}{stem}{tail}")).map_err(|_| InvalidName::NoRoom)
    }

    /// Returns as much of the stem as there is room for, if that is anything.
    fn cut<'a>(&self, folder: &str, stem: &'a str, tail: &str) -> Option<&'a str> {
        let segment = MAX_SEGMENT_LEN.checked_sub(tail.len())?;
        let bytes = self.bytes.checked_sub(folder.len() + tail.len())?.min(segment);
        let characters = match self.characters {
            Some(most) => most.checked_sub(folder.chars().count() + tail.chars().count())?,
            None => usize::MAX,
        };
        let ends = stem.char_indices().map(|(at, character)| at + character.len_utf8());
        let end = ends.take(characters).take_while(|end| *end <= bytes).last()?;
        stem.get(..end)
    }
}

fn random_suffix() -> Result<String, getrandom::Error> {
    let mut suffix = String::with_capacity(SUFFIX_LEN);
    while suffix.len() < SUFFIX_LEN {
        let mut random = [0; 2 * SUFFIX_LEN];
        getrandom::fill(&mut random)?;
        let room = SUFFIX_LEN - suffix.len();
        suffix.extend(random.into_iter().filter_map(letter).take(room));
    }
    Ok(suffix)
}

/// Returns a letter or digit; none for the few bytes that would make some of them likelier than others.
fn letter(byte: u8) -> Option<char> {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let fair = byte < 4 * 62;
    ALPHABET.get(usize::from(byte) % ALPHABET.len()).filter(|_| fair).map(|letter| char::from(*letter))
}
