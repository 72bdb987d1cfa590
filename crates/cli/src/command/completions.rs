//! `hallpass completions`

use std::io;

use clap::{Args, Command, CommandFactory, ValueEnum};
use clap_complete::{Shell, generate};
use clap_mangen::Man;

use crate::arguments::Arguments;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// Print completions for a shell, or the manual
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
    /// The manual: `hallpass completions man | man -l -`
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
                let written = manual(command, &mut text);
                written.map_err(|error| Failure::io("write the manual", &error))?;
            }
        }
        let mut lines = context.output().lines();
        lines.push_raw(&text)?;
        lines.finish()?;
        Ok(Exit::Done)
    }
}

/// Writes the page of the program and those that it refers to, one for each command.
fn manual(command: Command, to: &mut Vec<u8>) -> io::Result<()> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    pages(&command, to)
}

fn pages(command: &Command, to: &mut Vec<u8>) -> io::Result<()> {
    let source = concat!("hallpass ", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone()).source(source).render(to)?;
    command.get_subcommands().try_for_each(|subcommand| pages(subcommand, to))
}
