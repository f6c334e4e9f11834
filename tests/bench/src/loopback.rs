//! Connections over TCP on the loopback interface: blocking, with the server in a thread, and with tokio, both sides in
//! one thread.

use std::future::Future;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::case::Work;
use crate::library::Repeat;
use crate::network;

/// The size of the buffer of a receiver.
const BUFFER: usize = 64 << 10;

fn no_delay(work: Work) -> bool {
    matches!(
        work,
        Work::Exchange { no_delay: true } | Work::FirstByte | Work::Transfer { .. }
    )
}

/// Prepares a case in which both sides block.
pub(crate) fn blocking<S: Read + Write, C: Read + Write + 'static>(
    work: Work,
    accept: impl Fn(TcpStream) -> Result<S> + Send + 'static,
    connect: impl Fn(TcpStream) -> Result<C> + 'static,
) -> Result<Repeat> {
    let listener = TcpListener::bind((network::addresses().0, 0))?;
    let address = SocketAddr::from((network::addresses().1, listener.local_addr()?.port()));
    let (sender, results) = mpsc::channel();
    // Detached: the thread ends with the process, as the listener is never closed.
    thread::spawn(move || {
        let mut held = Vec::new();
        while let Ok((socket, _)) = listener.accept() {
            let served = socket
                .set_nodelay(no_delay(work))
                .map_err(Into::into)
                .and_then(|()| accept(socket))
                .and_then(|mut stream| {
                    serve(work, &mut stream)?;
                    if work == Work::Hold {
                        held.push(stream);
                    }
                    Ok(())
                });
            if sender.send(served).is_err() {
                break;
            }
        }
    });
    let connect = move || -> Result<C> {
        let socket = TcpStream::connect(address).context("connecting")?;
        socket.set_nodelay(no_delay(work))?;
        connect(socket)
    };
    let served = move || results.recv().context("the server ended")?;
    Ok(match work {
        Work::Exchange { .. } => Box::new(move || {
            let mut client = connect()?;
            client.write_all(b"ab")?;
            client.read_exact(&mut [0; 2])?;
            served()
        }),
        Work::FirstByte => Box::new(move || {
            let mut client = connect()?;
            client.read_exact(&mut [0])?;
            served()
        }),
        Work::Hold => {
            let mut held = Vec::new();
            Box::new(move || {
                let mut client = connect()?;
                client.read_exact(&mut [0])?;
                held.push(client);
                served()
            })
        }
        Work::Transfer { write, count } => {
            let mut client = connect()?;
            let data = vec![1; write];
            Box::new(move || {
                for _ in 0..count {
                    client.write_all(&data)?;
                }
                client.flush()?;
                client.read_exact(&mut [0])?;
                Ok(())
            })
        }
        other => bail!("{other:?} needs no socket"),
    })
}

/// Does the server's part of a connection.
fn serve(work: Work, stream: &mut (impl Read + Write)) -> Result<()> {
    match work {
        Work::Exchange { .. } => {
            stream.read_exact(&mut [0; 2])?;
            stream.write_all(b"ab")?;
        }
        Work::FirstByte | Work::Hold => stream.write_all(b"a")?,
        Work::Transfer { write, count } => {
            let mut buffer = vec![0; BUFFER];
            let mut missing = write * count;
            loop {
                let length = stream.read(&mut buffer)?;
                if length == 0 {
                    break;
                }
                missing -= length.min(missing);
                if missing == 0 {
                    missing = write * count;
                    stream.write_all(b"a")?;
                    stream.flush()?;
                }
            }
        }
        other => bail!("{other:?} needs no socket"),
    }
    stream.flush()?;
    Ok(())
}

/// A TLS library for tokio.
pub(crate) trait AsyncLibrary: 'static {
    type Server: AsyncRead + AsyncWrite + Unpin;
    type Client: AsyncRead + AsyncWrite + Unpin;

    fn accept(&self, socket: tokio::net::TcpStream) -> impl Future<Output = Result<Self::Server>>;
    fn connect(&self, socket: tokio::net::TcpStream) -> impl Future<Output = Result<Self::Client>>;
}

/// Prepares a case in which tokio runs both sides in this thread.
pub(crate) fn tokio<L: AsyncLibrary>(work: Work, library: L) -> Result<Repeat> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind((network::addresses().0, 0)))?;
    let port = listener.local_addr()?.port();
    let side = Sides {
        address: (network::addresses().1, port).into(),
        listener,
        library,
        work,
    };
    Ok(match work {
        Work::Exchange { .. } => Box::new(move || {
            runtime.block_on(side.connect(
                async |server| {
                    server.read_exact(&mut [0; 2]).await?;
                    write(server, b"ab").await
                },
                async |client| {
                    write(client, b"ab").await?;
                    client.read_exact(&mut [0; 2]).await?;
                    Ok(())
                },
            ))?;
            Ok(())
        }),
        Work::FirstByte => Box::new(move || {
            runtime.block_on(side.connect(
                async |server| write(server, b"a").await,
                async |client| {
                    client.read_exact(&mut [0]).await?;
                    Ok(())
                },
            ))?;
            Ok(())
        }),
        Work::Hold => {
            let mut held = Vec::new();
            Box::new(move || {
                held.push(runtime.block_on(side.connect(
                    async |server| write(server, b"a").await,
                    async |client| {
                        client.read_exact(&mut [0]).await?;
                        Ok(())
                    },
                ))?);
                Ok(())
            })
        }
        Work::Transfer {
            write: length,
            count,
        } => {
            let (mut server, mut client) =
                runtime.block_on(side.connect(async |_| Ok(()), async |_| Ok(())))?;
            let data = vec![1; length];
            let mut buffer = vec![0; BUFFER];
            Box::new(move || {
                let receive = async {
                    let mut missing = length * count;
                    while missing > 0 {
                        let length = server.read(&mut buffer).await?;
                        ensure!(length > 0, "the stream ended");
                        missing -= length;
                    }
                    write(&mut server, b"a").await
                };
                let send = async {
                    for _ in 0..count {
                        client.write_all(&data).await?;
                    }
                    client.flush().await?;
                    client.read_exact(&mut [0]).await?;
                    Ok(())
                };
                runtime
                    .block_on(async { tokio::try_join!(receive, send) })
                    .map(drop)
            })
        }
        other => bail!("{other:?} needs no socket"),
    })
}

async fn write(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await?;
    Ok(())
}

/// Both sides of connections with tokio.
struct Sides<L> {
    listener: tokio::net::TcpListener,
    address: SocketAddr,
    library: L,
    work: Work,
}

impl<L: AsyncLibrary> Sides<L> {
    /// Opens a connection, and does the work of the sides at the same time.
    async fn connect(
        &self,
        serve: impl AsyncFnOnce(&mut L::Server) -> Result<()>,
        visit: impl AsyncFnOnce(&mut L::Client) -> Result<()>,
    ) -> Result<(L::Server, L::Client)> {
        let server = async {
            let (socket, _) = self.listener.accept().await?;
            socket.set_nodelay(no_delay(self.work))?;
            let mut stream = self.library.accept(socket).await?;
            serve(&mut stream).await?;
            Ok(stream)
        };
        let client = async {
            let socket = tokio::net::TcpStream::connect(self.address).await?;
            socket.set_nodelay(no_delay(self.work))?;
            let mut stream = self.library.connect(socket).await?;
            visit(&mut stream).await?;
            Ok(stream)
        };
        tokio::try_join!(server, client)
    }
}
