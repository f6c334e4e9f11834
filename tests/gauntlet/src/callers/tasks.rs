//! Tasks on `tokio-gnutls` streams: futures are dropped after any number of polls, and an executor polls only tasks that
//! have been woken, so that a lost wakeup is a task that never ends.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use gnutls::record::KeyUpdate;
use gnutls::resumption::TicketKey;
use gnutls::{ClientConfig, ServerConfig};
use gnutls_testing::pair::{TLS1_2, TLS1_3, client, server};
use gnutls_testing::requirement::{self, Requirement as _};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio_gnutls::{ReadHalf, Stream, WriteHalf};

/// A task that fails with a text.
type Task = Pin<Box<dyn Future<Output = Result<(), String>>>>;

/// The random numbers of all tasks of a case.
type Random = Rc<RefCell<ChaCha8Rng>>;

/// A task has been woken.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Runs tasks until all have ended. Only tasks that have been woken are polled, in random order.
fn execute(tasks: Vec<(&'static str, Task)>, random: &Random) -> Result<(), String> {
    let mut tasks: Vec<_> = tasks
        .into_iter()
        .map(|(name, task)| (name, task, Arc::new(Woken(AtomicBool::new(true)))))
        .collect();
    while !tasks.is_empty() {
        let woken = |(_, _, woken): &(_, _, Arc<Woken>)| woken.0.load(Ordering::SeqCst);
        let ready: Vec<usize> = (0..tasks.len()).filter(|at| woken(&tasks[*at])).collect();
        let Some(&at) = ready.choose(&mut *random.borrow_mut()) else {
            let names: Vec<_> = tasks.iter().map(|(name, ..)| *name).collect();
            return Err(format!("nobody wakes {}", names.join(", ")));
        };
        let (name, task, woken) = &mut tasks[at];
        woken.0.store(false, Ordering::SeqCst);
        let waker = Waker::from(Arc::clone(woken));
        match task.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Pending => {}
            Poll::Ready(Ok(())) => drop(tasks.swap_remove(at)),
            Poll::Ready(Err(error)) => return Err(format!("{name}: {error}")),
        }
    }
    Ok(())
}

/// Polls a future a few times, and drops it unless it is ready.
async fn cancelled<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// A case of this protocol: `true` for two halves of a stream, and `false` for a renegotiation of whole streams.
pub(crate) fn run(
    priority: &'static str,
    halves: bool,
    seed: u64,
    number: u64,
) -> Result<(), String> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(number);
    let random = Rc::new(RefCell::new(random));
    let (client, server) = configs(priority);
    let capacity = random.borrow_mut().random_range(1..5000);
    let (near, far) = duplex(capacity);
    let mut tasks: Vec<(&'static str, Task)> = Vec::new();
    if halves {
        // The tasks of a side begin once its handshake is complete.
        let (there, back) = (Rc::default(), Rc::default());
        let one = async_side(
            connect(client, near),
            Rc::clone(&there),
            Rc::clone(&back),
            &random,
        );
        let other = async_side(accept(server, far), back, there, &random);
        tasks.push(("the client", one));
        tasks.push(("the server", other));
    } else {
        tasks.push(("the client", asks(client, near, &random)));
        tasks.push(("the server", echoes(server, far, &random)));
    }
    execute(tasks, &random)
}

/// The protocols of the cases, as the names of the library.
pub(crate) fn protocols() -> Vec<(&'static str, &'static str, bool)> {
    let mut all = vec![
        ("tokio-tls12", TLS1_2, true),
        ("tokio-renegotiation", TLS1_2, false),
    ];
    if requirement::TLS1_3.is_present() {
        all.push(("tokio-tls13", TLS1_3, true));
    }
    all
}

fn configs(priority: &str) -> (ClientConfig, ServerConfig) {
    let key = TicketKey::generate().expect("a random key");
    let client = client(priority).dangerous_allow_renegotiation();
    let server = server(priority)
        .tickets(key)
        .dangerous_allow_renegotiation();
    (client.build().unwrap(), server.build().unwrap())
}

type Connected = Pin<Box<dyn Future<Output = gnutls::Result<Stream<DuplexStream>>>>>;

fn connect(config: ClientConfig, io: DuplexStream) -> Connected {
    Box::pin(async move { tokio_gnutls::connect(&config, "localhost", io).await })
}

fn accept(config: ServerConfig, io: DuplexStream) -> Connected {
    Box::pin(async move { tokio_gnutls::accept(&config, io).await })
}

/// The byte at a position of a direction.
fn byte(position: usize) -> u8 {
    ((position / 4) as u32).to_be_bytes()[position % 4]
}

/// The bytes that one side has written, and the other one reads.
type Written = Rc<RefCell<usize>>;

/// Runs both halves of one side.
fn async_side(connected: Connected, writes: Written, reads: Written, random: &Random) -> Task {
    let random = Rc::clone(random);
    Box::pin(async move {
        let (reader, writer) = connected.await.map_err(text)?.into_split();
        let mut reading = pin!(read_all(reader, reads, Rc::clone(&random)));
        let mut writing = pin!(write_all(writer, writes, random));
        // Each half is a task of its own: it is polled only if it has been woken.
        let woken = [(); 2].map(|()| Arc::new(Woken(AtomicBool::new(true))));
        let (mut read, mut written) = (false, false);
        poll_fn(|context| {
            let waker = |at: usize| {
                let outer = context.waker().clone();
                Waker::from(Arc::new(Both(Arc::clone(&woken[at]), outer)))
            };
            if !read && woken[0].0.swap(false, Ordering::SeqCst) {
                let poll = reading.as_mut().poll(&mut Context::from_waker(&waker(0)));
                if let Poll::Ready(result) = poll {
                    result?;
                    read = true;
                }
            }
            if !written && woken[1].0.swap(false, Ordering::SeqCst) {
                let poll = writing.as_mut().poll(&mut Context::from_waker(&waker(1)));
                if let Poll::Ready(result) = poll {
                    result?;
                    written = true;
                }
            }
            match read && written {
                true => Poll::Ready(Ok(())),
                false => Poll::Pending,
            }
        })
        .await
    })
}

