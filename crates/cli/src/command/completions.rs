//! `hallpass completions`

use clap::{Args, CommandFactory, ValueEnum};
use clap_complete::{Shell, generate};
use clap_mangen::Man;

use crate::arguments::Arguments;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// Print completions for a shell, or the manual page
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// For whom
    #[arg(value_name = "SHELL")]
    target: Target,
}

/// What can be printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Target {
    /// Source it, or put it where bash-completion finds it
    Bash,
    /// Save it as `_hallpass` in a folder of `$fpath`
    Zsh,
    /// Save it as `hallpass.fish` in `~/.config/fish/completions`
    Fish,
    /// The manual page; `hallpass completions man | man -l -`
    Man,
}

impl Completions {
    pub(crate) fn run(self, context: &Context) -> Outcome {
        let mut text = Vec::new();
        let mut command = Arguments::command();
        match self.target {
            Target::Bash => generate(Shell::Bash, &mut command, "hallpass", &mut text),
            Target::Zsh => generate(Shell::Zsh, &mut command, "hallpass", &mut text),
            Target::Fish => generate(Shell::Fish, &mut command, "hallpass", &mut text),
            Target::Man => {
                let page = Man::new(command.flatten_help(true)).render(&mut text);
                page.map_err(|error| Failure::io("write the manual page", &error))?;
            }
        }
        let mut lines = context.output().lines();
        lines.push_raw(&text)?;
        lines.finish()?;
        Ok(Exit::Done)
    }
}
