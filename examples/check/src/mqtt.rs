//! MQTT, against Mosquitto.

use std::process::Command;

use anyhow::Result;

use crate::lab::{self, Lab, example, fails, prints, program, start};
use crate::{Checks, Example};

pub(crate) const EXAMPLE: Example = Example {
    name: "mqtt",
    version: || lab::version(program("mosquitto").arg("-h")),
    run,
};

/// A broker that knows clients by their certificates, and permits a topic only to `alice`.
const SETTINGS: &str = "\
listener {port} 127.0.0.1
cafile {folder}/ca.pem
certfile {folder}/server.pem
keyfile {folder}/server-key.pem
require_certificate true
use_identity_as_username true
allow_anonymous false
acl_file {folder}/topics
max_queued_messages 1000
";

fn run(lab: &Lab, checks: &mut Checks) -> Result<()> {
    let port = lab::free_port()?;
    lab.write("topics", port, "user alice\ntopic readwrite example/#\n")?;
    let settings = lab.write("mosquitto.conf", port, SETTINGS)?;
    let _broker = start(program("mosquitto").arg("-c").arg(settings))?;
    lab::wait_for_port(port)?;
    let client = |authority, identity| -> Result<Command> {
        let mut command = example("mqtt")?;
        command.arg(format!("localhost:{port}"));
        Ok(lab.identified(command, authority, identity))
    };
    checks.check("client certificate; 200 messages by two threads", || {
        prints(
            &mut client("ca", "alice")?,
            &["(TLS1", "published, acknowledged and received 200 messages"],
        )
    })?;
    checks.check("a broker of an untrusted authority is refused", || {
        fails(&mut client("other-ca", "alice")?, &["not trusted"])
    })?;
    checks.check(
        "the broker refuses a certificate of another authority",
        || {
            fails(
                &mut client("ca", "other-alice")?,
                &["alert", "Alert", "closed", "reset", "pipe"],
            )
        },
    )
}
