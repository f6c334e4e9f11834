//! The part that all examples share: certificates, ports and programs.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use gnutls_tests_process::{Running, output};
use tempfile::TempDir;

/// The deadline of a program.
const DEADLINE: Duration = Duration::from_secs(60);

/// Builds the examples.
pub(crate) fn build() -> Result<()> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let mut command = Command::new(cargo);
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    command
        .args(["build", "--quiet", "--workspace", "--manifest-path"])
        .arg(manifest);
    gnutls_tests_process::run(&mut command)
}

/// Returns the program of an example, which is beside this one.
pub(crate) fn example(name: &str) -> Result<Command> {
    let folder = std::env::current_exe()?;
    let folder = folder.parent().context("a program has a folder")?;
    let mut command = Command::new(folder.join(format!("gnutls-example-{name}")));
    command.env_remove("RUST_BACKTRACE");
    Ok(command)
}

/// Returns a program of the system, without variables that would change its behaviour.
pub(crate) fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    // It selects the GnuTLS of this program. Other software was built for the one of the system.
    for variable in [
        "LD_LIBRARY_PATH",
        "SSLKEYLOGFILE",
        "SSL_CERT_FILE",
        "http_proxy",
        "https_proxy",
        "ALL_PROXY",
    ] {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "C");
    command
}

/// Starts a program that ends with this value.
pub(crate) fn start(command: &mut Command) -> Result<Running> {
    Running::start(command, DEADLINE)
}

/// Returns the first line that a program prints with its version.
pub(crate) fn version(command: &mut Command) -> Result<String> {
    let output = command.output();
    let output =
        output.with_context(|| format!("no {}", command.get_program().to_string_lossy()))?;
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    let line = text
        .lines()
        .find(|line| line.contains(|c: char| c.is_ascii_digit()));
    let words = line.context("it prints no version")?.split_whitespace();
    // Some programs list their libraries, too.
    Ok(words.take(5).collect::<Vec<_>>().join(" "))
}

/// Runs an example and returns its output, which must contain these words.
pub(crate) fn prints(command: &mut Command, words: &[&str]) -> Result<()> {
    let text = output(command)?;
    contains(&text, words)
}

/// Fails unless the text contains these words.
pub(crate) fn contains(text: &str, words: &[&str]) -> Result<()> {
    for word in words {
        ensure!(
            text.contains(word),
            "the output does not contain \"{word}\": {text}"
        );
    }
    Ok(())
}

/// Runs a program, which must fail with one of these words in its errors.
pub(crate) fn fails(command: &mut Command, words: &[&str]) -> Result<()> {
    match output(command) {
        Ok(text) => bail!("the program succeeded: {text}"),
        Err(error) => {
            let text = format!("{error:#}");
            ensure!(
                words.iter().any(|word| text.contains(word)),
                "the error has none of {words:?}: {text}"
            );
            Ok(())
        }
    }
}

