//! The width of `time_t` in the library.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::environment::{Environment, Variable};
use super::find::{self, Library};
use super::problem::Problem;

/// The variable with the width of `time_t`, 32 or 64.
pub const TIME_BITS: &str = "GNUTLS_TIME_BITS";

/// Returns true if `time_t` has 64 bits.
///
/// It has on all 64-bit platforms. On 32-bit platforms the width depends on how the C library and
/// GnuTLS were built, which the name of the target does not show. `GNUTLS_TIME_BITS` specifies it.
/// Otherwise the linked library is the best source, since a C compiler for the same target may come
/// from a newer or an older system. If the library does not reveal the width, the compiler measures it.
pub fn is_64_bits(environment: &Environment<'_>, library: &Library) -> Result<bool, Problem> {
    if environment.cargo("CARGO_CFG_TARGET_POINTER_WIDTH") == "64" {
        return Ok(true);
    }
    if let Some(Variable { name, value }) = environment.target_var(TIME_BITS) {
        return match value.to_str() {
            Some("32") => Ok(false),
            Some("64") => Ok(true),
            _ => Err(Problem::TimeBits {
                name,
                value: value.to_string_lossy().into_owned(),
            }),
        };
    }
    let files = find::files(&library.folders, "gnutls");
    let contents = files.iter().filter_map(|file| fs::read(file).ok());
    if let Some(answer) = contents
        .filter_map(|bytes| library_answer(environment, &bytes))
        .next()
    {
        return Ok(answer);
    }
    compiler_answer(environment)
}

/// Determines the `time_t` that the library was compiled with from its imports, if the C library
/// supports both widths.
///
/// In a string table a name may be the end of another one, so only the end of a name is compared.
fn library_answer(environment: &Environment<'_>, library: &[u8]) -> Option<bool> {
    let has = |end: &[u8]| library.windows(end.len()).any(|bytes| bytes == end);
    if has(b"__time64\0") {
        return Some(true);
    }
    // These architectures always had 64 bits, under the old names.
    let arch = environment.cargo("CARGO_CFG_TARGET_ARCH");
    let is_glibc = environment.cargo("CARGO_CFG_TARGET_OS") == "linux"
        && environment.cargo("CARGO_CFG_TARGET_ENV") == "gnu"
        && !matches!(arch.as_str(), "x86_64" | "riscv32" | "loongarch32");
    (is_glibc && has(b"time\0")).then_some(false)
}

fn compiler_answer(environment: &Environment<'_>) -> Result<bool, Problem> {
    let mut tried = Vec::new();
    for compiler in compilers(environment) {
        for (bytes, answer) in [(8, true), (4, false)] {
            if compiles(&compiler, bytes) {
                return Ok(answer);
            }
        }
        tried.push(compiler.join(" "));
    }
    Err(Problem::TimeWidth {
        target: environment.cargo("TARGET"),
        tried,
    })
}

/// Returns C compilers for the target with their first arguments, the most explicit choice first.
fn compilers(environment: &Environment<'_>) -> Vec<Vec<String>> {
    let target = environment.cargo("TARGET");
    let underscored = target.replace(['-', '.'], "_");
    let words = |text: String| {
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    // A path may contain spaces, and a program is often given with options.
    let command = |text: String| match Path::new(&text).exists() {
        true => vec![text],
        false => words(text),
    };
    let value = |name: &str| {
        environment
            .var(name)
            .and_then(|value| value.into_string().ok())
    };
    let first = |base: &str| {
        let names = [format!("{base}_{target}"), format!("{base}_{underscored}")];
        names
            .iter()
            .find_map(|name| value(name))
            .or_else(|| value(&format!("TARGET_{base}")))
    };
    let native = target == environment.cargo("HOST");
    let mut compilers: Vec<Vec<String>> = Vec::new();
    compilers.extend(first("CC").map(command));
    compilers.extend(value("CC").map(command));
    // The linker that cargo is configured with is usually a compiler.
    let linker = Some(environment.cargo("RUSTC_LINKER")).filter(|linker| !linker.is_empty());
    compilers.extend(linker.map(|linker| vec![linker]));
    if native {
        compilers.push(vec!["cc".to_owned()]);
    } else {
        compilers.extend(gnu_triples(&target).map(|triple| vec![format!("{triple}-gcc")]));
    }
    let flags = first("CFLAGS")
        .or_else(|| value("CFLAGS"))
        .map(words)
        .unwrap_or_default();
    for compiler in &mut compilers {
        compiler.extend(flags.iter().cloned());
    }
    compilers
}

/// Returns the names of GNU cross compilers for a Rust target.
fn gnu_triples(target: &str) -> impl Iterator<Item = String> {
    let plain = target
        .replace("-unknown-", "-")
        .replace("-pc-windows-gnu", "-w64-mingw32");
    let family = plain.split_once('-').map(|(arch, rest)| {
        let arch = if arch.starts_with("armv") {
            "arm"
        } else {
            arch
        };
        format!("{arch}-{rest}")
    });
    [Some(target.to_owned()), Some(plain), family]
        .into_iter()
        .flatten()
}

/// Returns true if `time_t` has this number of bytes for this compiler.
fn compiles(compiler: &[String], bytes: u32) -> bool {
    let program =
        format!("#include <time.h>\ntypedef char same_size[sizeof(time_t) == {bytes} ? 1 : -1];\n");
    let mut command = Command::new(Path::new(&compiler[0]));
    command
        .args(&compiler[1..])
        .args(["-fsyntax-only", "-x", "c", "-"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else {
        return false;
    };
    let written = child
        .stdin
        .take()
        .is_some_and(|mut input| input.write_all(program.as_bytes()).is_ok());
    // Waits in any case, so that no zombie remains.
    child.wait().is_ok_and(|status| status.success()) && written
}
