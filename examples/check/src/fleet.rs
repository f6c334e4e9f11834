//! Two servers that share sessions through `redis-server`, which is stopped midway.

use std::fs;
use std::process::Command;

use anyhow::{Result, ensure};
use gnutls_tests_process::{Running, output};

use crate::lab::{self, Lab, contains, example, prints, program, start};
use crate::{Checks, Example};

pub(crate) const EXAMPLE: Example = Example {
    name: "fleet",
    version: || lab::version(program("redis-server").arg("--version")),
    run,
};

/// Starts a server of the fleet, and returns its address.
fn server(lab: &Lab, name: &str, redis: u16) -> Result<(Running, String)> {
    let mut server = example("fleet")?;
    server
        .args([
            "serve",
            "127.0.0.1:0",
            name,
            &format!("redis://127.0.0.1:{redis}"),
        ])
        .arg(lab.file("secret"))
        .arg(lab.file("server.pem"))
        .arg(lab.file("server-key.pem"));
    let mut server = start(&mut server)?;
    let port = lab::listening_port(&mut server)?;
    Ok((server, format!("127.0.0.1:{port}")))
}

/// Returns the lines about handshakes that a server has printed, once there are as many.
fn handshakes(server: &mut Running, count: usize) -> Result<Vec<String>> {
    server.wait_for("its handshakes", |text| {
        let complete = text.rsplit_once('\n').map_or("", |(complete, _)| complete);
        let lines = complete
            .lines()
            .filter(|line| line.starts_with("handshake: "));
        let lines: Vec<_> = lines.map(str::to_owned).collect();
        (lines.len() >= count).then_some(lines)
    })
}

fn run(lab: &Lab, checks: &mut Checks) -> Result<()> {
    let port = lab::free_port()?;
    let mut redis = program("redis-server");
    redis
        .args([
            "--bind",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--save",
            "",
            "--appendonly",
            "no",
        ])
        .args(["--dir", &lab.text("")]);
    let redis = start(&mut redis)?;
    lab::wait_for_port(port)?;
    fs::write(lab.file("secret"), [7; 32])?;
    let (mut one, first) = server(lab, "one", port)?;
    let (mut two, second) = server(lab, "two", port)?;
    let resume = |mode: &str| -> Result<Command> {
        let mut command = example("fleet")?;
        command
            .args(["resume", &first, &second])
            .arg(lab.file("ca.pem"))
            .arg(mode);
        Ok(command)
    };
    let modes = ["tls1.2-cache", "tls1.2-ticket", "tls1.3"];
    for mode in modes {
        checks.check(
            &format!("a session of one server resumes on the other, {mode}"),
            || {
                prints(
                    &mut resume(mode)?,
                    &[
                        "resumed false: one has \"hello\"",
                        "resumed true: two has \"hello\"",
                    ],
                )
            },
        )?;
    }
    let early = || -> Result<String> {
        let mut command = example("fleet")?;
        output(
            command
                .args(["early", &first, &second])
                .arg(lab.file("ca.pem")),
        )
    };
    checks.check(
        "early data is accepted once; its replays to both are not",
        || {
            let before = [
                handshakes(&mut one, 3)?.len(),
                handshakes(&mut two, 3)?.len(),
            ];
            let text = early()?;
            contains(
                &text,
                &[
                    "early data accepted: true",
                    "two has \"hello\" and early \"an order\"",
                ],
            )?;
            // The first server: the full handshake and a replay. The second one: the early data and a replay.
            let of_one = handshakes(&mut one, before[0] + 2)?;
            let of_two = handshakes(&mut two, before[1] + 2)?;
            let lines = [&of_one[before[0]..], &of_two[before[1]..]].concat();
            let accepted = lines
                .iter()
                .filter(|line| !line.contains(" 0 bytes of early data"));
            ensure!(accepted.count() == 1, "{lines:?}");
            let incomplete = lines
                .iter()
                .filter(|line| line.ends_with("completed false"));
            ensure!(
                incomplete.count() == 2,
                "the replays have not arrived: {lines:?}"
            );
            Ok(())
        },
    )?;
    checks.check(
        "a client process resumes the session of an earlier one",
        || {
            let client = |address: &str, expected: &str| -> Result<()> {
                let mut command = example("fleet")?;
                command.args(["connect", address]).arg(lab.file("ca.pem"));
                command.arg(format!("redis://127.0.0.1:{port}"));
                prints(command.arg(lab.file("secret")), &[expected])
            };
            client(&first, "resumed false: one has \"hello\"")?;
            client(&second, "resumed true: two has \"hello\"")
        },
    )?;
    checks.check("while the store hangs: full handshakes, no failure", || {
        let signal = |name: &str| {
            let id = redis.id().to_string();
            gnutls_tests_process::run(program("kill").args([name, &id]))
        };
        signal("-STOP")?;
        let result = prints(
            &mut resume("tls1.2-cache")?,
            &[
                "resumed false: one has \"hello\"",
                "resumed false: two has \"hello\"",
            ],
        );
        signal("-CONT")?;
        result
    })?;
    drop(redis);
    checks.check(
        "without the store: cached sessions are full handshakes",
        || {
            prints(
                &mut resume("tls1.2-cache")?,
                &[
                    "resumed false: one has \"hello\"",
                    "resumed false: two has \"hello\"",
                ],
            )
        },
    )?;
    checks.check(
        "without the store: tickets resume, early data is refused",
        || {
            prints(&mut resume("tls1.3")?, &["resumed true: two has \"hello\""])?;
            contains(
                &early()?,
                &[
                    "early data accepted: false",
                    "two has \"hello\" and early \"\"",
                ],
            )
        },
    )?;
    checks.check("without the store: a further server starts", || {
        let (_three, third) = server(lab, "three", port)?;
        let mut command = example("fleet")?;
        command
            .args(["resume", &third, &first])
            .arg(lab.file("ca.pem"))
            .arg("tls1.3");
        prints(
            &mut command,
            &[
                "resumed false: three has \"hello\"",
                "resumed false: one has \"hello\"",
            ],
        )
    })
}
