//! Counts of instructions, system calls and memory. Another program runs `repeat` with two numbers of repetitions, and the
//! difference is what the repetitions have cost without the preparation.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;

use crate::case::Case;
use crate::certificates::Certificates;
use crate::library::Library;

/// The command line of a repetition.
#[derive(Parser)]
#[command(name = "repeat")]
pub(crate) struct Repetitions {
    #[arg(long)]
    case: Case,
    #[arg(long)]
    library: Library,
    #[arg(long)]
    count: u64,
    /// The directory of the certificates.
    #[arg(long)]
    directory: PathBuf,
}

impl Repetitions {
    /// Does the work. Prints the number of repetitions, the seconds and the resident memory in bytes, first without any,
    /// then at each power of ten and at the end.
    pub(crate) fn run(&self) -> Result<()> {
        let certificates = Certificates::new(&self.directory);
        let repeat = self.library.prepare(self.case, &certificates)?;
        let mut repeat = repeat.context("the case does not apply to the library")?;
        let (start, mut next) = (Instant::now(), 1);
        let print = |count: u64| -> Result<()> {
            println!("{count} {} {}", start.elapsed().as_secs_f64(), resident()?);
            Ok(())
        };
        print(0)?;
        for done in 1..=self.count {
            repeat()?;
            if done == next || done == self.count {
                print(done)?;
                next *= 10;
            }
        }
        Ok(())
    }
}

/// The state of a process that has repeated the work a number of times.
pub(crate) struct Progress {
    pub(crate) count: u64,
    pub(crate) seconds: f64,
    pub(crate) bytes: f64,
}

impl Progress {
    fn parse(line: &str) -> Result<Self> {
        let mut words = line.split_whitespace();
        let mut next = || words.next().context("a word is missing");
        Ok(Self {
            count: next()?.parse()?,
            seconds: next()?.parse()?,
            bytes: next()?.parse()?,
        })
    }
}

/// Returns the resident memory of this process in bytes.
fn resident() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status").context("reading the process status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    let kib: u64 = number.context("the status has no VmRSS")?.parse()?;
    Ok(kib * 1024)
}

/// One library in a case.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) case: Case,
    pub(crate) library: Library,
    pub(crate) certificates: &'a Certificates,
}

/// System calls that move bytes.
pub(crate) struct SystemCalls {
    pub(crate) sends: f64,
    pub(crate) receives: f64,
}

const SENDS: [&str; 4] = ["write", "writev", "sendto", "sendmsg"];
const RECEIVES: [&str; 4] = ["read", "readv", "recvfrom", "recvmsg"];

impl Subject<'_> {
    /// Returns the instructions of a repetition, according to callgrind.
    pub(crate) fn instructions(&self, few: u64, many: u64) -> Result<f64> {
        self.difference(few, many, |count| {
            let mut command = Command::new("valgrind");
            command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
            let output = self.output(command, count)?;
            let text = String::from_utf8_lossy(&output.stderr);
            let number = text
                .lines()
                .find_map(|line| line.split_once("Collected : "))
                .context("callgrind printed no count")?;
            Ok(number.1.trim().parse()?)
        })
    }

    /// Returns the system calls of a repetition, of both sides, according to strace.
    pub(crate) fn system_calls(&self, few: u64, many: u64) -> Result<SystemCalls> {
        let traced = |names: &[&str]| {
            self.difference(few, many, |count| {
                let file = tempfile::NamedTempFile::new()?;
                let mut command = Command::new("strace");
                command.args(["-f", "-c", "-e"]);
                command.arg(format!("trace={}", names.join(",")));
                command.arg("-o").arg(file.path());
                self.output(command, count)?;
                total_calls(&fs::read_to_string(file.path())?)
            })
        };
        Ok(SystemCalls {
            sends: traced(&SENDS)?,
            receives: traced(&RECEIVES)?,
        })
    }

    /// Returns the state of a process before the first repetition, at each power of ten and after the last.
    pub(crate) fn progress(&self, count: u64) -> Result<Vec<Progress>> {
        let output = self.output(Command::new("env"), count)?;
        let text = String::from_utf8(output.stdout)?;
        text.lines().map(Progress::parse).collect()
    }

    /// Returns the resident memory that a repetition keeps, in bytes: the difference of two numbers of repetitions.
    pub(crate) fn memory(&self, few: u64, many: u64) -> Result<f64> {
        self.difference(few, many, |count| {
            let progress = self.progress(count)?;
            let last = progress.last().context("the program printed nothing")?;
            Ok(last.bytes as u64)
        })
    }

    fn difference(&self, few: u64, many: u64, count: impl Fn(u64) -> Result<u64>) -> Result<f64> {
        let (small, large) = (count(few)?, count(many)?);
        Ok((large as f64 - small as f64) / (many - few) as f64)
    }

    /// Runs `repeat` below a command.
    fn output(&self, mut command: Command, count: u64) -> Result<std::process::Output> {
        command.arg(std::env::current_exe()?).args([
            "repeat".to_owned(),
            format!("--case={}", self.case),
            format!("--library={}", self.library),
            format!("--count={count}"),
        ]);
        command
            .arg("--directory")
            .arg(self.certificates.directory());
        let program = command.get_program().to_string_lossy().into_owned();
        let output = command
            .output()
            .with_context(|| format!("{program} does not run; --install installs it"))?;
        ensure!(
            output.status.success(),
            "{program} failed with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(output)
    }
}

/// Returns the number of calls in the summary of strace.
fn total_calls(summary: &str) -> Result<u64> {
    // "% time  seconds  usecs/call  calls  [errors]  syscall": the fourth column of the last line is the sum.
    for line in summary.lines().rev() {
        let columns: Vec<&str> = line.split_whitespace().collect();
        if columns.last() == Some(&"total") {
            return Ok(columns.get(3).context("no fourth column")?.parse()?);
        }
    }
    // Without any call strace prints no table.
    ensure!(!summary.contains("calls"), "strace printed no sum");
    if summary.trim().is_empty() {
        return Ok(0);
    }
    bail!("strace printed an unexpected summary: {summary}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_of_a_summary_is_found_with_and_without_errors() {
        let summary = "\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 75.00    0.000003           0        12         4 read
 25.00    0.000001           0         3           recvfrom
------ ----------- ----------- --------- --------- ----------------
100.00    0.000004           0        15         4 total
";
        assert_eq!(total_calls(summary).unwrap(), 15);
        let without = summary.replace("        4 ", "          ");
        assert_eq!(total_calls(&without).unwrap(), 15);
        assert_eq!(total_calls("").unwrap(), 0);
        assert!(total_calls("strace: exec: no such file").is_err());
    }
}
