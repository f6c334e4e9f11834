//! Headless Chromium: it loads a page over HTTP/2 with our authority in its certificate database, and refuses the page
//! without it.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::case::{Aspect, Case, HYPER, Role, page_words};
use crate::lab::{Lab, NAME};
use crate::peer::{self, Outcome, Peer};
use crate::process;

pub(crate) struct Chromium;

/// Its names in distributions.
const PROGRAMS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

fn program() -> Result<(&'static str, String)> {
    let mut found = PROGRAMS
        .iter()
        .filter_map(|name| Some((*name, process::first_line(name, &["--version"]).ok()?)));
    found
        .next()
        .with_context(|| format!("no {}", PROGRAMS.join(", nor ")))
}

impl Peer for Chromium {
    fn name(&self) -> &'static str {
        "Chromium"
    }

    fn version(&self) -> Result<String> {
        // It creates the certificate database. None of its options succeeds without an effect.
        if process::program("certutil").arg("-H").output().is_err() {
            bail!("no certutil (of NSS)");
        }
        Ok(program()?.1)
    }

    fn cases(&self) -> Vec<Case> {
        let mut cases = Case::all(Role::Client, &[Aspect::Http2]);
        cases.push(HYPER);
        cases
    }

    fn run(&self, lab: &Lab, case: Case) -> Result<Outcome> {
        let home = lab.folder()?;
        let database = home.path().join(".pki/nssdb");
        std::fs::create_dir_all(&database)?;
        let certutil = |words: &[&str]| -> Result<()> {
            let mut command = process::program("certutil");
            command
                .arg("-d")
                .arg(format!("sql:{}", database.display()))
                .args(words);
            process::start(&mut command)?.finish().map(drop)
        };
        certutil(&["-N", "--empty-password"])?;
        peer::as_client(lab, case, |address| {
            let url = format!("https://{NAME}:{}/", address.port());
            let words = page_words(case);
            let page = load(home.path(), &url)?;
            ensure!(
                !page.contains(&words),
                "the page of an unknown authority is loaded"
            );
            let authority = lab.fixture("ca.pem");
            let authority = authority
                .to_str()
                .context("the path of the project is not UTF-8")?;
            certutil(&["-A", "-n", "interop", "-t", "C,,", "-i", authority])?;
            let page = load(home.path(), &url)?;
            ensure!(
                page.contains(&words),
                "the page does not contain \"{words}\": {page}"
            );
            Ok(())
        })
    }
}

/// Returns the page after the browser has loaded it.
fn load(home: &Path, url: &str) -> Result<String> {
    let mut command = process::program(program()?.0);
    command.env("HOME", home).arg(format!(
        "--user-data-dir={}",
        home.join("profile").display()
    ));
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-proxy-server",
    ]);
    // The browser must not load anything else.
    command.args([
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
    ]);
    command.arg("--host-resolver-rules=MAP * 127.0.0.1");
    process::start(command.args(["--timeout=20000", "--dump-dom", url]))?.finish()
}
