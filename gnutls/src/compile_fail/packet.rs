//! A packet borrows its session exclusively: the session cannot be read, written or dropped meanwhile, and the data is
//! owned by the packet.

/// A packet cannot be held during a read, which changes its session.
///
/// ```compile_fail,E0499
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// if let Ok(Poll::Ready(Some(packet))) = session.read_packet(&mut io) {
///     let _ = session.read(&mut io, &mut [0; 16]);
///     println!("{packet:?}");
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// if let Ok(Poll::Ready(Some(packet))) = session.read_packet(&mut io) {
///     println!("{packet:?}");
///     let _ = session.read(&mut io, &mut [0; 16]);
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct PacketHeldOverRead;

/// A packet cannot be held while the next packet is read.
///
/// ```compile_fail,E0499
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let one = session.read_packet(&mut io);
/// let other = session.read_packet(&mut io);
/// println!("{one:?} {other:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let one = session.read_packet(&mut io);
/// println!("{one:?}");
/// let other = session.read_packet(&mut io);
/// println!("{other:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct PacketHeldOverPacket;

/// A packet cannot be held during a write, although a write does not change received records.
///
/// ```compile_fail,E0499
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// if let Ok(Poll::Ready(Some(packet))) = session.read_packet(&mut io) {
///     let _ = session.write(&mut io, &packet);
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// if let Ok(Poll::Ready(Some(packet))) = session.read_packet(&mut io) {
///     let copy = packet.to_vec();
///     drop(packet);
///     let _ = session.write(&mut io, &copy);
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct PacketHeldOverWrite;

/// The session of a packet is only available through the packet.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// if let Ok(Poll::Ready(Some(packet))) = session.read_packet(&mut io) {
///     println!("{packet:?} {:?}", session.id2());
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// if let Ok(Poll::Ready(Some(packet))) = session.read_packet(&mut io) {
///     println!("{packet:?} {:?}", packet.session().id2());
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct SessionUsedBesidePacket;

/// The session of a packet is read-only.
///
/// ```compile_fail,E0599
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// if let Ok(Poll::Ready(Some(packet))) = session.read_packet(&mut io) {
///     let _ = packet.session().read(&mut io, &mut [0; 16]);
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// if let Ok(Poll::Ready(Some(packet))) = session.read_packet(&mut io) {
///     let _ = (packet.session().protocol(), &mut io);
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct SessionChangedThroughPacket;

/// A packet does not outlive its session (bug class 20).
///
/// ```compile_fail,E0505
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let packet = session.read_packet(&mut io);
/// drop(session);
/// println!("{packet:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let packet = session.read_packet(&mut io);
/// println!("{packet:?}");
/// drop(session);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct PacketOutlivesSession;

/// A packet borrows only the session and not the transport (bug class 1). A signature that returns a packet with the
/// lifetime of the transport does not compile.
///
/// ```compile_fail,E0621
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// fn receive<'a>(session: &mut Session, io: &'a mut transport::MemoryTransport) -> Option<record::Packet<'a>> {
///     match session.read_packet(io) {
///         Ok(Poll::Ready(packet)) => packet,
///         _ => None,
///     }
/// }
/// println!("{:?}", receive(&mut session, &mut io));
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// fn receive<'a>(session: &'a mut Session, io: &mut transport::MemoryTransport) -> Option<record::Packet<'a>> {
///     match session.read_packet(io) {
///         Ok(Poll::Ready(packet)) => packet,
///         _ => None,
///     }
/// }
/// println!("{:?}", receive(&mut session, &mut io));
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct PacketBorrowsTransport;

/// The data does not outlive the packet, which owns it.
///
/// ```compile_fail,E0597
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let mut data: &[u8] = &[];
/// if let Ok(Poll::Ready(Some(packet))) = session.read_packet(&mut io) {
///     data = &packet;
/// }
/// println!("{data:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let mut data: Vec<u8> = Vec::new();
/// if let Ok(Poll::Ready(Some(packet))) = session.read_packet(&mut io) {
///     data = packet.to_vec();
/// }
/// println!("{data:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct DataOutlivesPacket;

/// The data is read-only, because GnuTLS still uses it.
///
/// ```compile_fail,E0596
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// if let Ok(Poll::Ready(Some(mut packet))) = session.read_packet(&mut io) {
///     packet.fill(0);
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// if let Ok(Poll::Ready(Some(packet))) = session.read_packet(&mut io) {
///     packet.to_vec().fill(0);
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct DataIsWrittenTo;

/// A packet cannot move to another thread (bug class 5).
///
/// ```compile_fail,E0277
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// fn send<T: Send>(_: T) {}
/// if let Ok(Poll::Ready(Some(packet))) = session.read_packet(&mut io) {
///     send(packet);
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// fn send<T: Send>(_: T) {}
/// if let Ok(Poll::Ready(Some(packet))) = session.read_packet(&mut io) {
///     send(packet.to_vec());
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct PacketLeavesThread;

/// A packet of a stream cannot be held while the stream is closed.
///
/// ```compile_fail,E0499
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let mut stream = Stream::new(session, io);
/// let packet = stream.read_packet();
/// let _ = stream.close();
/// println!("{packet:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # use std::task::Poll;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let mut stream = Stream::new(session, io);
/// let packet = stream.read_packet();
/// println!("{packet:?}");
/// let _ = stream.close();
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct PacketOfStreamHeldOverClose;
