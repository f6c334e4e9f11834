//! A network namespace with a link that delays packets.
//!
//! The link is a TUN device. Packets to the far address return from it after the delay, with source and destination
//! exchanged, so that both ends of a connection are on this machine. The sums of the headers do not change.

use std::env;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::net::Ipv4Addr;
use std::os::fd::AsRawFd;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// The environment variable with the delay inside the namespace, in milliseconds.
const DELAY: &str = "GNUTLS_BENCH_DELAY";

const DEVICE: &str = "delay0";

/// The address of this machine on the link, and the one whose packets return to it (RFC 5737).
const NEAR: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const FAR: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 2);

/// Returns the delay of a packet if this program runs in the namespace.
pub(crate) fn delay() -> Option<Duration> {
    let milliseconds = env::var(DELAY).ok()?.parse().ok()?;
    Some(Duration::from_millis(milliseconds))
}

/// Returns the address to which a server is bound, and the one to which a client connects.
pub(crate) fn addresses() -> (Ipv4Addr, Ipv4Addr) {
    match delay() {
        Some(_) => (NEAR, FAR),
        None => (Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST),
    }
}

/// Runs this program again with the same arguments, in a network namespace.
pub(crate) fn run_delayed(milliseconds: u64) -> Result<ExitCode> {
    let namespace = || {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--net"]);
        command
    };
    run(namespace().arg("true")).context("no network namespace can be created")?;
    let status = namespace()
        .arg(env::current_exe()?)
        .args(env::args_os().skip(1))
        .env(DELAY, milliseconds.to_string())
        .status()
        .context("running unshare")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.context("the measurement was killed")?))
}

/// Creates the link in the namespace, which exists as long as this process.
pub(crate) fn create_link(delay: Duration) -> Result<()> {
    let device = Arc::new(open_device()?);
    run(Command::new("ip").args(["address", "add", &format!("{NEAR}/30"), "dev", DEVICE]))?;
    run(Command::new("ip").args(["link", "set", DEVICE, "up"]))?;
    let (sender, packets) = mpsc::channel::<(Instant, Vec<u8>)>();
    let receiving = Arc::clone(&device);
    thread::spawn(move || {
        let mut buffer = [0; 65_536];
        while let Ok(length) = (&*receiving).read(&mut buffer) {
            let mut packet = buffer[..length].to_vec();
            // Only IPv4 packets are for the link (RFC 791, section 3.1).
            if packet.len() >= 20 && packet[0] >> 4 == 4 {
                let (source, destination) = packet[12..20].split_at_mut(4);
                source.swap_with_slice(destination);
                if sender.send((Instant::now() + delay, packet)).is_err() {
                    break;
                }
            }
        }
    });
    thread::spawn(move || {
        for (due, packet) in packets {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            // A packet that the system refuses is lost, as on any link.
            let _ = (&*device).write(&packet);
        }
    });
    Ok(())
}

/// Opens a new TUN device without headers of its own.
fn open_device() -> Result<File> {
    const PATH: &str = "/dev/net/tun";
    let device = OpenOptions::new().read(true).write(true).open(PATH);
    let device = device.with_context(|| format!("opening {PATH}"))?;
    // SAFETY: all bytes zero is a value of this struct of numbers.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (target, byte) in request.ifr_name.iter_mut().zip(DEVICE.bytes()) {
        *target = byte as libc::c_char;
    }
    request.ifr_ifru.ifru_flags = (libc::IFF_TUN | libc::IFF_NO_PI) as libc::c_short;
    // SAFETY: the descriptor is open, and the request is a valid `ifreq` that outlives the call.
    let code = unsafe { libc::ioctl(device.as_raw_fd(), libc::TUNSETIFF, &mut request) };
    ensure!(
        code == 0,
        "creating the device {DEVICE}: {}",
        std::io::Error::last_os_error()
    );
    Ok(device)
}

fn run(command: &mut Command) -> Result<()> {
    let output = command
        .output()
        .with_context(|| format!("running {command:?}"))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        bail!("{command:?} failed: {}", reason.trim());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_namespace_the_loopback_interface_is_used() {
        assert_eq!(delay(), None);
        assert_eq!(addresses(), (Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST));
    }
}
