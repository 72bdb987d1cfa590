//! `cargo xtask bench serve`: one core hands out files whose links are checked, by Hallpass and by others.
//!
//! Every server has the first core to itself and `wrk` the last one. All serve the same folder, and have shown that they
//! answer with the same bytes before anything is measured.

mod contender;
mod load;
mod place;
mod process;

use anyhow::{Context, Result, bail};

use self::contender::{Contender, HALLPASS, HALLPASS_OPEN, NGINX, NGINX_OPEN, SERVE_DIR, TITOFISTO};
use self::load::{Ask, Load};
use self::place::{EMPTY, Place, SIZES};
use super::report::{Aim, Line, Measured, Report, Sample, Unit};
use super::rounds::Rounds;
use crate::host;

/// The size of what 304 and ranges are asked of.
const RANGED: &str = "1m";

/// # Errors
/// When a contender cannot be had or started, or answers with something else than the others.
pub(super) fn run(rounds: Rounds) -> Result<Vec<Report>> {
    [host::NGINX, host::WRK, host::TASKSET].into_iter().try_for_each(host::need)?;
    if std::thread::available_parallelism()?.get() < 2 {
        bail!("this needs two cores: one for the servers, one for the client");
    }
    let place = Place::make()?;
    let contenders = contender::start_all(&place)?;
    let load = Load::new(place.path())?;

    let mut tables = Tables { rounds, load, rates: Vec::new(), efforts: Vec::new() };
    for (word, name) in SIZES {
        tables.line(&format!("GET, {name}"), Ask::get(word), &contenders)?;
    }
    tables.line("HEAD, empty", Ask::head(EMPTY), &contenders)?;
    let able: Vec<_> = contenders.iter().filter(|contender| contender.name != TITOFISTO).collect();
    tables.line("304, 1 MiB", Ask::unmodified(RANGED), &able)?;
    tables.line("1 KiB of 1 MiB", Ask::range(RANGED), &able)?;
    Ok(tables.reports())
}

/// What comes of the same measurements: how much is answered, and what it costs the server.
struct Tables {
    rounds: Rounds,
    load: Load,
    rates: Vec<Line>,
    efforts: Vec<Line>,
}

impl Tables {
    fn line<'c>(
        &mut self,
        name: &str,
        ask: Ask,
        contenders: impl IntoIterator<Item = &'c (impl std::borrow::Borrow<Contender> + 'c)>,
    ) -> Result<()> {
        println!("measuring: {name}");
        let contenders: Vec<&Contender> = contenders.into_iter().map(std::borrow::Borrow::borrow).collect();
        let checked = ask.check(&contenders).with_context(|| name.to_owned())?;
        let mut efforts: Vec<Vec<Sample>> = contenders.iter().map(|_| Vec::new()).collect();
        let mut turn = (0..contenders.len()).cycle();
        let rates = self.rounds.interleave(&contenders, |contender| {
            let run = self.load.run(contender, &checked)?;
            if let Some(own) = turn.next().and_then(|turn| efforts.get_mut(turn)) {
                own.push(Sample::of(run.processor_micros));
            }
            Ok(Sample::of(run.rate))
        })?;
        let line = |samples: Vec<Vec<Sample>>, unit, aims| {
            let results = contenders.iter().zip(samples);
            let results = results.map(|(contender, samples)| Measured { contender: contender.name, samples });
            Line { name: name.to_owned(), unit, results: results.collect(), aims }
        };
        self.rates.push(line(rates, Unit::Rate("requests/s"), aims(name)));
        self.efforts.push(line(efforts, Unit::Time("µs of the core"), Vec::new()));
        Ok(())
    }

    fn reports(self) -> Vec<Report> {
        let title = |what: &str| {
            format!("{what}: one core, 32 connections kept open, links checked (not by ServeDir)")
        };
        vec![
            Report { title: title("requests per second"), baseline: NGINX, lines: self.rates },
            Report { title: title("a core's time for a request"), baseline: NGINX, lines: self.efforts },
        ]
    }
}

/// What we want to reach at a line.
fn aims(line: &str) -> Vec<Aim> {
    let aim = |contender, times, over| Aim { contender, times, over };
    let mut aims =
        vec![aim(HALLPASS, 1.2, NGINX), aim(HALLPASS_OPEN, 1.2, NGINX_OPEN), aim(HALLPASS, 50.0, TITOFISTO)];
    if line == "GET, 1 KiB" || line == "GET, 4 KiB" {
        aims.push(aim(HALLPASS, 3.0, SERVE_DIR));
    }
    aims
}
