//! What is done in each place.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

use super::bindings;
use super::place::{PROJECT, Place};
use super::process::{self, Ended};
use crate::project;
use crate::summary::Counts;

/// One thing that has to hold in each place.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    minutes: u64,
    /// Does it, and returns the result in a few words.
    run: fn(&Work<'_>) -> anyhow::Result<String>,
    /// Whether it needs what is built in the first place.
    pub(crate) needs_tools: bool,
}

/// A step while it runs.
struct Work<'a> {
    place: &'a Place<'a>,
    step: &'static str,
    deadline: Duration,
    tools: &'a Tools,
    watch: &'a dyn Fn(&str),
}

/// What is built in the first place, as programs see it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tools {
    /// Where the first place builds.
    target: PathBuf,
    /// The tests of the published crates: their package, and the program.
    tests: Vec<(String, PathBuf)>,
}

/// All steps, in their order.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "crates",
        minutes: 10,
        run: crates,
        needs_tools: false,
    },
    Step {
        name: "bindings",
        minutes: 10,
        run: generated_bindings,
        needs_tools: false,
    },
    Step {
        name: "tests built once",
        minutes: 5,
        run: tests_built_once,
        needs_tools: true,
    },
    Step {
        name: "abi",
        minutes: 5,
        run: abi,
        needs_tools: true,
    },
];

/// The name of what is built first.
pub(crate) const TOOLS: &str = "programs for all";

impl Step {
    pub(crate) fn run(
        &self,
        place: &Place<'_>,
        tools: &Tools,
        watch: &dyn Fn(&str),
    ) -> anyhow::Result<String> {
        let deadline = Duration::from_secs(60 * self.minutes);
        (self.run)(&Work {
            place,
            step: self.name,
            deadline,
            tools,
            watch,
        })
    }
}

/// Builds, in the first place, what runs in all of them.
pub(crate) fn build_tools(place: &Place<'_>, watch: &dyn Fn(&str)) -> anyhow::Result<Tools> {
    let tools = Tools::default();
    let work = Work {
        place,
        step: TOOLS,
        deadline: Duration::from_secs(10 * 60),
        tools: &tools,
        watch,
    };
    work.cargo(&[
        "build",
        "--workspace",
        "--bins",
        "--manifest-path",
        "tests/Cargo.toml",
    ])?;
    let built = work.cargo(&["test", "--workspace", "--no-run", "--message-format=json"])?;
    let mut tests = Vec::new();
    for message in messages(&built) {
        if let (Some(executable), Some(manifest), true) = (
            message.executable,
            message.manifest_path,
            message.profile.is_some_and(|profile| profile.test),
        ) {
            let folder = manifest.parent().context("a manifest without a folder")?;
            tests.push((folder.to_string_lossy().into_owned(), executable));
        }
    }
    ensure!(!tests.is_empty(), "cargo built no tests");
    Ok(Tools {
        target: place.inside().join("target"),
        tests,
    })
}

/// The published crates, built and tested with the place's own compiler.
fn crates(work: &Work<'_>) -> anyhow::Result<String> {
    let ended = work.cargo(&["test", "--workspace"])?;
    let counts = counts(&ended);
    ensure!(counts.passed > 0, "no test ran");
    Ok(counts.to_string())
}

/// The tests of the published crates that were built in the first place.
fn tests_built_once(work: &Work<'_>) -> anyhow::Result<String> {
    let mut counts = Counts::default();
    for (folder, program) in &work.tools.tests {
        let ended = work.program(folder, &[], &[program])?;
        counts += self::counts(&ended);
    }
    ensure!(counts.passed > 0, "no test ran");
    Ok(counts.to_string())
}

/// The bindings against the place's headers, by the C compiler.
fn abi(work: &Work<'_>) -> anyhow::Result<String> {
    work.last_line(&[work.tools.program("gnutls-abi")])
}

/// The bindings that the feature `bindgen` makes of the place's headers, against the committed ones.
fn generated_bindings(work: &Work<'_>) -> anyhow::Result<String> {
    let ended = work.cargo(&[
        "build",
        "--package",
        "gnutls-sys",
        "--features",
        "bindgen",
        "--message-format=json",
    ])?;
    let out = messages(&ended).find_map(|message| {
        message
            .package_id
            .contains("gnutls-sys")
            .then_some(message.out_dir)?
    });
    let out = out.context("cargo did not say where the bindings are")?;
    let inside = work.place.inside();
    let file = work
        .place
        .folder()
        .join(
            out.strip_prefix(&inside)
                .context("the bindings are in another place")?,
        )
        .join("bindings.rs");
    bindings::compare(project::root(), &file, work.place.release()?)
}

/// A line of `cargo --message-format=json`.
#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    package_id: String,
    manifest_path: Option<PathBuf>,
    executable: Option<PathBuf>,
    out_dir: Option<PathBuf>,
    profile: Option<Profile>,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

fn messages(ended: &Ended) -> impl Iterator<Item = Message> + use<> {
    let lines: Vec<_> = ended
        .output()
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    lines.into_iter()
}

fn counts(ended: &Ended) -> Counts {
    let mut counts = Counts::default();
    ended.output().lines().for_each(|line| counts.read(line));
    counts
}

impl fmt::Display for Tools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} test programs", self.tests.len())
    }
}

impl Tools {
    /// A program of the workspace `tests`.
    fn program(&self, name: &str) -> OsString {
        self.target.join("debug").join(name).into()
    }
}

impl Work<'_> {
    /// Runs cargo in the project.
    fn cargo(&self, arguments: &[&str]) -> anyhow::Result<Ended> {
        let words = ["cargo"]
            .iter()
            .chain(&arguments[..1])
            .chain(&["--locked", "--offline"])
            .chain(&arguments[1..]);
        self.program(PROJECT, &[], &words.collect::<Vec<_>>())
    }

    fn program(
        &self,
        folder: &str,
        more: &[(&str, &OsStr)],
        program: &[impl AsRef<OsStr>],
    ) -> anyhow::Result<Ended> {
        let step = self.step.replace(' ', "-");
        let ended = self
            .place
            .run(&step, self.deadline, folder, more, program, self.watch)?;
        match ended.end {
            process::End::Late(deadline) => bail!(
                "stopped at the deadline of {} minutes{}",
                deadline.as_secs() / 60,
                last_words(&ended)
            ),
            process::End::Status(status) if !status.success() => {
                bail!("{status}{}", last_words(&ended))
            }
            process::End::Status(_) => Ok(ended),
        }
    }

    /// The last line that a program of ours prints, which is its result.
    fn last_line(&self, program: &[impl AsRef<OsStr>]) -> anyhow::Result<String> {
        let ended = self.program(PROJECT, &[], program)?;
        process::tail(&ended.log, 1)?
            .pop()
            .context("it printed nothing")
    }
}

/// The end of a log, and where the rest is.
fn last_words(ended: &Ended) -> String {
    let last = process::tail(&ended.log, 12)
        .unwrap_or_default()
        .join("\n    ");
    format!("\n    {last}\n    (all of it: {})", ended.log.display())
}
