//! The page in headless Chromium: it opens without an error, filters, opens a cell, and shows a difference at once.

mod chromium;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use chromium::Browser;
use serde_json::{Value, json};

const VERSIONS: [&str; 3] = ["3.7.1", "3.7.9", "3.8.9"];
const BUILDS: [&str; 2] = ["3.8.9", "3.8.13"];
const GENERATED: usize = 2000;
/// The scenario that has a difference.
const FAULTY: &str = "generated-1-1999";

/// A page in a folder of its own.
struct Page {
    folder: PathBuf,
}

impl Page {
    /// Creates the page of every written scenario and of generated ones on three versions.
    fn of_versions(name: &str, fault: bool) -> Self {
        let page = Self::in_folder(name);
        for part in ["results", "baselines"] {
            fs::create_dir_all(page.folder.join(part)).expect("a folder");
        }
        let written = written();
        for version in VERSIONS {
            let size = if version == "3.7.1" { 0 } else { 32 };
            page.write(
                &format!("baselines/{version}.txt"),
                &recording(version, &written[0], size),
            );
            let results = results(version, written.len(), fault && version == "3.7.9");
            page.write(&format!("results/{version}.json"), &results.to_string());
        }
        let ended = page.report(&["--results", "results", "--baselines", "baselines"]);
        assert_eq!(
            ended,
            Some(i32::from(fault)),
            "a difference is told by the exit status"
        );
        page
    }

    /// Creates the page of two builds, whose first written scenario ends with session identifiers of these sizes.
    fn of_builds(name: &str, sizes: [u32; 2]) -> Self {
        let page = Self::in_folder(name);
        fs::create_dir_all(&page.folder).expect("a folder");
        let scenario = &written()[0];
        let files = ["old.txt", "new.txt"];
        for ((file, version), size) in files.iter().zip(BUILDS).zip(sizes) {
            page.write(file, &recording(version, scenario, size));
        }
        let ended = page.report(&["--builds", files[0], files[1]]);
        assert_eq!(ended, Some(0));
        page
    }

    fn in_folder(name: &str) -> Self {
        let name = format!("gnutls-report-{name}-{}", std::process::id());
        Self {
            folder: std::env::temp_dir().join(name),
        }
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.join(name), text).expect("a file");
    }

    /// Writes the page with these options, whose files are in the folder, and returns the exit status.
    fn report(&self, options: &[&str]) -> Option<i32> {
        let status = Command::new(env!("CARGO_BIN_EXE_gnutls-report"))
            .arg("report")
            .args(options)
            .args(["--output", "page.html"])
            .current_dir(&self.folder)
            .status();
        status.expect("the report is written").code()
    }

    fn address(&self) -> String {
        format!("file://{}", self.folder.join("page.html").display())
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // Files that remain in the folder for temporary files do no harm.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Returns the names of the written scenarios.
fn written() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let scenarios = gnutls_conformance::scenario::read(&folder).expect("scenarios");
    scenarios.into_iter().map(|one| one.name).collect()
}

/// Returns a recording of one scenario, which ends with a session identifier of this size.
fn recording(version: &str, scenario: &str, size: u32) -> String {
    format!(
        "gnutls-conformance baseline, format 2\nlibrary {version}\nbehaviour 00\n\n\
         scenario {scenario}\n1 open done\n2 handshake done | 1c handshake GNUTLS_E_SUCCESS\n  \
         1c id2.size={size} version=TLS1.3\n"
    )
}

fn results(version: &str, written: usize, fault: bool) -> Value {
    let difference = json!({"scenario": FAULTY, "step": 5, "verb": "handshake", "side": "1s", "fact": "id2.bytes",
        "c": "5:1s.id2", "rust": "5:1c.id2"});
    let finding = json!({"scenario": FAULTY, "lines": [format!("scenario {FAULTY}")], "differences": [difference]});
    json!({
        "key": {"library": version, "package": null, "behaviour": "00"}, "built": version, "written": written,
        "generated": GENERATED, "seed": 1, "facts": 1, "steps": 1, "idle_steps": 0, "not_supported": [],
        "problems": [], "seconds": 1.0, "findings": if fault { vec![finding] } else { Vec::new() },
    })
}

/// The number of rows that the grid has so far.
const ROWS: &str = "document.querySelectorAll('.grid tbody tr').length";
const COUNT: &str = "document.querySelector('#count').textContent";
const VERDICT: &str = "document.querySelector('#verdict').innerText";

/// Returns the verdict, which the script of the page writes.
fn verdict(browser: &Browser) -> String {
    browser.wait_for(&format!("{VERDICT} !== ''"));
    browser.text(VERDICT)
}

fn assert_console_is_silent(browser: &Browser) {
    assert_eq!(browser.console(), Vec::<Value>::new());
}

