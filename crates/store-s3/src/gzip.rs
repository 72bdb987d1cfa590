//! Compressing while writing (DS8, D38).

use serde::{Deserialize, Serialize};

use crate::config::ConfigError;

/// What is compressed while it is written; nothing by default.
///
/// An object that has a content encoding already is left as it is. The same bytes always give the same object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct GzipConfig {
    /// Whether anything is compressed.
    pub enabled: bool,
    /// The content types that are, without parameters.
    pub content_types: Vec<String>,
    /// Which result is kept.
    pub keep: Keep,
}

/// Which result of compressing is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// The smaller one; for an object of several parts, the first of them decides.
    #[default]
    Smaller,
    /// The compressed one, even if it is larger.
    Always,
}

impl Default for GzipConfig {
    fn default() -> Self {
        const TYPES: [&str; 5] = [
            "text/css",
            "text/javascript",
            "application/javascript",
            "application/x-javascript",
            "image/svg+xml",
        ];
        Self { enabled: false, content_types: TYPES.map(str::to_owned).to_vec(), keep: Keep::Smaller }
    }
}

impl GzipConfig {
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let wrong = |problem: String| Err(ConfigError::new("gzip.content_types", problem));
        if self.enabled && self.content_types.is_empty() {
            return wrong("compressing is enabled for no content type".to_owned());
        }
        let is_type = |text: &&String| text.contains('/') && !text.contains([';', ' ', '*']);
        match self.content_types.iter().find(|text| !is_type(text)) {
            Some(text) => wrong(format!("`{text}` is no media type without parameters")),
            None => Ok(()),
        }
    }

    /// Tells whether objects of this type are compressed.
    pub(crate) fn covers(&self, content_type: Option<&str>) -> bool {
        let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        self.enabled && self.content_types.iter().any(|known| known.eq_ignore_ascii_case(essence))
    }
}
