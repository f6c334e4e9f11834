//! MQTT with a client certificate. Its README has the command line.

use std::env;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use bytes::BytesMut;
use gnutls::stream::{ReadHalf, WriteHalf};
use gnutls::{ClientConfig, Identity, Trust};
use mqttbytes::QoS;
use mqttbytes::v4::{self, ConnectReturnCode, Packet};

/// The largest packet that is accepted.
const LIMIT: usize = 1 << 20;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, authorities, certificate, key] = &arguments[..] else {
        bail!("usage: mqtt HOST:PORT AUTHORITIES.pem CERTIFICATE.pem KEY.pem");
    };
    let (host, _) = address
        .rsplit_once(':')
        .context("the address must have the form HOST:PORT")?;
    let config = ClientConfig::builder()
        .trust(Trust::pem_file(authorities)?)
        .identity(Identity::from_pem_files(certificate, key)?)
        .build()?;
    let tcp = TcpStream::connect(address)?;
    tcp.set_read_timeout(Some(Duration::from_secs(20)))?;
    tcp.set_write_timeout(Some(Duration::from_secs(20)))?;
    let tls = config.connect(host, tcp)?;
    println!("{}", tls.session().description().unwrap_or_default());

    // A client of MQTT receives at any time, also while it sends.
    let (reader, writer) = tls.into_split()?;
    let (mut input, mut output) = (Input::new(reader), Output(writer));
    output.send(|to| v4::Connect::new("gnutls-example").write(to))?;
    match input.receive()? {
        Packet::ConnAck(answer) => ensure!(
            answer.code == ConnectReturnCode::Success,
            "the broker refuses the client: {:?}",
            answer.code
        ),
        other => bail!("{other:?} instead of CONNACK"),
    }
    println!("connected");

    let mut subscribe = v4::Subscribe::new("example/topic", QoS::AtMostOnce);
    subscribe.pkid = 1;
    output.send(|to| subscribe.write(to))?;
    ensure!(matches!(input.receive()?, Packet::SubAck(_)), "no SUBACK");

    let messages = 200;
    let publishing = std::thread::spawn(move || -> Result<Output> {
        for number in 1..=messages {
            let text = format!("message {number} {}", "x".repeat(1000));
            let mut publish = v4::Publish::new("example/topic", QoS::AtLeastOnce, text);
            publish.pkid = number + 1;
            output.send(|to| publish.write(to))?;
        }
        Ok(output)
    });
    let (mut acknowledged, mut received) = (0, 0);
    while acknowledged < messages || received < messages {
        match input.receive()? {
            Packet::PubAck(_) => acknowledged += 1,
            Packet::Publish(publish) => {
                received += 1;
                let text = std::str::from_utf8(&publish.payload)?;
                let expected = format!("message {received} ");
                ensure!(text.starts_with(&expected), "{text} instead of {expected}");
            }
            other => bail!("unexpected {other:?}"),
        }
    }
    println!("published, acknowledged and received {messages} messages");
    let mut output = publishing.join().expect("the thread does not panic")?;
    output.send(|to| v4::Disconnect.write(to))?;
    output.0.close()?;
    Ok(())
}

struct Output(WriteHalf<TcpStream>);

impl Output {
    fn send(
        &mut self,
        write: impl FnOnce(&mut BytesMut) -> Result<usize, mqttbytes::Error>,
    ) -> Result<()> {
        let mut packet = BytesMut::new();
        if let Err(error) = write(&mut packet) {
            bail!("cannot encode a packet: {error:?}");
        }
        Ok(self.0.write_all(&packet)?)
    }
}

struct Input {
    reader: ReadHalf<TcpStream>,
    bytes: BytesMut,
}

impl Input {
    fn new(reader: ReadHalf<TcpStream>) -> Self {
        Self {
            reader,
            bytes: BytesMut::new(),
        }
    }

    fn receive(&mut self) -> Result<Packet> {
        let mut buffer = [0; 4096];
        loop {
            match v4::read(&mut self.bytes, LIMIT) {
                Ok(packet) => return Ok(packet),
                Err(mqttbytes::Error::InsufficientBytes(_)) => {}
                Err(error) => bail!("cannot decode a packet: {error:?}"),
            }
            match self.reader.read(&mut buffer)? {
                0 => bail!("the broker has closed the connection"),
                length => self.bytes.extend_from_slice(&buffer[..length]),
            }
        }
    }
}