#[test]
fn a_page_without_a_difference_says_so_and_shows_what_is_asked_for() {
    let page = Page::of_versions("same", false);
    let browser = Browser::start(1200, 800);
    browser.open(&page.address());
    let all = written().len() + GENERATED;
    let verdict = verdict(&browser);
    assert_eq!(
        verdict,
        format!("No difference: {all} scenarios, 3 libraries compared")
    );
    assert_eq!(
        browser.text(COUNT),
        format!("{all} of {all} scenarios"),
        "all are there"
    );
    let origin = browser.text("document.querySelector('#origin').textContent");
    assert!(origin.contains(" UTC, commit "), "{origin}");
    let rows = browser.number(ROWS);
    assert!(
        rows > 20 && rows < 500,
        "{rows} rows are made before anybody scrolls"
    );
    browser.value("window.scrollTo(0, document.body.scrollHeight)");
    browser.wait_for(&format!("{ROWS} > {rows}"));

    browser.type_into("#filter", FAULTY);
    browser.wait_for(&format!("{ROWS} === 1"));
    assert_eq!(browser.text(COUNT), format!("1 of {all} scenarios"));
    browser.value("document.querySelector('#version').selectedIndex = 1");
    browser.value("document.querySelector('#version').dispatchEvent(new Event('change'))");
    assert_eq!(
        browser.number("document.querySelectorAll('.grid tbody td').length"),
        1,
        "one version"
    );
    browser.click("#every");
    assert!(browser.number(ROWS) > 20);

    browser.click("#tab-changes");
    let change = "document.querySelector('.changes').innerText";
    assert!(
        browser
            .text(change)
            .contains("TLS 1.3, client, after the handshake: session id 0 -> 32 bytes"),
        "{}",
        browser.text(change)
    );
    browser.click("#tab-libraries");
    assert!(
        browser
            .text("document.querySelector('.libraries').innerText")
            .contains("GnuTLS 3.8.9")
    );
    assert_console_is_silent(&browser);
}

#[test]
fn a_cell_opens_its_facts_with_the_values_of_both_sides() {
    let page = Page::of_versions("cell", false);
    let browser = Browser::start(1200, 800);
    browser.open(&page.address());
    // The scenario of the baselines, on the second version.
    let first = &written()[0];
    browser.type_into("#filter", first);
    browser.click(".grid tbody tr:first-child td:nth-of-type(2) button");
    browser.wait_for("document.querySelector('dialog').open");
    let dialog = "document.querySelector('dialog').innerText";
    let text = browser.text(dialog);
    assert!(
        text.contains(&format!("cargo xtask conformance --scenario {first}")),
        "{text}"
    );
    let row = "[...document.querySelectorAll('.facts tr')].find((tr) => tr.innerText.includes('id2.size')).innerText";
    let cells = browser.text(row);
    assert_eq!(
        cells.split_whitespace().collect::<Vec<_>>(),
        ["1c", "id2.size", "32", "32", "0"],
        "side, fact, C, Rust, and C in the version before"
    );
    // Escape closes it.
    browser.type_into("dialog", "\u{e00c}");
    browser.wait_for("!document.querySelector('dialog').open");
    assert_console_is_silent(&browser);
}

#[test]
fn a_difference_is_seen_at_once() {
    let page = Page::of_versions("different", true);
    for (width, height) in [(1200, 800), (420, 900)] {
        let browser = Browser::start(width, height);
        browser.open(&page.address());
        // On the first screen, without scrolling.
        let verdict = verdict(&browser);
        assert!(
            verdict.starts_with("1 difference in 1 scenario"),
            "{verdict}"
        );
        assert!(
            verdict.contains(FAULTY)
                && verdict.contains("5:1s.id2")
                && verdict.contains("5:1c.id2"),
            "{verdict}"
        );
        let bottom = "Math.round(document.querySelector('.grid td.different').getBoundingClientRect().bottom)";
        assert!(browser.number(bottom) <= browser.number("window.innerHeight"));
        assert!(
            browser.number("document.documentElement.scrollWidth")
                <= browser.number("window.innerWidth"),
            "nothing sticks out"
        );
        browser.click(".grid td.different button");
        browser.wait_for("document.querySelector('dialog').open");
        let row = "document.querySelector('dialog .differences tr.bad').innerText";
        assert!(
            browser.text(row).ends_with("5:1s.id2\t5:1c.id2"),
            "{}",
            browser.text(row)
        );
        assert_console_is_silent(&browser);
    }
}

#[test]
fn two_builds_show_their_changes_first() {
    let page = Page::of_builds("builds", [0, 32]);
    let browser = Browser::start(1200, 800);
    browser.open(&page.address());
    let heading = browser.text("document.querySelector('h1').innerText");
    assert_eq!(heading, "GnuTLS: two builds on the same scenarios");
    assert_eq!(verdict(&browser), "1 change in 1 scenario");
    let changes = browser.text("document.querySelector('.changes').innerText");
    assert!(
        changes.contains("3.8.9 -> 3.8.13")
            && changes.contains("TLS 1.3, client, after the handshake: session id 0 -> 32 bytes"),
        "{changes}"
    );

    // The scenario of a change opens its facts on both builds, and the command that runs it again.
    browser.click(".changes li button");
    browser.wait_for("document.querySelector('dialog').open");
    let text = browser.text("document.querySelector('dialog').innerText");
    let first = &written()[0];
    let command = format!("cargo xtask conformance --compare OLD NEW --scenario {first}");
    assert!(text.contains(&command), "{text}");
    let heads =
        "[...document.querySelectorAll('.facts thead th')].map((th) => th.textContent).join()";
    assert_eq!(browser.text(heads), "side,fact,3.8.13,3.8.9");
    let row = "[...document.querySelectorAll('.facts tr')].find((tr) => tr.innerText.includes('id2.size')).innerText";
    let cells = browser.text(row);
    assert_eq!(
        cells.split_whitespace().collect::<Vec<_>>(),
        ["1c", "id2.size", "32", "0"]
    );
    assert_console_is_silent(&browser);
}

#[test]
fn two_builds_without_a_change_are_one_sentence() {
    let page = Page::of_builds("equal-builds", [32, 32]);
    let browser = Browser::start(1200, 800);
    browser.open(&page.address());
    assert_eq!(verdict(&browser), "No change: 1 scenario compared");
    assert_eq!(browser.text(COUNT), "1 of 1 scenarios");
    assert_console_is_silent(&browser);
}
