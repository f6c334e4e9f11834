//! Runs a driver over a batch of scenarios. If it crashes or hangs, only the current scenario fails.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Error, Result, ensure};
use gnutls_tests_process as process;
use serde::Deserialize;

use crate::environment;
use crate::scenario::Scenario;
use crate::token;
use crate::transcript::Printed;

/// The default for [`Driver::patience`].
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A program that interprets scenarios.
#[derive(Clone, Debug)]
pub struct Driver {
    /// A command that runs the driver (such as valgrind with its options), then the driver itself, then its own
    /// options.
    pub command: Vec<PathBuf>,
    pub fixtures: PathBuf,
    /// The folders that the dynamic linker searches first; empty for the system's library.
    pub library_path: Vec<PathBuf>,
    /// The PKCS #11 module of the token, if there is one.
    pub token: Option<PathBuf>,
    /// The time without output after which the driver counts as hanging.
    pub patience: Duration,
}

/// The output of a driver for one scenario.
#[derive(Debug)]
pub struct Run {
    pub lines: Vec<Printed>,
    /// The reason why it is not complete.
    pub failure: Option<String>,
}

/// The output of `--probe`, of which only these fields are read.
#[derive(Clone, Debug, Deserialize)]
pub struct Probe {
    pub built: String,
    pub running: String,
    #[serde(default)]
    pub library: Option<PathBuf>,
}

impl Driver {
    /// Returns the command that runs the driver, in the environment of the suite.
    pub fn command(&self) -> Result<Command> {
        let (program, arguments) = self.command.split_first().context("no driver")?;
        let mut command = Command::new(program);
        command.args(arguments);
        environment::fix(&mut command);
        if !self.library_path.is_empty() {
            command.env("LD_LIBRARY_PATH", std::env::join_paths(&self.library_path)?);
        }
        Ok(command)
    }

    /// Returns the version that the driver was built for and the one that runs.
    pub fn probe(&self) -> Result<Probe> {
        let probe = process::output(self.command()?.arg("--probe"))?;
        serde_json::from_str(&probe)
            .with_context(|| format!("the output of {:?} --probe", self.command))
    }

    /// Runs all scenarios, in as many processes as necessary.
    pub fn run(&self, scenarios: &[Scenario]) -> Result<Vec<Run>> {
        let mut runs: Vec<Run> = Vec::new();
        while runs.len() < scenarios.len() {
            let rest = of_one_process(&scenarios[runs.len()..]);
            let before = runs.len();
            self.run_process(rest, &mut runs)?;
            ensure!(
                runs.len() > before,
                "the driver printed nothing for a scenario"
            );
        }
        Ok(runs)
    }

    fn run_process(&self, scenarios: &[Scenario], runs: &mut Vec<Run>) -> Result<()> {
        let mut command = self.command()?;
        command.arg("--fixtures").arg(&self.fixtures);
        let uses_token = scenarios.iter().any(Scenario::uses_token);
        let token = self.token.as_ref().filter(|_| uses_token);
        let token = token.map(|module| Ok::<_, Error>((module, token::State::new()?)));
        // The state exists until the driver has ended.
        let token = token.transpose()?;
        if let Some((module, state)) = &token {
            command.arg("--token").arg(module);
            command.env("SOFTHSM2_CONF", state.configuration());
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {:?}", self.command))?;
        let text: String = scenarios.iter().map(Scenario::text).collect();
        let mut input = child.stdin.take().context("the driver has no input")?;
        let output = child.stdout.take().context("the driver has no output")?;
        let mut errors = child
            .stderr
            .take()
            .context("the driver has no error output")?;
        // A driver that crashes stops reading; the rest of its input is irrelevant then.
        let writer = thread::spawn(move || drop(input.write_all(text.as_bytes())));
        let complaints = thread::spawn(move || {
            let mut bytes = Vec::new();
            drop(errors.read_to_end(&mut bytes));
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let (sender, lines) = mpsc::channel();
        let reader = thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });

        let mut ended = 0;
        let mut current = Vec::new();
        let mut failure = None;
        loop {
            match lines.recv_timeout(self.patience) {
                Ok(line) => match line.map_err(|error| error.to_string()).and_then(|line| {
                    serde_json::from_str::<Printed>(&line)
                        .map_err(|error| format!("{error}: {line}"))
                }) {
                    Ok(printed) if printed.end == 1 => {
                        let lines = std::mem::take(&mut current);
                        runs.push(Run {
                            lines,
                            failure: None,
                        });
                        ended += 1;
                    }
                    Ok(printed) => current.push(printed),
                    Err(error) => {
                        failure = Some(format!("printed a line outside of the format: {error}"));
                        break;
                    }
                },
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    failure = Some(format!(
                        "printed nothing for {} s",
                        self.patience.as_secs_f32()
                    ));
                    break;
                }
            }
        }
        let status = finish(&mut child, failure.is_some())?;
        drop(lines);
        let joined = reader.join().is_ok() && writer.join().is_ok();
        ensure!(joined, "a thread that serves the driver panicked");
        let complaints = complaints.join().unwrap_or_default();
        if failure.is_none() && !status.success() {
            failure = Some(format!("ended with {status}: {}", last_lines(&complaints)));
        }
        if ended < scenarios.len() {
            let failure = failure.unwrap_or_else(|| "ended too early".to_owned());
            runs.push(Run {
                lines: current,
                failure: Some(failure),
            });
        } else if let (Some(failure), Some(run)) = (failure, runs.last_mut()) {
            run.failure = Some(failure);
        }
        Ok(())
    }
}

