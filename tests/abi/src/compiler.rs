//! Evaluates questions by the two compilers: each is a constant expression whose value is read from the object file.
//!
//! Nothing is linked or run, so the headers may be of any release, and of another machine.

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use gnutls_tests_process as process;
use object::read::archive::ArchiveFile;
use object::{Endianness, Object, ObjectSection, ObjectSymbol};

use crate::installation::Installation;
use crate::sources::Sources;

/// The symbol of the numbers.
const NUMBERS: &str = "abi_numbers";

/// Questions in one language: expressions whose value is a number, and expressions whose value is a text.
#[derive(Default)]
pub(crate) struct Questions {
    numbers: Vec<String>,
    texts: Vec<String>,
}

/// The index of the answer to a number question.
#[derive(Clone, Copy)]
pub(crate) struct Number(usize);

/// The index of the answer to a text question.
#[derive(Clone, Copy)]
pub(crate) struct Text(usize);

/// The answers of a compiler.
pub(crate) struct Answers {
    numbers: Vec<i128>,
    texts: Vec<Vec<u8>>,
}

impl Questions {
    pub(crate) fn number(&mut self, expression: impl Into<String>) -> Number {
        self.numbers.push(expression.into());
        Number(self.numbers.len() - 1)
    }

    pub(crate) fn text(&mut self, expression: impl Into<String>) -> Text {
        self.texts.push(expression.into());
        Text(self.texts.len() - 1)
    }

    /// Returns the answers of the C compiler, with `prologue` before the questions.
    pub(crate) fn ask_c(
        &self,
        prologue: &str,
        include: &Path,
        sources: &Sources,
    ) -> anyhow::Result<Answers> {
        let mut program =
            format!("{prologue}\n#define NUMBER(x) {{ (unsigned long long)(x), (x) < 0 }}\n");
        writeln!(program, "const unsigned long long {NUMBERS}[][2] = {{")?;
        for expression in &self.numbers {
            writeln!(program, "NUMBER({expression}),")?;
        }
        writeln!(program, "}};")?;
        for (index, expression) in self.texts.iter().enumerate() {
            writeln!(program, "const char abi_text_{index}[] = {expression};")?;
        }
        let object = sources.folder.join("questions.o");
        let path = sources.folder.join("questions.c");
        fs::write(&path, program)?;
        let mut command = c_compiler(include);
        command.arg("-c").arg(&path).arg("-o").arg(&object);
        process::output(&mut command).context("the C compiler does not compile the questions")?;
        let data = fs::read(&object)?;
        self.answers(&[&data])
    }

    /// Returns the answers of the Rust compiler, in a crate that depends on the bindings.
    pub(crate) fn ask_rust(
        &self,
        installation: &Installation,
        sources: &Sources,
    ) -> anyhow::Result<Answers> {
        let mut program = String::from(
            "//! Answers of the Rust compiler.\n#![allow(warnings)]\nuse gnutls_sys as sys;\n\
             const fn number(x: i128) -> [u64; 2] { [x as u64, (x < 0) as u64] }\n",
        );
        writeln!(program, "#[used] #[unsafe(no_mangle)]")?;
        writeln!(
            program,
            "pub static {NUMBERS}: [[u64; 2]; {}] = [",
            self.numbers.len()
        )?;
        for expression in &self.numbers {
            writeln!(program, "number(({expression}) as i128),")?;
        }
        writeln!(program, "];")?;
        for (index, expression) in self.texts.iter().enumerate() {
            writeln!(program, "#[used] #[unsafe(no_mangle)]")?;
            let bytes = format!("{expression}.to_bytes_with_nul()");
            writeln!(
                program,
                "pub static abi_text_{index}: [u8; {bytes}.len()] = *{bytes}.first_chunk().unwrap();"
            )?;
        }
        let library = fs::read(sources.build(&program, installation)?)?;
        let archive = ArchiveFile::parse(&*library)?;
        let mut objects = Vec::new();
        for member in archive.members() {
            objects.push(member?.data(&*library)?);
        }
        self.answers(&objects)
    }

