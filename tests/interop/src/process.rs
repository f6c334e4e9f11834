//! Programs of peers: what they say is gathered, they have a deadline, and they end with the value that holds them.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// How long a program may run.
const DEADLINE: Duration = Duration::from_secs(60);

pub(crate) struct Running {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<Vec<u8>>,
    said: String,
    deadline: Instant,
}

/// A program with nothing in its environment that would lead it elsewhere.
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    for variable in [
        "SSLKEYLOGFILE",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "http_proxy",
        "https_proxy",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ] {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "C");
    command
}

/// The first line that a program prints, such as its version; an error where it is missing.
pub(crate) fn first_line(name: &str, arguments: &[&str]) -> Result<String> {
    let output = program(name).args(arguments).stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("no {name}"))?;
    ensure!(
        output.status.success(),
        "{name} ended with {}",
        output.status
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {name}"))?;
        let (sender, output) = mpsc::channel();
        if let Some(pipe) = child.stdout.take() {
            gather(pipe, sender.clone());
        }
        if let Some(pipe) = child.stderr.take() {
            gather(pipe, sender);
        }
        let input = child.stdin.take();
        Ok(Self {
            name,
            child,
            input,
            output,
            said: String::new(),
            deadline: Instant::now() + DEADLINE,
        })
    }

    /// Writes to its standard input.
    pub(crate) fn write(&mut self, text: &str) -> Result<()> {
        let input = self
            .input
            .as_mut()
            .context("its standard input is closed")?;
        input
            .write_all(text.as_bytes())
            .with_context(|| format!("{} reads no more", self.name))?;
        Ok(input.flush()?)
    }

    /// Waits until `find` finds something in what the program has said.
    pub(crate) fn wait_for<T>(
        &mut self,
        what: &str,
        find: impl Fn(&str) -> Option<T>,
    ) -> Result<T> {
        loop {
            if let Some(found) = find(&self.said) {
                return Ok(found);
            }
            if !self.listen() {
                bail!("{} did not say {what}: {}", self.name, self.last_words());
            }
        }
    }

    /// Closes its input, waits until it ends by itself, and returns all that it said.
    pub(crate) fn finish(mut self) -> Result<String> {
        self.input = None;
        while self.listen() {}
        loop {
            if let Some(status) = self.child.try_wait()? {
                ensure!(
                    status.success(),
                    "{} ended with {status}: {}",
                    self.name,
                    self.last_words()
                );
                return Ok(std::mem::take(&mut self.said));
            }
            ensure!(
                Instant::now() < self.deadline,
                "{} does not end: {}",
                self.name,
                self.last_words()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether more may come.
    fn listen(&mut self) -> bool {
        match self
            .output
            .recv_timeout(self.deadline.saturating_duration_since(Instant::now()))
        {
            Ok(bytes) => {
                self.said += &String::from_utf8_lossy(&bytes);
                true
            }
            Err(RecvTimeoutError::Disconnected | RecvTimeoutError::Timeout) => false,
        }
    }

    /// What it said of errors, and its last lines, in one.
    fn last_words(&self) -> String {
        let lines: Vec<_> = self
            .said
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        let (before, last) = lines.split_at(lines.len().saturating_sub(4));
        let errors = before.iter().filter(|line| line.contains("error")).take(2);
        let words: Vec<_> = errors.chain(last).copied().collect();
        words.join(" | ")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn gather(mut pipe: impl Read + Send + 'static, sender: mpsc::Sender<Vec<u8>>) {
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = pipe.read(&mut buffer) {
            if sender.send(buffer[..length].to_vec()).is_err() {
                break;
            }
        }
    });
}
