//! The gateway's configuration: whatever is accepted can be shown, and is read back as the same.

use std::str;

use gateway::Config;

/// Reads the input as a configuration file.
pub fn check(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    match Config::from_toml(text) {
        Err(error) => {
            assert!(!error.problems().is_empty());
            assert!(!error.to_string().trim().is_empty());
        }
        Ok(config) => {
            let shown = config.to_toml();
            let again = Config::from_toml(&shown);
            assert_eq!(again.as_ref(), Ok(&config), "shown as\n{shown}");
            assert_eq!(config.check(), again.and_then(|again| again.check()));
        }
    }
}
