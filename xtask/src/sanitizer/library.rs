//! The tests and the gauntlet on a GnuTLS that was built with AddressSanitizer from Debian's source package.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, bail, ensure};
use fs_err as fs;

use crate::project;
use crate::stage::{Run, Stage};

pub(crate) const LIBRARY: Stage = Stage {
    name: "gnutls-address",
    about: "a GnuTLS with AddressSanitizer finds no wrong access and no leak",
    minutes: 60,
    slow: true,
    run: library,
};

/// The options of GnuTLS's configuration, which disable only parts that the crates do not use. Without `--disable-nls` a
/// destructor of p11-kit waits for a lock of gettext for ever.
const CONFIGURE: &[&str] = &[
    "--disable-nls",
    "--disable-doc",
    "--disable-tests",
    "--disable-tools",
    "--disable-cxx",
    "--disable-guile",
    "--disable-static",
    "--disable-libdane",
    "--without-tpm",
    "--enable-heartbeat-support",
    "--enable-srp-authentication",
    "--with-default-trust-store-file=/etc/ssl/certs/ca-certificates.crt",
];

fn library(run: &mut Run) -> anyhow::Result<()> {
    let Some(version) = package_version() else {
        run.skip("no package of Debian contains GnuTLS");
        return Ok(());
    };
    let library = build(run, &version)?;
    let runtime = output(Command::new("cc").arg("-print-file-name=libasan.so"))?;
    let runtime = Path::new(&runtime).canonicalize()?;
    let variables = [
        ("LD_LIBRARY_PATH", library.display().to_string()),
        ("LD_PRELOAD", runtime.display().to_string()),
        ("ASAN_OPTIONS", "detect_leaks=1:exitcode=99".to_owned()),
    ];

    let planted = compile_planted(&["-fsanitize=address"])?;
    find_planted(&["overflow", "leak"], |fault| {
        let mut command = Command::new(&planted);
        let ended = command.arg(fault).envs(variables.clone()).output()?;
        let report = String::from_utf8_lossy(&ended.stderr);
        // The overflow is in a function of GnuTLS.
        let words = if fault == "leak" {
            "LeakSanitizer"
        } else {
            "in gnutls_memcmp"
        };
        Ok(ended.status.code() == Some(99) && report.contains(words))
    })?;
    run.note(format!(
        "GnuTLS {version} with AddressSanitizer; an injected overflow and an injected leak are found"
    ));

    let gauntlet = build_gauntlet(run)?;
    for part in [&["faults"][..], &["volume"], &["threads"], &["mutations"]] {
        let mut command = Command::new(&gauntlet);
        command.args(part).arg("--quick").envs(variables.clone());
        run.program(command)?;
    }
    Ok(())
}

/// Returns the version of Debian's package of the library.
fn package_version() -> Option<String> {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${Version}", "libgnutls28-dev"]);
    output(&mut query).ok()
}

/// Builds the library unless it has been built, and returns its directory.
fn build(run: &mut Run, version: &str) -> anyhow::Result<PathBuf> {
    let folder = cache()?.join(format!("gnutls-{version}-address"));
    let library = folder.join("usr/lib");
    if library.join("libgnutls.so").exists() {
        return Ok(library);
    }
    let sources = folder.join("source");
    project::remove(&sources)?;
    fs::create_dir_all(&sources)?;
    let script = "\
        set -e\n\
        apt-get $APT source gnutls28=$VERSION\n\
        cd gnutls28-*/\n\
        ./configure --quiet --prefix=\"$PREFIX\" \"$@\"\n\
        make --quiet --jobs=2\n\
        make --quiet install\n";
    let mut command = Command::new("sh");
    command
        .args(["-c", script, "sh"])
        .args(CONFIGURE)
        .current_dir(&sources)
        .env("APT", apt_options(&folder)?.join(" "))
        .env("VERSION", version)
        .env("PREFIX", folder.join("usr"))
        .env(
            "CFLAGS",
            "-O1 -g -fno-omit-frame-pointer -fsanitize=address",
        )
        .env("LDFLAGS", "-fsanitize=address")
        // The programs that the configuration runs leak.
        .env("ASAN_OPTIONS", "detect_leaks=0");
    run.program(command)?;
    project::remove(&sources)?;
    Ok(library)
}

/// Returns options with which apt-get reads the source packages of the configured mirrors, and loads their lists.
fn apt_options(folder: &Path) -> anyhow::Result<Vec<String>> {
    let apt = folder.join("apt");
    fs::create_dir_all(apt.join("lists/partial"))?;
    let mut text = String::new();
    for entry in fs::read_dir("/etc/apt/sources.list.d")? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "sources") {
            text += &fs::read_to_string(path)?.replace("Types: deb\n", "Types: deb-src\n");
            text.push('\n');
        }
    }
    let sources = apt.join("gnutls.sources");
    fs::write(&sources, text)?;
    let options = [
        format!("-oDir::Etc::SourceList={}", sources.display()),
        "-oDir::Etc::SourceParts=/dev/null".to_owned(),
        format!("-oDir::State::Lists={}", apt.join("lists").display()),
        format!("-oDir::Cache={}", apt.display()),
    ];
    let status = Command::new("apt-get")
        .args(&options)
        .arg("update")
        .status();
    ensure!(
        status.context("cannot run apt-get")?.success(),
        "the lists of source packages cannot be loaded"
    );
    Ok(options.to_vec())
}

/// Returns the directory of files that are built once.
fn cache() -> anyhow::Result<PathBuf> {
    let variable = |name| env::var_os(name).map(PathBuf::from);
    let cache = variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
    let cache = cache.context("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(cache.join("gnutls-rust"))
}

/// Builds the gauntlet without its own allocator, and returns its path.
pub(super) fn build_gauntlet(run: &mut Run) -> anyhow::Result<PathBuf> {
    run.cargo(&[
        "build",
        "--manifest-path",
        "tests/Cargo.toml",
        "--package",
        "gnutls-gauntlet",
        "--features",
        "sanitized",
    ])?;
    let program = project::target().join("debug/gnutls-gauntlet");
    let copy = project::target().join("xtask/gnutls-gauntlet-sanitized");
    fs::create_dir_all(project::target().join("xtask"))?;
    fs::copy(program, &copy)?;
    Ok(copy)
}

/// Compiles the injected faults, and returns the path of the program.
pub(super) fn compile_planted(options: &[&str]) -> anyhow::Result<PathBuf> {
    let program = project::target().join("xtask/planted");
    fs::create_dir_all(project::target().join("xtask"))?;
    let source = project::root().join("xtask/src/sanitizer/planted.c");
    let mut compiler = Command::new("cc");
    compiler
        .args(["-g", "-pthread"])
        .args(options)
        .arg("-o")
        .args([&program, &source])
        .arg("-lgnutls");
    let status = compiler.status().context("cannot run cc")?;
    ensure!(status.success(), "the injected faults do not compile");
    Ok(program)
}

/// Fails unless each injected fault is found, and nothing without a fault.
pub(super) fn find_planted(
    faults: &[&str],
    found: impl Fn(&str) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    if found("none")? {
        bail!("a fault is found in a program without one");
    }
    for fault in faults {
        ensure!(found(fault)?, "the injected fault {fault} is not found");
    }
    Ok(())
}

pub(super) fn output(command: &mut Command) -> anyhow::Result<String> {
    let Output { status, stdout, .. } = command.stdin(Stdio::null()).output()?;
    ensure!(status.success(), "{command:?} failed");
    Ok(String::from_utf8(stdout)?.trim().to_owned())
}
