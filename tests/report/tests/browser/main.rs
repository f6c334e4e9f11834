//! The page in headless Chromium: it opens without an error, filters, opens a cell, and shows a difference at once.

mod chromium;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use chromium::Browser;
use serde_json::{Value, json};

const VERSIONS: [&str; 3] = ["3.7.1", "3.7.9", "3.8.9"];
const GENERATED: usize = 2000;
/// The scenario that has a difference.
const FAULTY: &str = "generated-1-1999";

/// A page of every written scenario and of generated ones on three versions, in a folder of its own.
struct Page {
    folder: PathBuf,
    written: usize,
}

impl Page {
    fn new(name: &str, fault: bool) -> Self {
        let folder =
            std::env::temp_dir().join(format!("gnutls-report-{name}-{}", std::process::id()));
        for part in ["results", "baselines"] {
            fs::create_dir_all(folder.join(part)).expect("a folder");
        }
        let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
        let written = gnutls_conformance::scenario::read(&scenarios).expect("scenarios");
        for version in VERSIONS {
            let size = if version == "3.7.1" { 0 } else { 32 };
            let baseline = format!(
                "gnutls-conformance baseline, format 2\nlibrary {version}\nbehaviour 00\n\n\
                 scenario {}\n1 open done\n2 handshake done | 1c handshake GNUTLS_E_SUCCESS\n  1c id2.size={size} version=TLS1.3\n",
                written[0].name
            );
            write(&folder, &format!("baselines/{version}.txt"), &baseline);
            let results = results(version, written.len(), fault && version == "3.7.9");
            write(
                &folder,
                &format!("results/{version}.json"),
                &results.to_string(),
            );
        }
        let ended = Command::new(env!("CARGO_BIN_EXE_gnutls-report"))
            .arg("report")
            .args(["--results".as_ref(), folder.join("results").as_os_str()])
            .args(["--baselines".as_ref(), folder.join("baselines").as_os_str()])
            .args(["--output".as_ref(), folder.join("page.html").as_os_str()])
            .status()
            .expect("the report is written");
        assert_eq!(
            ended.code(),
            Some(i32::from(fault)),
            "a difference is told by the exit status"
        );
        Self {
            folder,
            written: written.len(),
        }
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

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).expect("a file");
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

fn assert_console_is_silent(browser: &Browser) {
    assert_eq!(browser.console(), Vec::<Value>::new());
}

#[test]
fn a_page_without_a_difference_says_so_and_shows_what_is_asked_for() {
    let page = Page::new("same", false);
    let browser = Browser::start(1200, 800);
    browser.open(&page.address());
    let all = page.written + GENERATED;
    let verdict = browser.text(VERDICT);
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
    let page = Page::new("cell", false);
    let browser = Browser::start(1200, 800);
    browser.open(&page.address());
    // The scenario of the baselines, on the second version.
    let first = gnutls_conformance::scenario::read(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios"),
    )
    .expect("scenarios")[0]
        .name
        .clone();
    browser.type_into("#filter", &first);
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
    let page = Page::new("different", true);
    for (width, height) in [(1200, 800), (420, 900)] {
        let browser = Browser::start(width, height);
        browser.open(&page.address());
        // On the first screen, without scrolling.
        let verdict = browser.text(VERDICT);
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