/// Wakes a half and the task that contains it.
struct Both(Arc<Woken>, Waker);

impl Wake for Both {
    fn wake(self: Arc<Self>) {
        self.0.0.store(true, Ordering::SeqCst);
        self.1.wake_by_ref();
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

async fn read_all(
    mut reader: ReadHalf<DuplexStream>,
    written: Written,
    random: Random,
) -> Result<(), String> {
    let mut position = 0;
    loop {
        let length = random.borrow_mut().random_range(1..3000);
        let polls = random.borrow_mut().random_range(0..4);
        let mut buffer = vec![0; length];
        let Some(read) = cancelled(polls, reader.read(&mut buffer)).await else {
            continue_later().await;
            continue;
        };
        let length = read.map_err(text)?;
        if length == 0 {
            break;
        }
        for (at, found) in buffer[..length].iter().enumerate() {
            if *found != byte(position + at) {
                return Err(format!("byte {} is wrong", position + at));
            }
        }
        position += length;
    }
    let written = *written.borrow();
    match position == written {
        true => Ok(()),
        false => Err(format!("{position} of {written} bytes have arrived")),
    }
}

async fn write_all(
    mut writer: WriteHalf<DuplexStream>,
    written: Written,
    random: Random,
) -> Result<(), String> {
    let count = random.borrow_mut().random_range(1..30);
    let mut updates = 0;
    for _ in 0..count {
        let polls = random.borrow_mut().random_range(0..4);
        let choice = random.borrow_mut().random_range(0..10);
        let tls13 =
            writer.with_session(|session| session.protocol()) == Some(gnutls::Protocol::TLS1_3);
        match choice {
            0 => drop(
                cancelled(polls, writer.flush())
                    .await
                    .transpose()
                    .map_err(text)?,
            ),
            1 if tls13 && updates < 2 => {
                updates += 1;
                writer
                    .update_key(KeyUpdate::NotRequested)
                    .await
                    .map_err(text)?;
            }
            2 if tls13 && writer.with_session(|session| session.side()) == gnutls::Side::Server => {
                writer.send_tickets(1).await.map_err(text)?;
            }
            _ => {
                let begin = *written.borrow();
                let length = random.borrow_mut().random_range(1..6000);
                let data: Vec<u8> = (begin..begin + length).map(byte).collect();
                match cancelled(polls, writer.write(&data)).await {
                    Some(taken) => *written.borrow_mut() += taken.map_err(text)?,
                    // A write that was dropped has sent nothing.
                    None => continue_later().await,
                }
            }
        }
    }
    writer.shutdown().await.map_err(text)
}

/// Lets other tasks run.
async fn continue_later() {
    let mut yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A client that sends data, renegotiates, and reads the answers.
fn asks(config: ClientConfig, io: DuplexStream, random: &Random) -> Task {
    let random = Rc::clone(random);
    Box::pin(async move {
        let mut stream = connect(config, io).await.map_err(text)?;
        let count = random.borrow_mut().random_range(1..8);
        for _ in 0..count {
            let length = random.borrow_mut().random_range(1..3000);
            let data: Vec<u8> = (0..length).map(byte).collect();
            stream.write_all(&data).await.map_err(text)?;
            stream.flush().await.map_err(text)?;
            let mut answer = vec![0; length];
            stream.read_exact(&mut answer).await.map_err(text)?;
            if answer != data {
                return Err("the answer differs".to_owned());
            }
            if random.borrow_mut().random_ratio(1, 2) {
                loop {
                    let polls = random.borrow_mut().random_range(0..5);
                    match cancelled(polls, stream.rehandshake()).await {
                        Some(result) => break result.map_err(text)?,
                        None => continue_later().await,
                    }
                }
            }
        }
        stream.shutdown().await.map_err(text)?;
        match stream.read(&mut [0]).await.map_err(text)? {
            0 => Ok(()),
            _ => Err("more data than was sent".to_owned()),
        }
    })
}

/// A server that returns what it reads, and sometimes requests a handshake.
fn echoes(config: ServerConfig, io: DuplexStream, random: &Random) -> Task {
    let random = Rc::clone(random);
    Box::pin(async move {
        let mut stream = accept(config, io).await.map_err(text)?;
        loop {
            let mut buffer = vec![0; random.borrow_mut().random_range(1..2000)];
            let polls = random.borrow_mut().random_range(0..5);
            let Some(read) = cancelled(polls, stream.read(&mut buffer)).await else {
                continue_later().await;
                continue;
            };
            let length = read.map_err(text)?;
            if length == 0 {
                return stream.shutdown().await.map_err(text);
            }
            stream.write_all(&buffer[..length]).await.map_err(text)?;
            stream.flush().await.map_err(text)?;
        }
    })
}