/// Waits until a server accepts connections.
pub(crate) fn wait_for_port(port: u16) -> Result<()> {
    let deadline = Instant::now() + DEADLINE;
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        ensure!(
            Instant::now() < deadline,
            "no server listens on port {port}"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Waits until a file contains these words.
pub(crate) fn wait_for_file(path: &Path, words: &[&str]) -> Result<()> {
    let deadline = Instant::now() + DEADLINE;
    loop {
        let text = fs::read_to_string(path).unwrap_or_default();
        let result = contains(&text, words);
        if result.is_ok() || Instant::now() > deadline {
            return result;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The options of certtool for the types of keys.
const ECDSA: &[&str] = &["--key-type=ecdsa", "--curve=secp256r1"];
pub(crate) const RSA: &[&str] = &["--key-type=rsa", "--bits=2048"];

/// The certificate of a server.
pub(crate) const SERVER: &str = "cn = \"localhost\"\ndns_name = \"localhost\"\ndns_name = \"admin.localhost\"\n\
                                 ip_address = \"127.0.0.1\"\ntls_www_server\ntls_www_client\nsigning_key\nencryption_key";

/// The certificate of a client.
pub(crate) const ALICE: &str = "cn = \"alice\"\ntls_www_client\nsigning_key\nencryption_key";

/// A folder with certificates, which every user of the machine can read.
pub(crate) struct Lab {
    folder: TempDir,
}

impl Lab {
    /// Creates two authorities, and certificates of `localhost` and of the client `alice` by each: `ca.pem`,
    /// `server.pem`, `alice.pem`, and the same with the prefix `other-`.
    pub(crate) fn new() -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("gnutls-examples-")
            .tempdir()?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        let lab = Self { folder };
        for prefix in ["", "other-"] {
            let ca = format!("{prefix}ca");
            let authority = format!("cn = \"{prefix}authority\"\nca\ncert_signing_key");
            lab.certify(&ca, ECDSA, &authority, None)?;
            let (server, alice) = (format!("{prefix}server"), format!("{prefix}alice"));
            lab.certify(&server, ECDSA, SERVER, Some(&ca))?;
            lab.certify(&alice, ECDSA, ALICE, Some(&ca))?;
        }
        Ok(lab)
    }

    /// Creates another certificate of `localhost`, with an Ed25519 key. GnuTLS encodes half of its ECDSA keys with a leading
    /// zero, which some libraries do not accept (RFC 5915, section 3).
    pub(crate) fn certify_ed25519(&self, name: &str) -> Result<()> {
        self.certify(name, &["--key-type=ed25519"], SERVER, Some("ca"))
    }

    /// Creates a key of this type and its certificate, by an authority or by itself.
    pub(crate) fn certify(
        &self,
        name: &str,
        key_type: &[&str],
        template: &str,
        authority: Option<&str>,
    ) -> Result<()> {
        let key = self.file(&format!("{name}-key.pem"));
        let mut generate = program("certtool");
        generate
            .arg("--generate-privkey")
            .args(key_type)
            .arg("--outfile")
            .arg(&key);
        output(&mut generate)?;
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644))?;
        let file = self.file(&format!("{name}.template"));
        fs::write(&file, format!("{template}\nexpiration_days = 2\n"))?;
        let mut sign = program("certtool");
        sign.arg("--template")
            .arg(file)
            .arg("--load-privkey")
            .arg(key);
        sign.arg("--outfile").arg(self.file(&format!("{name}.pem")));
        match authority {
            None => sign.arg("--generate-self-signed"),
            Some(authority) => sign
                .arg("--generate-certificate")
                .arg("--load-ca-certificate")
                .arg(self.file(&format!("{authority}.pem")))
                .arg("--load-ca-privkey")
                .arg(self.file(&format!("{authority}-key.pem"))),
        };
        output(&mut sign).map(drop)
    }

    /// Writes the public key of a certificate to a file, such as `alice-public.pem`.
    pub(crate) fn public_key(&self, name: &str) -> Result<()> {
        let mut print = program("certtool");
        print
            .args(["--pubkey-info", "--load-privkey"])
            .arg(self.file(&format!("{name}-key.pem")))
            .arg("--outfile")
            .arg(self.file(&format!("{name}-public.pem")));
        output(&mut print).map(drop)
    }

    /// Returns the path of a file.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns the path of a file as text.
    pub(crate) fn text(&self, name: &str) -> String {
        self.file(name).to_string_lossy().into_owned()
    }

    /// Writes a file, in whose text `{folder}` and `{port}` are replaced, and returns its path.
    pub(crate) fn write(&self, name: &str, port: u16, text: &str) -> Result<PathBuf> {
        let path = self.file(name);
        let text = text.replace("{folder}", &self.folder.path().to_string_lossy());
        fs::write(&path, text.replace("{port}", &port.to_string()))?;
        Ok(path)
    }

    /// Adds the files of an authority, a certificate and its key to the arguments of an example.
    pub(crate) fn identified(&self, mut command: Command, authority: &str, name: &str) -> Command {
        command
            .arg(self.file(&format!("{authority}.pem")))
            .arg(self.file(&format!("{name}.pem")))
            .arg(self.file(&format!("{name}-key.pem")));
        command
    }
}

/// Returns a port that no server uses.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

/// Waits until a program has opened a UDP socket. A datagram could disturb it.
pub(crate) fn wait_for_datagram_port(port: u16) -> Result<()> {
    wait_for_file(Path::new("/proc/net/udp"), &[&format!(":{port:04X} ")])
}

/// Returns the port that an example prints after `listening on`.
pub(crate) fn listening_port(server: &mut Running) -> Result<u16> {
    server.wait_for("its address", |text| {
        let (_, rest) = text.split_once("listening on ")?;
        let (address, _) = rest.split_once('\n')?;
        address.rsplit_once(':')?.1.parse().ok()
    })
}

/// Returns the id of a user, if this process can change to it.
pub(crate) fn user(name: &str) -> Result<String> {
    let id = |arguments: &[&str]| {
        Ok::<_, anyhow::Error>(output(program("id").args(arguments))?.trim().to_owned())
    };
    ensure!(id(&["-u"])? == "0", "only root can run it as another user");
    id(&["-u", name])
}
