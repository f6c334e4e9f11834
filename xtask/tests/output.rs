//! The output of `cargo xtask`.

#![cfg(unix)]

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Command;

/// With `| head` the reader of the output ends first.
#[test]
fn an_output_that_nobody_reads_ends_the_job_without_a_message() {
    let (output, reader) = UnixStream::pair().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["ci", "--list"]).stdout(OwnedFd::from(output));
    let output = command.output().unwrap();
    assert!(!output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
