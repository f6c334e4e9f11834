//! The programs of NSS: `tstclnt`, which is also a DTLS server, and `selfserv`.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::case::{Aspect, Case, LINE, Role, Version};
use crate::lab::{Lab, NAME};
use crate::peer::{self, Outcome, Peer};
use crate::process::{self, Running};

pub(crate) struct Tstclnt;
pub(crate) struct Selfserv;

/// Its programs have no options to save a session, for ALPN with any protocol, and for a pre-shared key in TLS 1.2.
const ASPECTS: [Aspect; 3] = [
    Aspect::Full,
    Aspect::ClientCertificate,
    Aspect::UnknownAuthority,
];

/// The request that `selfserv` answers, and the beginning of its answer.
const REQUEST: (&str, &str) = ("GET / HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK\r\n");

/// None of the programs prints its version.
fn version(programs: &[&str]) -> Result<String> {
    for name in programs.iter().chain(&["certutil", "pk12util"]) {
        let output = process::program(name).output();
        output.with_context(|| format!("no {name} (of NSS)"))?;
    }
    Ok("NSS".to_owned())
}

fn versions(case: Case) -> &'static str {
    match case.version {
        Version::Tls12 | Version::Dtls12 => "tls1.2:tls1.2",
        Version::Tls13 => "tls1.3:tls1.3",
    }
}

/// A database with the identity of one side, and with an authority that it trusts.
struct Database {
    folder: TempDir,
    name: String,
}

impl Database {
    fn new(lab: &Lab, authority: &str, identity: Option<&str>) -> Result<Self> {
        let folder = lab.folder()?;
        let name = format!("sql:{}", folder.path().display());
        let database = Self { folder, name };
        database.run("certutil", &["-N", "--empty-password"])?;
        let authority = lab.fixture(authority);
        let authority = authority.to_string_lossy();
        database.run(
            "certutil",
            &["-A", "-n", "authority", "-t", "CT,,", "-i", &authority],
        )?;
        if let Some(identity) = identity {
            database.import(lab, identity)?;
        }
        Ok(database)
    }

    /// Adds a certificate with its key, which must be in a PKCS #12 file.
    fn import(&self, lab: &Lab, identity: &str) -> Result<()> {
        let file = self.folder.path().join("identity.p12");
        let mut command = process::program("certtool");
        command
            .args(["--to-p12", "--outder", "--p12-name", identity])
            .args(["--password", "secret", "--pkcs-cipher", "aes-256"])
            .arg("--load-certificate")
            .arg(lab.fixture(&format!("{identity}.pem")))
            .arg("--load-privkey")
            .arg(lab.fixture(&format!("{identity}-key.pem")))
            .arg("--outfile")
            .arg(&file);
        gnutls_tests_process::output(&mut command)?;
        let file = file.to_string_lossy();
        self.run("pk12util", &["-i", &file, "-W", "secret"])
    }

    fn run(&self, program: &str, options: &[&str]) -> Result<()> {
        let mut command = process::program(program);
        command.args(["-d", &self.name]).args(options);
        process::start(&mut command)?.finish().map(drop)
    }
}

impl Peer for Tstclnt {
    fn name(&self) -> &'static str {
        "tstclnt"
    }

    fn version(&self) -> Result<String> {
        version(&["tstclnt"])
    }

    fn cases(&self) -> Vec<Case> {
        [
            Case::all(Role::Client, &ASPECTS),
            Case::datagram(Role::Client, &ASPECTS),
            // As a server it requests no certificate.
            Case::datagram(Role::Server, &[Aspect::Full, Aspect::UnknownAuthority]),
        ]
        .concat()
    }

    fn run(&self, lab: &Lab, case: Case) -> Result<Outcome> {
        match case.role {
            Role::Client => peer::as_client(lab, case, |address| visit(lab, case, address)),
            Role::Server => serve(lab, case),
        }
    }
}

/// Connects `tstclnt` to our server.
fn visit(lab: &Lab, case: Case, address: SocketAddr) -> Result<()> {
    let identity = case.has_client_certificate().then_some("client");
    let database = Database::new(lab, case.authority(), identity)?;
    let mut command = process::program("tstclnt");
    command
        .args(["-h", NAME, "-4", "-p", &address.port().to_string()])
        .args(["-d", &database.name, "-V", versions(case)]);
    if case.is_datagram() {
        command.args(["-P", "client"]);
    }
    if case.has_client_certificate() {
        command.args(["-n", "client"]);
    }
    let mut client = process::start(&mut command)?;
    client.write(LINE)?;
    // It does not close the connection at the end of its input.
    client.wait_for("the line", |said| said.contains(LINE).then_some(()))
}

/// Connects our client to `tstclnt`, which serves one DTLS client.
fn serve(lab: &Lab, case: Case) -> Result<Outcome> {
    let database = Database::new(lab, "ca.pem", Some("server"))?;
    // It has no option for a port that the system selects.
    let address = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let mut command = process::program("tstclnt");
    command
        .args(["-P", "server", "-h", "127.0.0.1", "-v"])
        .args(["-p", &address.port().to_string()])
        .args(["-d", &database.name, "-n", "server", "-V", versions(case)]);
    let mut server = process::start(&mut command)?;
    wait_for_socket(address)?;
    let answer = "an answer\n";
    thread::scope(|scope| {
        scope.spawn(|| {
            server.wait_for("the line", |said| said.contains(LINE).then_some(()))?;
            server.write(answer)
        });
        peer::as_server(lab, case, address, |_| answer.to_owned())
    })
}

/// Waits until a program has opened a UDP socket. A datagram would disturb it.
fn wait_for_socket(address: SocketAddr) -> Result<()> {
    let port = format!(":{:04X} ", address.port());
    for _ in 0..500 {
        if std::fs::read_to_string("/proc/net/udp")?.contains(&port) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(20));
    }
    bail!("no program has opened the UDP port {}", address.port())
}

impl Peer for Selfserv {
    fn name(&self) -> &'static str {
        "selfserv"
    }

    fn version(&self) -> Result<String> {
        version(&["selfserv"])
    }

    fn cases(&self) -> Vec<Case> {
        Case::all(Role::Server, &ASPECTS)
    }

    fn run(&self, lab: &Lab, case: Case) -> Result<Outcome> {
        let database = Database::new(lab, "ca.pem", Some("server"))?;
        let (_server, address) = listen(&database, case)?;
        peer::as_server_of(lab, case, address, REQUEST.0, REQUEST.1)
    }
}

fn listen(database: &Database, case: Case) -> Result<(Running, SocketAddr)> {
    // It has no option for a port that the system selects.
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let mut command = process::program("selfserv");
    command
        .args(["-d", &database.name, "-n", "server", "-V", versions(case)])
        .args(["-p", &address.port().to_string()]);
    if case.has_client_certificate() {
        // Twice: it requests a certificate and requires it.
        command.args(["-r", "-r"]);
    }
    let server = process::start(&mut command)?;
    let mut attempts = 0;
    while TcpStream::connect(address).is_err() {
        attempts += 1;
        ensure!(attempts < 500, "selfserv accepts no connections");
        thread::sleep(Duration::from_millis(20));
    }
    Ok((server, address))
}
