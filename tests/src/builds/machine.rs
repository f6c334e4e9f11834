//! The machine for which an ELF file was compiled.

use std::fmt::{self, Display, Formatter};
use std::path::Path;

use anyhow::{Context, Result};
use gnutls_tests_process as process;
use object::{Architecture, Object, ObjectSection};

/// The machine for which an ELF file was compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    architecture: Architecture,
    is_64: bool,
    is_little_endian: bool,
}

impl Machine {
    /// Returns the machine of an ELF file.
    pub fn of(file: &Path) -> Result<Self> {
        let bytes =
            std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let file = object::File::parse(&*bytes)
            .with_context(|| format!("{} is not an ELF file", file.display()))?;
        Ok(Self {
            architecture: file.architecture(),
            is_64: file.is_64(),
            is_little_endian: file.is_little_endian(),
        })
    }

    /// Returns the machine for which the C compiler compiles; writes a file into the folder.
    pub fn of_compiler(folder: &Path) -> Result<Self> {
        let object = folder.join("machine.o");
        let mut compiler = process::c_compiler();
        compiler.args(["-x", "c", "-c", "-", "-o"]).arg(&object);
        process::filter(&mut compiler, "int machine;\n").context("the C compiler does not work")?;
        Self::of(&object)
    }
}

impl Display for Machine {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let bits = if self.is_64 { 64 } else { 32 };
        let order = match self.is_little_endian {
            true => "little-endian",
            false => "big-endian",
        };
        write!(f, "{:?} ({bits}-bit, {order})", self.architecture)
    }
}

/// Returns the dynamic loader that a program requests.
pub fn loader(program: &Path) -> Result<String> {
    let bytes = std::fs::read(program).with_context(|| program.display().to_string())?;
    let file = object::File::parse(&*bytes).with_context(|| program.display().to_string())?;
    let section = file
        .section_by_name(".interp")
        .with_context(|| format!("{} is linked statically", program.display()))?;
    let text = String::from_utf8_lossy(section.data()?).into_owned();
    Ok(text.trim_end_matches('\0').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_and_the_loader_are_those_of_this_program() {
        let program = std::env::current_exe().unwrap();
        let machine = Machine::of(&program).unwrap();
        assert_eq!(machine.is_64, cfg!(target_pointer_width = "64"));
        assert_eq!(machine.is_little_endian, cfg!(target_endian = "little"));
        assert!(Path::new(&loader(&program).unwrap()).is_absolute());
        let error = Machine::of(Path::new(file!())).or(Machine::of(Path::new("src/lib.rs")));
        let error = error.unwrap_err().to_string();
        assert!(error.contains("lib.rs is not an ELF file"), "{error}");
    }
}
