//! The command lines of the jobs that are programs of their own.
//!
//! `cargo xtask` and the program read the same one: a wrong option fails, and `--help` is printed, before anything is
//! installed or built.

mod target;

use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use clap::builder::ValueParser;
use clap::{Arg, ArgAction, Command, value_parser};
use gnutls_releases::Version;

pub use target::Target;

/// The values of `--measure` of [`bench`].
const MEASURES: [&str; 5] = ["time", "instructions", "system-calls", "memory", "growth"];

/// A command line whose values do not exist, which clap cannot detect. The exit status of the job is 2.
#[derive(Debug)]
pub struct WrongUsage(pub String);

impl fmt::Display for WrongUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for WrongUsage {}

/// Returns the exit status of a job after printing its error. The status is 2 for [`WrongUsage`] and `failure` for any
/// other error. An output that nobody reads, such as a pipe to `head`, is no error to print.
pub fn exit_status(result: anyhow::Result<ExitCode>, failure: u8) -> ExitCode {
    let error = match result {
        Ok(code) => return code,
        Err(error) => error,
    };
    if !is_closed_pipe(&error) {
        // It fails if nobody reads it.
        let _ = writeln!(io::stderr(), "error: {error:#}");
    }
    ExitCode::from(if error.is::<WrongUsage>() { 2 } else { failure })
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref());
    causes.any(|cause: &io::Error| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// Returns whether a stream is a terminal that displays colours, and the environment permits them (`NO_COLOR`,
/// `CLICOLOR`, `TERM=dumb`).
pub fn has_colours(stream: &impl RawStream) -> bool {
    AutoStream::choice(stream) != ColorChoice::Never
}

/// Returns the options of every job that can install packages.
pub fn setup() -> [Arg; 2] {
    [
        flag(
            "install",
            "Install the packages that are missing (through sudo unless run as root)",
        ),
        flag("offline", "Use no network: download nothing"),
    ]
}

/// `cargo xtask demo`.
pub fn demo() -> Command {
    job("demo", "Run TLS sessions over the installed GnuTLS and show their identifiers")
        .long_about(
            "Starts a TLS server and a client over TCP on this machine, with a certificate made on the spot, runs \
             TLS 1.3 and TLS 1.2, full and resumed, and shows for each the session identifier of both sides: \
             whether Rust and C agree, whether the peers agree, and whether it survived resumption. Then does the \
             same with gnutls-serv and openssl s_server, where they are installed.",
        )
        .after_help(
            "Examples:\n  cargo xtask demo --install\n  cargo xtask demo --connect www.gnutls.org:443\n  \
             cargo xtask demo --connect localhost:5556 --ca ca.pem\n\n\
             Exit status: 0 all agrees, 1 something disagrees, 2 wrong usage, 3 something is missing on the machine.",
        )
        .args([
            option(
                "connect",
                "HOST:PORT",
                value_parser!(Target),
                "Connect to this server instead, twice, and show the identifiers",
            ),
            file("ca", "FILE", "Trust the certificates in this PEM file instead of the system's").requires("connect"),
        ])
}

/// `cargo xtask conformance`.
pub fn conformance() -> Command {
    let number = || value_parser!(u64);
    let run = ["scenario", "self-test", "list"];
    let builds = Arg::new("compare")
        .long("compare")
        .value_names(["OLD", "NEW"])
        .num_args(2)
        .help("Compare two builds of GnuTLS: print each behaviour that changed")
        .long_help(
            "Compare two builds of GnuTLS: print each behaviour that changed. Only the C program runs, so that this \
             requires nothing but a C compiler. OLD and NEW are each a prefix, a root file system, a build directory of \
             GnuTLS, package files (.deb, with commas between them), `installed` for the installed library, or a file \
             that an earlier comparison has recorded.",
        )
        .conflicts_with_all(["prefix", "self-test", "list", "write-baseline", "add-baseline", "remove-baseline"])
        .conflicts_with_all(["c-driver", "rust-driver"]);
    job("conformance", "Compare id2() and every other fact with a C program on the same scenarios")
        .after_long_help(
            "Exit status: 0 no difference or change, 1 a difference or change, 2 wrong usage or another error, 3 \
             something is missing on the machine.\n\n\
             docs/comparing-builds.md describes --compare.",
        )
        .args([
        builds,
        file("prefix", "DIR", "Use the GnuTLS installed under DIR (which has lib/pkgconfig/gnutls.pc)"),
        text("scenario", "PATTERN", "Run only scenarios whose name contains PATTERN (* stands for anything)"),
        option("every", "N", value_parser!(u16).range(1..), "Run only every Nth of the written scenarios")
            .conflicts_with_all(["write-baseline", "compare", "self-test"]),
        option("generated", "N", number(), "Generate N scenarios [default: 2000, or 0 with --scenario or --compare]"),
        option("seed", "S", number(), "Generate them from this seed").default_value("1"),
        file("json", "FILE", "Write the report, or the changes of --compare, to FILE as JSON"),
        flag("self-test", "Show that each deliberate fault is caught"),
        flag("list", "List the scenarios and run nothing"),
        flag(
            "write-baseline",
            "Store the facts of C as the baseline of this library, and the scenarios that it does not support",
        )
        .conflicts_with_all(run),
        file("add-baseline", "FILE", "Store the baseline in FILE, which another machine has written, and run nothing")
            .conflicts_with_all(run)
            .conflicts_with("write-baseline"),
        text("remove-baseline", "NAME", "Remove the baseline VERSION-BEHAVIOUR, and run nothing")
            .conflicts_with_all(run)
            .conflicts_with_all(["write-baseline", "add-baseline"]),
        option("jobs", "N", value_parser!(usize), "Run N batches at the same time [default: one per processor]"),
        file("c-driver", "FILE", "Use this C driver instead of building one"),
        file("rust-driver", "FILE", "Use this Rust driver instead of building one"),
        file("accept", "FILE", "Do not report the changes whose lines, as --compare prints them, are in FILE")
            .requires("compare"),
        file("output", "DIR", "Put the programs and recordings of --compare there [default: target/compare]")
            .requires("compare"),
        text("runner", "COMMAND", "Run both drivers through this command, such as \"valgrind -q --error-exitcode=9\""),
        file("tests", "DIR", "Read scenarios, fixtures, tables and baselines from DIR [default: tests in the project]"),
    ])
}

/// `cargo xtask abi`.
pub fn abi() -> Command {
    job("abi", "Check the bindings against the installed headers with the C compiler")
        .long_about(
            "Check the bindings against the installed headers with the C compiler\n\n\
             The check compares the signature of every function that this release of GnuTLS has, the value of every \
             constant, the size, alignment and fields of every struct and union, callbacks, other typedefs, exported \
             variables and the width of time_t, and looks up every function and variable in the shared objects. The C \
             compiler compares signatures; numbers are computed by the C and the Rust compiler. Nothing is linked or \
             run.\n\n\
             Items that are newer than the headers must be absent from them, and all names of the headers must be in \
             the bindings. Names that are newer than the bindings are listed instead: those of a newer release, and \
             functions of a development version, whose symbol versions name the next release. For older releases the \
             tables in tests/abi list the signatures and values that have changed since.\n\n\
             The exit status is 1 if there is a difference. `CC` names the C compiler, with its options.",
        )
        .args([
            file("prefix", "DIR", "Check against the GnuTLS installed under DIR (DIR/include/gnutls, DIR/lib)").long_help(
                "Check against the GnuTLS installed under DIR (DIR/include/gnutls, and its shared objects in DIR/lib). \
                 The default is GNUTLS_INCLUDE_DIR and GNUTLS_LIB_DIR, and then pkg-config.",
            ),
            flag("headers-only", "Do not check the shared objects (for headers that were unpacked without them)"),
            text("target", "TRIPLE", "Check for another machine, with the Rust target TRIPLE and a C compiler for the same"),
            file("bindings", "FILE", "Check these bindings instead of gnutls-sys/src/bindings.rs"),
            file("json", "FILE", "Also write the report to FILE, as JSON"),
            flag(
                "self-test",
                "Insert wrong signatures, sizes, constants and the like into a copy of the bindings, and check that \
                 each is caught",
            )
            .conflicts_with_all(["json", "headers-only"]),
        ])
}

/// `cargo xtask bindgen`.
pub fn bindgen() -> Command {
    job("bindgen", "Regenerate the committed bindings, or check them")
        .after_help(
            "The headers are those of the package libgnutls28-dev of Debian testing. APT downloads it and checks the \
             signatures in a separate directory: nothing is installed by that, and the lists of the system do not \
             change. With --offline, the package that was downloaded last is used.",
        )
        .args([
            flag("check", "Write nothing; print the differences and fail if there are any"),
            file("headers", "DIR", "Use the headers in DIR, which contains gnutls/gnutls.h, instead")
                .conflicts_with("mirror"),
            text("mirror", "URI", "The mirror of Debian [default: the one of this system]"),
        ])
}

/// `cargo xtask coverage`.
pub fn coverage() -> Command {
    job("coverage", "Count the C functions that the safe crates call, with the reasons for the others")
        .after_help(
            "xtask/coverage/families.tsv lists the families. A function that is not called has a reason in \
             xtask/coverage/reasons.tsv, which names the replacement. Without one, or with one that starts with \
             \"not done yet\", it is missing. Calls are read from the sources, without comments, attributes, imports \
             and tests.",
        )
        .args([
            flag(
                "check",
                "Fail if a function is missing, if the tables and the sources disagree, if an entry of a \
                 checklist has no test, if documentation lacks an example, an alias or a link, if the guide for users \
                 of C or the inventory docs/shared-state.md is out of date, or if a text violates the language \
                 rules",
            ),
            flag("json", "Print all functions as JSON").conflicts_with("family"),
            flag(
                "write",
                "Update the lists of tests in docs/hazards.md and docs/bug-classes.md and the tables of \
                 gnutls/docs/from-c.md",
            ),
            text("family", "NUMBER", "Print each function of this family (`05`, `23a`) with its state"),
            option(
                "release",
                "RELEASE",
                value_parser!(Version),
                "Count only the functions of this GnuTLS release (`3.7.1`)",
            ),
        ])
}

/// `cargo xtask layers`.
pub fn layers() -> Command {
    job("layers", "Check the imports between the files of the safe crate")
        .after_help(
            "A file imports from its own layer and from the layers above it, never from below. The layers are the rows \
             of the Markdown table with the columns `layer` and `modules` in ARCHITECTURE.md; a module that is not \
             listed belongs to the layer of its parent.\n\n\
             Inside the crate, a name is imported from the module that defines it, not through a re-export. \
             Documentation and code that is compiled only for tests are exempt.\n\n\
             Exit status: 0 no violation, 1 a violation.",
        )
        .args([
            flag("graph", "Print every import and the largest cycle; needs no table"),
            file("source", "PATH", "The source directory of the crate [default: gnutls/src]"),
            file("table", "PATH", "The file with the table of layers [default: ARCHITECTURE.md]"),
        ])
}

/// `cargo xtask interop`.
pub fn interop() -> Command {
    job("interop", "Run the safe crate against other TLS software, in both directions")
        .after_help(
            "Connections stay on this machine. A peer that is not installed is skipped; with CI=true that is a failure.",
        )
        .args([
            text("only", "TEXT", "Run only pairings whose line in the list contains TEXT (repeatable: all of them)")
                .action(ArgAction::Append),
            flag("list", "List the pairings and run nothing"),
        ])
}

/// `cargo xtask examples`.
pub fn examples() -> Command {
    job("examples", "Run the examples against the software that they are for")
        .after_help(
            "Connections stay on this machine. Software that is not installed is skipped; with CI=true that is a failure.",
        )
        .args([
            text("only", "NAME", "Run only this example (repeatable)").action(ArgAction::Append),
            flag("list", "List the examples and run nothing"),
        ])
}

/// `cargo xtask bench`.
pub fn bench() -> Command {
    job("bench", "Measure the safe crates beside C, OpenSSL and rustls, as ratios")
        .long_about(
            "Measure the safe crates beside C, OpenSSL and rustls: time, instructions, system calls and memory\n\n\
             All libraries run in one program, with the same certificates, cipher and group, and take turns. A ratio is \
             the median of all rounds. Connections stay on this machine.",
        )
        .after_help(
            "Examples:\n  cargo xtask bench --install --quick --only tls13\n  \
             cargo xtask bench --json target/bench.json --plot target/bench.svg\n  \
             cargo xtask bench --delay 20 --only exchange\n  \
             cargo xtask bench --gate\n\n\
             Exit status: 0 success, 1 a limit is exceeded, 2 wrong usage or an error, 3 something is missing on the \
             machine.",
        )
        .args([
            flag("quick", "Measure fewer rounds"),
            text("only", "TEXT", "Run only cases with TEXT in their name (repeatable: any of them)")
                .action(ArgAction::Append),
            option("measure", "MEASURE", MEASURES, "Measure only this (repeatable) [default: all]")
                .action(ArgAction::Append),
            file("json", "FILE", "Write the results to FILE as JSON"),
            file("plot", "FILE", "Draw the ratios of the times to FILE as SVG"),
            file("markdown", "FILE", "Write the results to FILE as Markdown, with the machine and the versions"),
            option(
                "delay",
                "MS",
                value_parser!(u64).range(1..=1000),
                "Run the cases with connections over a link that delays each packet by MS milliseconds, in a network \
                 namespace (requires unshare, ip and /dev/net/tun)",
            ),
            flag("list", "List the cases and the libraries, and run nothing"),
            flag("gate", "Compare the instructions of the safe crate with those of C, and the ratios with their limits")
                .conflicts_with_all(["quick", "measure", "json", "plot", "markdown", "delay", "list"]),
        ])
}

/// `cargo xtask changes`.
pub fn changes() -> Command {
    let library =
        |name: &'static str, help: &'static str| Arg::new(name).value_name(name).help(help);
    job("changes", "Print each fact that changed from one GnuTLS to the next, from the baselines")
        .after_help(
            "Without FROM and TO, each library is compared with the one before it. A library is named by its version, \
             its package's version or the digest of its behaviour, or it is the file of a baseline \
             (tests/baselines/README.md describes both).",
        )
        .args([
            library("FROM", "The older library").requires("TO"),
            library("TO", "The newer library"),
            file("baselines", "DIR", "Read the baselines in DIR [default: tests/baselines in the project]"),
        ])
}

/// `cargo xtask report`.
pub fn report() -> Command {
    job("report", "Write a page that shows every scenario on every version, and JUnit XML")
        .after_help(
            "`cargo xtask matrix` puts its results into target/results, and the option --json of `cargo xtask \
             conformance` and `cargo xtask abi` writes such files. Scenarios that no run has compared are shown from the \
             baselines.\n\n\
             Exit status: 0 no difference, 1 a difference, 2 a file cannot be read.",
        )
        .args([
            Arg::new("builds")
                .long("builds")
                .value_names(["OLD", "NEW"])
                .num_args(2)
                .value_parser(value_parser!(PathBuf))
                .help("Show two builds instead, from the recordings of `conformance --compare`")
                .conflicts_with_all(["results", "baselines", "junit"]),
            file(
                "results",
                "DIR",
                "Read every JSON file under DIR [default: target/results in the project, if it exists]",
            ),
            file("output", "FILE", "Write the page to FILE [default: target/report.html in the project]"),
            file("junit", "FILE", "Also write FILE as JUnit XML"),
            file("baselines", "DIR", "Read the baselines in DIR [default: tests/baselines in the project]"),
            file("scenarios", "DIR", "Read the scenarios in DIR [default: tests/scenarios in the project]"),
        ])
}

/// `cargo xtask matrix`.
pub fn matrix() -> Command {
    let count = || value_parser!(u16).range(1..);
    job("matrix", "Run everything on each version of GnuTLS in ci/matrix.toml")
        .long_about(
            "Run everything on each version of GnuTLS in ci/matrix.toml, and on those under --prefix.\n\n\
             Each version is a Debian release in a root file system made by mmdebstrap, from the mirror that this \
             machine's apt uses. In each, the published crates are built and tested with the release's own compiler \
             where it is new enough, the bindings are compared with its headers, and what was built on the oldest \
             runs unchanged. Prefixes older than all of these run what was built for the oldest prefix: programs of \
             this machine do not run in older releases.",
        )
        .after_help(
            "Examples:\n  cargo xtask matrix --install\n  cargo xtask matrix --only 3.8 --step conformance\n  \
             cargo xtask matrix --only none --prefix /opt/gnutls-3.6.16\n  \
             cargo xtask matrix --arch i386,armhf,arm64,s390x\n\n\
             Exit status: 0 no difference, 1 a difference or a version that could not be made or run, 2 wrong usage, \
             3 something is missing on the machine.",
        )
        .args([
            flag("list", "List the versions and the state of the cache"),
            text("only", "PATTERN", "Run on versions whose name, title, suite or GnuTLS version contains it (repeatable)")
                .action(ArgAction::Append),
            file(
                "prefix",
                "DIR",
                "Run also on the GnuTLS installed there (repeatable); with --only none, only on that",
            )
            .action(ArgAction::Append),
            text("arch", "NAMES", "Build for these architectures of Debian: i386, armhf, arm64, s390x")
                .long_help(
                    "Build for these architectures of Debian, separated by commas: i386, armhf, arm64, s390x. Each release \
                     with a compiler of its own cross-compiles for them. Programs for i386 run on the processor of this \
                     machine, the others under qemu-user. The facts of the written scenarios must equal the baselines.",
                )
                .value_delimiter(',')
                .action(ArgAction::Append)
                .conflicts_with_all(["prefix", "write-baselines"]),
            text("step", "STEP", "Perform only this step (repeatable)").action(ArgAction::Append),
            flag("prepare", "Only make the root file systems"),
            text("mirror", "URL", "Use this mirror of Debian, not that of APT"),
            option("jobs", "N", count(), "Versions to work on at a time"),
            option("patience", "N", count(), "Give each step N times its usual time (for a busy machine)"),
            option(
                "seed",
                "S",
                value_parser!(u64).range(..u64::MAX),
                "Generate scenarios from this seed, and those of the one binary from the next [default: 1]",
            ),
            option(
                "generated",
                "N",
                value_parser!(u64),
                "Generate N scenarios on each version [default: 2000, or 0 with --arch]",
            ),
            option("every", "N", count(), "Run every Nth of the written scenarios"),
            file("json", "FILE", "Also write the table to FILE"),
            file(
                "results",
                "DIR",
                "Write the results of the conformance suite and the ABI check there, for `cargo xtask report` \
                 [default: target/results]",
            ),
            flag("write-baselines", "Make each version's run the baseline of its library, in tests/baselines"),
            file("cache", "DIR", "The cache of root file systems"),
        ])
}

/// `cargo xtask package`.
pub fn package() -> Command {
    job("package", "Build and check the packages of a Linux distribution")
        .long_about(
            "Builds and checks packages of the published crates in root file systems of Debian, without a network and with \
             only the compiler and the crates that the release packages. Each root file system is made by mmdebstrap and \
             kept in the cache.\n\n\
             debian: builds ci/debian with all tests, runs lintian, builds again in another directory, time zone, \
             locale and file mode mask and compares the packages byte by byte, installs them in a root file system that \
             has only their dependencies, and runs their tests with autopkgtest: one of them builds a crate that depends \
             on them. The packages are in target/package.\n\n\
             rpm: builds the specs in ci/rpm with rpmbuild, tests included, and runs rpmlint.\n\n\
             recipes: checks the recipes of Alpine, Arch and Nix in ci.",
        )
        .after_help(
            "Examples:\n  cargo xtask package debian --install\n  cargo xtask package debian --suite trixie --suite testing\n\n\
             Exit status: 0 all checks passed, 1 one failed, 2 wrong usage, 3 something is missing on the machine.",
        )
        .args([
            Arg::new("format")
                .value_name("FORMAT")
                .value_parser(["debian", "rpm", "recipes"])
                .required(true)
                .help("The packages to build, or the recipes to check"),
            text("suite", "NAME", "Use this suite of Debian 13 or later, one of those in ci/matrix.toml (repeatable)")
                .action(ArgAction::Append)
                .default_value("trixie"),
            text("mirror", "URL", "Use this mirror of Debian, not that of APT"),
            file("cache", "DIR", "The cache of root file systems"),
        ])
}

/// `cargo xtask boundaries`.
pub fn boundaries() -> Command {
    job("boundaries", "Build the safe crate for each release that added functions, and check its symbols")
        .long_about(
            "For each release of GnuTLS from 3.6.0 that added functions or variables, the safe crate is built as for \
             that release. The release must have all its undefined symbols, according to the table of releases of \
             gnutls-sys, and no name may be unused. Unless the installed library is older, calls that are too new for \
             the release are tested, too: each must fail with the release that it requires. `cargo xtask matrix` tests \
             the others.",
        )
        .arg(option("jobs", "N", value_parser!(u16).range(1..), "Releases to work on at a time"))
}

/// Returns the command line of a job without its options. Its texts are wrapped at 80 columns.
pub fn job(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .bin_name(format!("cargo xtask {name}"))
        .about(about)
        .max_term_width(80)
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .help(help)
}

fn text(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    option(name, value, ValueParser::string(), help)
}

fn file(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    option(name, value, value_parser!(PathBuf), help)
}

fn option(
    name: &'static str,
    value: &'static str,
    parser: impl Into<ValueParser>,
    help: &'static str,
) -> Arg {
    let parser: ValueParser = parser.into();
    Arg::new(name)
        .long(name)
        .value_name(value)
        .value_parser(parser)
        .help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jobs() -> Vec<Command> {
        vec![
            demo(),
            conformance(),
            abi(),
            bindgen(),
            coverage(),
            layers(),
            interop(),
            examples(),
            bench(),
            changes(),
            report(),
            matrix(),
            boundaries(),
            package(),
        ]
    }

    #[test]
    fn help_texts_have_at_most_80_columns_and_name_the_command() {
        for mut job in jobs() {
            job.build();
            let usage = format!("cargo xtask {}", job.get_name());
            for help in [job.clone().render_help(), job.render_long_help()] {
                let help = help.to_string();
                assert!(help.contains(&format!("Usage: {usage}")), "{help}");
                let wide = help.lines().find(|line| line.chars().count() > 80);
                assert_eq!(wide, None);
            }
        }
    }

    #[test]
    fn a_closed_pipe_is_found_among_the_causes() {
        let error = |kind| anyhow::Error::new(io::Error::from(kind)).context("cannot print");
        assert!(is_closed_pipe(&error(io::ErrorKind::BrokenPipe)));
        assert!(!is_closed_pipe(&error(io::ErrorKind::NotFound)));
        let status = |error: anyhow::Error| format!("{:?}", exit_status(Err(error), 1));
        let usage = anyhow::Error::new(WrongUsage("no such name".into())).context("in a file");
        assert_eq!(status(usage), format!("{:?}", ExitCode::from(2)));
        let failed = format!("{:?}", ExitCode::FAILURE);
        assert_eq!(status(anyhow::Error::msg("failed")), failed);
    }

    #[test]
    fn command_lines_are_consistent() {
        for job in jobs() {
            job.args(setup()).debug_assert();
        }
    }

    #[test]
    fn two_builds_are_compared_without_the_rust_driver() {
        let parse = |words: &[&str]| {
            let words = [&["conformance"], words].concat();
            conformance().try_get_matches_from(words).is_ok()
        };
        assert!(parse(&[
            "--compare",
            "a",
            "b",
            "--accept",
            "c",
            "--scenario",
            "d"
        ]));
        assert!(!parse(&["--compare", "a"]));
        assert!(!parse(&["--accept", "c"]) && !parse(&["--output", "c"]));
        for other in ["--prefix", "--rust-driver", "--c-driver"] {
            assert!(!parse(&["--compare", "a", "b", other, "c"]), "{other}");
        }
        assert!(!parse(&["--compare", "a", "b", "--self-test"]));
    }

    #[test]
    fn only_a_whole_run_becomes_a_baseline() {
        let parse = |words: &[&str]| {
            let words = [&["conformance", "--write-baseline"], words].concat();
            conformance().try_get_matches_from(words).map(drop)
        };
        assert!(parse(&["--seed", "2"]).is_ok());
        for words in [&["--scenario", "a"][..], &["--self-test"], &["--list"]] {
            let error = parse(words).unwrap_err();
            assert_eq!(error.kind(), clap::error::ErrorKind::ArgumentConflict);
        }
    }
}