/// Returns the first scenario if it uses a token, which is empty at the start of a process, or else those before the
/// first that does.
fn of_one_process(scenarios: &[Scenario]) -> &[Scenario] {
    let without_token = scenarios.iter().take_while(|next| !next.uses_token());
    &scenarios[..without_token.count().max(1)]
}

fn finish(child: &mut Child, kill: bool) -> Result<ExitStatus> {
    if kill {
        child.kill().context("cannot end the driver")?;
    }
    child.wait().context("cannot wait for the driver")
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(8)..].join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Driver {
        Driver {
            command: ["sh", "-c", script, "driver"].map(PathBuf::from).into(),
            fixtures: PathBuf::new(),
            library_path: Vec::new(),
            token: None,
            patience: PATIENCE,
        }
    }

    fn scenarios(names: &[&str]) -> Vec<Scenario> {
        let lines = |name: &&str| vec![format!("scenario {name}"), "advance 1".to_owned()];
        names
            .iter()
            .map(|name| Scenario::from_lines(&lines(name)).unwrap())
            .collect()
    }

    /// A driver in shell that prints lines of the format, and crashes in the scenario `bad`.
    const CRASHES_IN_BAD: &str = r#"
        name=
        end() { [ -z "$name" ] || echo "{\"scenario\":\"$name\",\"end\":1}"; }
        while read -r word rest; do
            if [ "$word" = scenario ]; then end; name=$rest
            else
                [ "$name" != bad ] || { echo oh dear >&2; kill -SEGV $$; }
                echo "{\"scenario\":\"$name\",\"line\":1,\"verb\":\"$word\",\"status\":\"done\"}"
            fi
        done
        end"#;

    #[test]
    fn only_the_current_scenario_fails_if_a_driver_crashes() {
        let runs = shell(CRASHES_IN_BAD)
            .run(&scenarios(&["a", "bad", "b", "bad", "bad"]))
            .unwrap();
        let failed: Vec<bool> = runs.iter().map(|run| run.failure.is_some()).collect();
        assert_eq!(failed, [false, true, false, true, true]);
        assert_eq!(runs[2].lines[0].scenario, "b");
        let failure = runs[1].failure.as_deref().unwrap();
        assert!(
            failure.contains("oh dear") && failure.contains("signal"),
            "{failure}"
        );
    }

    #[test]
    fn only_the_current_scenario_fails_if_a_driver_hangs() {
        let hangs = CRASHES_IN_BAD.replace("kill -SEGV $$", "exec sleep 60");
        let driver = Driver {
            patience: Duration::from_millis(300),
            ..shell(&hangs)
        };
        let runs = driver.run(&scenarios(&["a", "bad", "b"])).unwrap();
        let failed: Vec<bool> = runs.iter().map(|run| run.failure.is_some()).collect();
        assert_eq!(failed, [false, true, false]);
        let failure = runs[1].failure.as_deref().unwrap();
        assert!(failure.contains("printed nothing"), "{failure}");
    }

    #[test]
    fn each_scenario_with_a_token_has_an_empty_one() {
        // Prints the number of files that exist already, and creates one.
        let script = r#"
            name=
            end() { [ -z "$name" ] || echo "{\"scenario\":\"$name\",\"end\":1}"; }
            folder=$(sed -n 's/^directories.tokendir = //p' "$SOFTHSM2_CONF" /dev/null)
            while read -r word rest; do
                if [ "$word" = scenario ]; then end; name=$rest
                else
                    echo "{\"scenario\":\"$name\",\"line\":1,\"verb\":\"$*\",\"status\":\"$(ls "$folder" | wc -l)\"}"
                    touch "$folder/$name"
                fi
            done
            end"#;
        let text = "scenario a\nrequires token\nscenario b\nrequires token\n";
        let driver = Driver {
            token: Some("module".into()),
            ..shell(script)
        };
        let runs = driver.run(&crate::scenario::parse(text).unwrap()).unwrap();
        for run in &runs {
            assert_eq!(run.failure, None);
            assert_eq!(run.lines[0].status, "0");
            assert!(run.lines[0].verb.ends_with("--token module"), "{run:?}");
        }
        assert_eq!(runs.len(), 2);
    }

    #[test]
    fn output_outside_of_the_format_is_a_failure() {
        let runs = shell("echo hello").run(&scenarios(&["a"])).unwrap();
        assert!(runs[0].failure.as_deref().unwrap().contains("hello"));
    }

    #[test]
    fn a_status_that_is_not_success_is_a_failure_even_if_all_was_printed() {
        let script = r#"cat >/dev/null; echo '{"scenario":"a","end":1}'; exit 9"#;
        let runs = shell(script).run(&scenarios(&["a"])).unwrap();
        assert!(runs[0].failure.as_deref().unwrap().contains("9"));
    }
}
