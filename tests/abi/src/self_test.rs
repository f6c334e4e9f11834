//! `--self-test`: faults in a copy of the bindings, each of which must be caught.

use std::fs;
use std::io::{self, Write};

use anyhow::Context;

use crate::Job;
use crate::bindings::Bindings;
use crate::check::{self, Input};
use crate::faults::{FAULTS, Fault};
use crate::headers::Headers;
use crate::installation::Installation;
use crate::report::{Difference, Kind, Report};

/// Returns whether every fault was caught, and nothing else was reported.
pub(crate) fn run(job: &Job<'_>) -> anyhow::Result<bool> {
    let release = Headers::read(&job.installation.include)?.release()?;
    // Headers newer than the bindings may have what the bindings lack.
    let newer = release > job.history.newest()?;
    let faults = FAULTS
        .iter()
        .filter(|fault| fault.kind != Kind::Missing || !newer);
    // A fault in the width of a type changes other types too, so it is inserted separately.
    let (alone, together): (Vec<&Fault>, Vec<&Fault>) = faults.partition(|fault| fault.spreads);
    let faults = alone.len() + together.len();
    let report = check_with(job, "faults", &together)?;
    let mut caught = 0;
    for fault in &together {
        caught += usize::from(tell(fault, &report)?);
    }
    let mut strays = 0;
    for difference in &report.differences {
        if !together.iter().any(|fault| fault.explains(difference)) {
            writeln!(io::stdout(), "there is no fault here:\n{difference}")?;
            strays += 1;
        }
    }
    for fault in alone {
        caught += usize::from(tell(fault, &check_with(job, "fault", &[fault])?)?);
    }
    for difference in &without_dane(job)?.differences {
        writeln!(
            io::stdout(),
            "a difference only because dane.h is absent:\n{difference}"
        )?;
        strays += 1;
    }
    writeln!(
        io::stdout(),
        "abi: self-test with GnuTLS {}: {faults} faults, {caught} caught, {strays} other differences",
        release
    )?;
    Ok(caught == faults && strays == 0)
}

/// Returns the report on a copy of the headers without `dane.h`, which distributions package separately.
fn without_dane(job: &Job<'_>) -> anyhow::Result<Report> {
    let sources = job.sources("without-dane")?;
    let include = sources.folder.join("include");
    let folder = include.join("gnutls");
    fs::create_dir_all(&folder)?;
    for header in fs::read_dir(job.installation.include.join("gnutls"))? {
        let header = header?;
        if header.file_name() != "dane.h" {
            fs::copy(header.path(), folder.join(header.file_name()))?;
        }
    }
    let headers = Headers::read(&include)?;
    let bindings = Bindings::read(&sources.file("lib.rs"))?;
    check::check(&Input {
        bindings: &bindings,
        headers: &headers,
        history: &job.history,
        installation: &Installation {
            include,
            ..job.installation.clone()
        },
        sources: &sources,
    })
}

/// Prints whether a fault was caught, with its difference in the report.
fn tell(fault: &Fault, report: &Report) -> io::Result<bool> {
    let found: Option<&Difference> = report
        .differences
        .iter()
        .find(|difference| difference.kind == fault.kind && fault.explains(difference));
    match found {
        Some(difference) => writeln!(io::stdout(), "caught: {}\n{difference}\n", fault.what)?,
        None => writeln!(
            io::stdout(),
            "NOT CAUGHT: {} ({})\n",
            fault.what,
            fault.name
        )?,
    }
    Ok(found.is_some())
}

/// Returns the report on the bindings with these faults.
fn check_with(job: &Job<'_>, name: &str, faults: &[&Fault]) -> anyhow::Result<Report> {
    let sources = job.sources(name)?;
    for fault in faults {
        let path = sources.file(fault.file);
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut file = syn::parse_file(&text)?;
        (fault.put)(&mut file)
            .with_context(|| format!("the bindings have no {} for a fault", fault.name))?;
        fs::write(&path, prettyplease::unparse(&file))?;
    }
    job.check(&sources)
}
