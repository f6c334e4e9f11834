//! Runs TLS sessions over the installed GnuTLS and shows their identifiers: in Rust and in C, on both sides, after a
//! full handshake and after resumption, compared with the expected ones.

mod certificate;
mod exchange;
mod expected;
mod loopback;
mod native;
mod page;
mod programs;
mod remote;

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use exchange::Failure;
use expected::{Mode, Pair, Server, unexpected, unexpected_of};
use gnutls::library::Version;
use gnutls_command_lines::Target;
use page::Page;

fn main() -> ExitCode {
    let mut arguments = gnutls_command_lines::demo().get_matches();
    let result = match arguments.remove_one::<Target>("connect") {
        Some(target) => elsewhere(&target, arguments.remove_one("ca")),
        None => here(),
    };
    match result {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            // The reader of the pipe has read enough.
            let pipe = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
            if !error.downcast_ref().is_some_and(pipe) {
                eprintln!("error: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

/// The first release with TLS 1.3; the draft of 3.6.3 is disabled.
const TLS_1_3: Version = Version::new(3, 6, 4);

/// Runs all sessions on this machine; returns the number of unexpected facts.
fn here() -> Result<usize, Box<dyn Error>> {
    let mut page = Page::stdout();
    let versions = gnutls::version();
    introduce(&mut page)?;
    let certificate = certificate::self_signed()?;
    let (mut sessions, mut found) = (0, 0);

    for (mode, title) in [
        (Mode::Tls13Tickets, "TLS 1.3 with session tickets"),
        (Mode::Tls12Tickets, "TLS 1.2 with session tickets"),
        (
            Mode::Tls12Cache,
            "TLS 1.2 with a session cache on the server",
        ),
    ] {
        page.heading(title)?;
        if mode == Mode::Tls13Tickets && versions.running < TLS_1_3 {
            show_requirement(&mut page, TLS_1_3)?;
            continue;
        }
        match loopback::run(mode, &certificate) {
            Ok([full, resumed]) => {
                sessions += 4;
                page.connection(&full, None)?;
                page.connection(&resumed, Some(&full))?;
                let unexpected = unexpected(mode, versions.running, &full, &resumed);
                page.verdict(
                    &unexpected,
                    format_args!("as expected of GnuTLS {}", versions.running),
                )?;
                found += unexpected.len();
            }
            Err(failure) => found += show_failure(&mut page, &failure)?,
        }
    }

    for program in programs::PROGRAMS {
        if !program.is_installed() {
            page.heading(program.name)?;
            page.left_out("not installed")?;
            continue;
        }
        for (protocol, name) in [("TLS1.3", "TLS 1.3"), ("TLS1.2", "TLS 1.2")] {
            page.heading(format_args!("{name} with {}", program.name))?;
            if protocol == "TLS1.3" && versions.running < TLS_1_3 {
                show_requirement(&mut page, TLS_1_3)?;
                continue;
            }
            // 3.6.4 offers the extension, and accepts it only from TLS 1.3 servers.
            if protocol == "TLS1.2" && versions.running == TLS_1_3 && program.name == "gnutls-serv"
            {
                page.left_out(
                    "left out: GnuTLS 3.6.4 rejects the record size limit of TLS 1.2 servers",
                )?;
                continue;
            }
            match program.run(protocol, &certificate) {
                Ok((full, resumed)) => {
                    sessions += 1 + usize::from(resumed.is_some());
                    found += show(&mut page, &full, resumed.as_ref())?;
                }
                Err(failure) => found += show_failure(&mut page, &failure)?,
            }
        }
    }

    page.heading(match found {
        0 => format!("{sessions} sessions, all as expected; Rust and C agree in each"),
        found => format!("{sessions} sessions, {found} things NOT as expected"),
    })?;
    Ok(found)
}

/// Connects to another server; returns the number of unexpected facts.
fn elsewhere(target: &Target, ca: Option<PathBuf>) -> Result<usize, Box<dyn Error>> {
    let mut page = Page::stdout();
    introduce(&mut page)?;
    page.heading(format_args!("{} port {}", target.host, target.port))?;
    let (full, resumed) = remote::run(target, ca).map_err(|failure| failure.to_string())?;
    if let Err(failure) = &full.answer {
        page.left_out(format_args!("no answer to a request of HTTP: {failure}"))?;
    }
    let pair = |visit: remote::Visit| Pair {
        client: visit.observation,
        server: Server::Reported(None),
    };
    let (full, resumed) = (pair(full), resumed.map(pair));
    Ok(show(&mut page, &full, resumed.as_ref())?)
}

fn introduce(page: &mut Page<io::Stdout>) -> io::Result<()> {
    let versions = gnutls::version();
    page.line("Session identifiers of GnuTLS, from Rust and from C")?;
    page.line(format_args!(
        "built for GnuTLS {}, running GnuTLS {}",
        versions.built, versions.running
    ))
}

/// Shows that something is left out because the running GnuTLS is older than this release.
fn show_requirement(page: &mut Page<io::Stdout>, release: Version) -> io::Result<()> {
    page.left_out(format_args!("left out: needs GnuTLS {release} or newer"))
}

/// Shows a session that failed: it is left out if it requires a newer GnuTLS, and is unexpected otherwise.
fn show_failure(page: &mut Page<io::Stdout>, failure: &Failure) -> io::Result<usize> {
    match failure.required_release() {
        Some(release) => {
            show_requirement(page, release)?;
            Ok(0)
        }
        None => {
            page.verdict(&[failure.to_string()], "")?;
            Ok(1)
        }
    }
}

/// Shows the sessions of another program, which may refuse to resume, and whose identifiers are not checked.
fn show(page: &mut Page<io::Stdout>, full: &Pair, resumed: Option<&Pair>) -> io::Result<usize> {
    page.connection(full, None)?;
    let mut unexpected = unexpected_of(full, false, "full");
    if let Some(resumed) = resumed {
        page.connection(resumed, Some(full))?;
        unexpected.extend(unexpected_of(resumed, resumed.client.resumed, "second"));
    } else {
        page.left_out("the server sent nothing to resume")?;
    }
    page.verdict(&unexpected, "Rust and C agree")?;
    Ok(unexpected.len())
}
