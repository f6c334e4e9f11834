//! Runs other programs: to their end, or beside this one with a deadline.

use std::env;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// Runs a program, whose output is that of this one. It must succeed.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_run(command))?;
    ensure!(status.success(), "{} ended with {status}", name(command));
    Ok(())
}

/// Runs a program and returns its standard output. It must succeed; an error has its standard error.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| cannot_run(command))?;
    text(&name(command), output)
}

/// Runs a program with this standard input, as [`output`] does.
pub fn filter(command: &mut Command, input: &str) -> Result<String> {
    let mut child = spawn(command)?;
    let mut pipe = child.stdin.take().context("no standard input")?;
    let output = thread::scope(|scope| {
        // A program that fails may not read everything.
        scope.spawn(move || drop(pipe.write_all(input.as_bytes())));
        child.wait_with_output()
    })?;
    text(&name(command), output)
}

/// Returns the C compiler: `$CC`, or `cc`.
pub fn c_compiler() -> Command {
    let given = env::var("CC").ok().filter(|value| !value.is_empty());
    compiler(given.as_deref().unwrap_or("cc"))
}

/// Returns a compiler that is given by a path, which may contain spaces, or by a program with options.
fn compiler(given: &str) -> Command {
    if Path::new(given).exists() {
        return Command::new(given);
    }
    let mut words = given.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    command
}

fn spawn(command: &mut Command) -> Result<Child> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| cannot_run(command))
}

fn text(name: &str, output: Output) -> Result<String> {
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{name} ended with {}:\n{}",
        output.status,
        errors.trim_end()
    );
    String::from_utf8(output.stdout).with_context(|| format!("the output of {name}"))
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

fn cannot_run(command: &Command) -> String {
    format!("cannot run {}", name(command))
}

/// A program that runs beside this one: its output is gathered, it has a deadline, and it ends with this value.
pub struct Running {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    pipes: Receiver<Vec<u8>>,
    output: String,
    deadline: Instant,
}

impl Running {
    /// Starts a program that must do what is expected of it within this time.
    pub fn start(command: &mut Command, time: Duration) -> Result<Self> {
        let mut child = spawn(command)?;
        let (sender, pipes) = mpsc::channel();
        if let Some(pipe) = child.stdout.take() {
            gather(pipe, sender.clone());
        }
        if let Some(pipe) = child.stderr.take() {
            gather(pipe, sender);
        }
        Ok(Self {
            name: name(command),
            input: child.stdin.take(),
            child,
            pipes,
            output: String::new(),
            deadline: Instant::now() + time,
        })
    }

    /// Returns the number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Writes to its standard input.
    pub fn write(&mut self, text: &str) -> Result<()> {
        let input = self
            .input
            .as_mut()
            .context("its standard input is closed")?;
        input
            .write_all(text.as_bytes())
            .with_context(|| format!("{} reads no more", self.name))?;
        Ok(input.flush()?)
    }

    /// Waits until `find` finds something in the output.
    pub fn wait_for<T>(&mut self, what: &str, find: impl Fn(&str) -> Option<T>) -> Result<T> {
        loop {
            if let Some(found) = find(&self.output) {
                return Ok(found);
            }
            if !self.receive() {
                bail!("{} did not print {what}: {}", self.name, self.last_lines());
            }
        }
    }

    /// Closes its input, waits until it ends, and returns its whole output.
    pub fn finish(mut self) -> Result<String> {
        self.input = None;
        while self.receive() {}
        loop {
            if let Some(status) = self.child.try_wait()? {
                ensure!(
                    status.success(),
                    "{} ended with {status}: {}",
                    self.name,
                    self.last_lines()
                );
                return Ok(std::mem::take(&mut self.output));
            }
            ensure!(
                Instant::now() < self.deadline,
                "{} does not end: {}",
                self.name,
                self.last_lines()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Adds to the output. Returns whether more may follow.
    fn receive(&mut self) -> bool {
        let rest = self.deadline.saturating_duration_since(Instant::now());
        let Ok(bytes) = self.pipes.recv_timeout(rest) else {
            return false;
        };
        self.output += &String::from_utf8_lossy(&bytes);
        true
    }

    /// The first lines about errors and the last lines, in one.
    fn last_lines(&self) -> String {
        let lines: Vec<_> = self
            .output
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        let (before, last) = lines.split_at(lines.len().saturating_sub(4));
        let errors = before.iter().filter(|line| line.contains("error")).take(2);
        let lines: Vec<_> = errors.chain(last).copied().collect();
        lines.join(" | ")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn gather(mut pipe: impl Read + Send + 'static, sender: mpsc::Sender<Vec<u8>>) {
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = pipe.read(&mut buffer) {
            // The program must not block, whether or not anybody reads its output.
            let _ = sender.send(buffer[..length].to_vec());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn an_error_has_the_program_its_status_and_its_standard_error() {
        assert_eq!(output(&mut shell("echo a; echo b >&2")).unwrap(), "a\n");
        let error = output(&mut shell("echo oh dear >&2; exit 3")).unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains("sh ended with exit status: 3:\noh dear"),
            "{error}"
        );
        assert!(run(&mut shell("exit 3")).is_err());
        let error = output(&mut Command::new("/nowhere/at/all")).unwrap_err();
        assert_eq!(error.to_string(), "cannot run /nowhere/at/all");
    }

    #[test]
    fn a_compiler_has_options_or_a_path_with_spaces() {
        let words = |command: Command| {
            let program = command.get_program().to_owned();
            let words = [program].into_iter();
            let words = words.chain(command.get_args().map(ToOwned::to_owned));
            words.collect::<Vec<_>>()
        };
        assert_eq!(words(compiler("gcc -m32  -O1")), ["gcc", "-m32", "-O1"]);
        let folder = env::temp_dir().join(format!("a compiler {}", std::process::id()));
        let path = folder.to_str().unwrap();
        std::fs::create_dir_all(&folder).unwrap();
        let found = words(compiler(path));
        std::fs::remove_dir(&folder).unwrap();
        assert_eq!(found, [path]);
    }

    #[test]
    fn a_filter_gets_its_input_and_may_ignore_it() {
        let long = "line\n".repeat(100_000);
        assert_eq!(filter(&mut shell("cat"), &long).unwrap(), long);
        assert_eq!(filter(&mut shell("echo b"), &long).unwrap(), "b\n");
    }

    #[test]
    fn a_running_program_is_waited_for_until_its_deadline() {
        let second = Duration::from_secs(1);
        let script = "echo ready; read word; echo got $word";
        let mut running = Running::start(&mut shell(script), 60 * second).unwrap();
        let found = running.wait_for("ready", |text| text.contains("ready").then_some(1));
        assert_eq!(found.unwrap(), 1);
        running.write("it\n").unwrap();
        assert_eq!(running.finish().unwrap(), "ready\ngot it\n");

        let script = "echo error: late; exec sleep 60";
        let mut running = Running::start(&mut shell(script), second / 2).unwrap();
        let missing = running.wait_for("ready", |text| text.contains("ready").then_some(()));
        let missing = missing.unwrap_err().to_string();
        assert_eq!(missing, "sh did not print ready: error: late");
        assert!(running.finish().is_err());
    }
}
