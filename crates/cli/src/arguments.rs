//! The arguments that every command takes: what `hallpass --help` shows.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser};
use tracing::Level;

use crate::command::Command;
use crate::output::{Format, Output, Voice};

/// Private media beside any web application: keep files private, hand them out by links that work for a while.
#[derive(Debug, Parser)]
#[command(name = "hallpass", version, max_term_width = 100, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,

    /// How to do it.
    #[command(flatten)]
    pub(crate) common: Common,
}

const AFTER_HELP: &str = "\
Without a configuration, `./media` is the store, and `hallpass serve` serves it on this machine only.

Exit codes: 0 done, 1 failed, 2 wrong use or configuration, 3 refused, 4 not found,
5 there is one already, 6 unavailable.";

/// Options of all commands.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Configuration file [default: hallpass.toml, when there is one]
    #[arg(long, global = true, value_name = "FILE", help_heading = HEADING)]
    pub(crate) config: Option<PathBuf>,

    /// Answer in JSON, one object on each line
    #[arg(long, global = true, help_heading = HEADING)]
    json: bool,

    /// Say nothing but answers and errors
    #[arg(long, short, global = true, conflicts_with = "verbose", help_heading = HEADING)]
    quiet: bool,

    /// Log more; twice for everything
    #[arg(long, short, global = true, action = ArgAction::Count, help_heading = HEADING)]
    verbose: u8,
}

const HEADING: &str = "Common options";

impl Common {
    /// Returns how the command speaks.
    pub(crate) fn output(&self) -> Output {
        let format = if self.json { Format::Json } else { Format::Text };
        let voice = if self.quiet { Voice::Quiet } else { Voice::Normal };
        Output::new(format, voice)
    }

    /// Returns how much is logged.
    pub(crate) fn level(&self) -> Level {
        match (self.quiet, self.verbose) {
            (true, _) => Level::ERROR,
            (false, 0) => Level::INFO,
            (false, 1) => Level::DEBUG,
            (false, _) => Level::TRACE,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    /// The guide's page on the command line leaves out no command and no option.
    #[test]
    fn the_guide_is_complete() {
        const GUIDE: &str = include_str!("../../../docs/command-line.md");
        let mut program = Arguments::command().disable_help_flag(true).disable_version_flag(true);
        program.build();
        for command in program.get_subcommands().filter(|command| command.get_name() != "help") {
            let name = command.get_name();
            assert!(GUIDE.contains(&format!("hallpass {name}")), "no example of `{name}`");
            for option in command.get_arguments().filter_map(clap::Arg::get_long) {
                assert!(GUIDE.contains(&format!("--{option}")), "nothing about `{name} --{option}`");
            }
        }
    }

    #[track_caller]
    fn check(line: &str, level: Level, format: Format) {
        let arguments = Arguments::try_parse_from(line.split(' ')).unwrap();
        assert_eq!((arguments.common.level(), arguments.common.output().format()), (level, format));
    }

    #[test]
    fn common_options_stand_before_or_after_the_command() {
        check("hallpass stat a", Level::INFO, Format::Text);
        check("hallpass -q stat a", Level::ERROR, Format::Text);
        check("hallpass --json stat a -v", Level::DEBUG, Format::Json);
        check("hallpass stat a -vv --json", Level::TRACE, Format::Json);
    }
}