    fn answers(&self, objects: &[&[u8]]) -> anyhow::Result<Answers> {
        let files: Vec<_> = objects
            .iter()
            .filter_map(|data| object::File::parse(*data).ok())
            .collect();
        let find = |name: &str| {
            let found = files.iter().find_map(|file| symbol(file, name));
            found.with_context(|| format!("no `{name}` in the object file"))
        };
        let mut numbers = Vec::new();
        if !self.numbers.is_empty() {
            let (data, endian) = find(NUMBERS)?;
            let data = data
                .get(..self.numbers.len() * 16)
                .context("answers are missing")?;
            let word = |bytes: &[u8]| {
                let bytes = bytes.try_into().expect("eight bytes");
                if endian == Endianness::Little {
                    u64::from_le_bytes(bytes)
                } else {
                    u64::from_be_bytes(bytes)
                }
            };
            for pair in data.chunks_exact(16) {
                let (value, negative) = (word(&pair[..8]), word(&pair[8..]));
                numbers.push(if negative == 0 {
                    i128::from(value)
                } else {
                    i128::from(value as i64)
                });
            }
        }
        let mut texts = Vec::new();
        for index in 0..self.texts.len() {
            let (data, _) = find(&format!("abi_text_{index}"))?;
            // Up to the end of the text: not every format has the length of a symbol's data.
            texts.push(
                data.split_inclusive(|byte| *byte == 0)
                    .next()
                    .unwrap_or_default()
                    .to_vec(),
            );
        }
        Ok(Answers { numbers, texts })
    }
}

impl Answers {
    pub(crate) fn number(&self, question: Number) -> i128 {
        self.numbers[question.0]
    }

    pub(crate) fn text(&self, question: Text) -> &[u8] {
        &self.texts[question.0]
    }
}

/// Preprocesses C text, keeping `#define` lines.
pub(crate) fn preprocess(text: &str, include: &Path) -> anyhow::Result<String> {
    process::filter(c_compiler(include).args(["-E", "-dD", "-"]), text)
        .context("the C compiler cannot preprocess the headers")
}

/// Returns the compiler: `$CC`, which may have options, or `cc`. Deprecated functions are compared without warnings.
fn c_compiler(include: &Path) -> Command {
    let mut command = process::c_compiler();
    // GnuTLS is built with support for large files, even if a C program must enable it.
    command
        .args(["-w", "-std=gnu11", "-D_FILE_OFFSET_BITS=64", "-x", "c"])
        .arg("-I")
        .arg(include);
    command
}

/// Returns the data of a symbol, to its end.
fn symbol<'data>(file: &object::File<'data>, name: &str) -> Option<(&'data [u8], Endianness)> {
    let symbol = file.symbols().find(|symbol| {
        let found = symbol.name().unwrap_or_default();
        symbol.is_definition() && (found == name || found.strip_prefix('_') == Some(name))
    })?;
    let section = file.section_by_index(symbol.section_index()?).ok()?;
    let data = section.data().ok()?;
    let start = usize::try_from(symbol.address() - section.address()).ok()?;
    let size = usize::try_from(symbol.size()).ok().filter(|size| *size > 0);
    let data = data.get(start..)?;
    Some((
        size.map_or(Some(data), |size| data.get(..size))?,
        file.endianness(),
    ))
}

/// Returns the cargo that runs this program, or the one in the path.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// Runs cargo and returns the path that it built, taken from its messages.
pub(crate) fn built_library(command: &mut Command, name: &str) -> anyhow::Result<PathBuf> {
    let messages = process::output(command).context("the bindings do not compile")?;
    let built = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| {
            message["reason"] == "compiler-artifact" && message["target"]["name"] == name
        })
        .filter_map(|message| message["filenames"].as_array().cloned())
        .flatten()
        .filter_map(|file| file.as_str().map(PathBuf::from))
        .find(|file| {
            file.extension()
                .is_some_and(|extension| extension == "rlib")
        });
    let built = built.with_context(|| format!("cargo does not report the path of {name}"))?;
    ensure!(built.exists(), "cargo did not write {}", built.display());
    Ok(built)
}
