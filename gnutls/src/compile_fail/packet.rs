//! A packet borrows its session exclusively: nothing reads, writes or drops it meanwhile, and the data go with the packet.

/// A packet is not held over a read: that changes the session which it is lent by.
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
/// The twin:
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

/// Nor over the next packet.
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
/// The twin:
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

/// Nor over a write, although that leaves the records alone that have come.
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
/// The twin:
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

/// While a packet is held the session is asked through it.
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
/// The twin:
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
pub struct SessionAskedBesidePacket;

/// And that changes nothing.
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
/// The twin:
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
/// The twin:
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

/// But it does outlive the transport's part in it: only the session is borrowed (bug class 1). A function that says
/// otherwise is wrong.
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
/// The twin:
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

/// The data do not outlive the packet, which is what owns them.
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
/// The twin:
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
pub struct DataOutlivePacket;

/// Nor can they be written to: C goes by what it has decrypted.
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
/// The twin:
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
pub struct DataAreWrittenTo;

/// A packet stays in its thread (bug class 5).
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
/// The twin:
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

/// A packet of a stream is held like that of a session.
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
/// The twin:
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
