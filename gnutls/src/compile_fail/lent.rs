//! What a callback or a stream lends leaves neither the callback nor the thread, and changes nothing.

/// What a callback is lent does not leave it: the session.
///
/// ```compile_fail,E0521
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// fn keep(_: &'static SessionRef) {}
/// session.set_handshake_hook(|session, _| keep(session));
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// The twin:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// fn look(_: &SessionRef) {}
/// session.set_handshake_hook(|session, _| look(session));
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct SessionLeavesHook;

/// Nor does the identifier.
///
/// ```compile_fail,E0521
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let mut kept: Vec<&'static [u8]> = Vec::new();
/// session.set_handshake_hook(move |session, _| kept.push(session.id2()));
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// The twin:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let mut kept: Vec<Vec<u8>> = Vec::new();
/// session.set_handshake_hook(move |session, _| kept.push(session.id2().to_vec()));
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct IdentifierLeavesHook;

/// Nor does the message.
///
/// ```compile_fail,E0521
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let mut kept: Vec<&'static [u8]> = Vec::new();
/// session.set_handshake_hook(move |_, message| kept.push(message.body));
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// The twin:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let mut kept: Vec<Vec<u8>> = Vec::new();
/// session.set_handshake_hook(move |_, message| kept.push(message.body.to_vec()));
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct MessageLeavesHook;

/// Nor does it get into another thread, unless that ends before the callback does.
///
/// ```compile_fail,E0521
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// session.set_handshake_hook(|session, _| {
///     std::thread::spawn(|| println!("{:?}", session.id2()));
/// });
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// The twin:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// session.set_handshake_hook(|session, _| {
///     std::thread::scope(|scope| {
///         scope.spawn(|| println!("{:?}", session.id2()));
///     });
/// });
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct SessionLeavesThreadOfHook;

/// Nothing can be done with it that changes the session.
///
/// ```compile_fail,E0599
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// session.set_handshake_hook(move |session, _| {
///     let _ = session.handshake(&mut io);
/// });
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// The twin:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// session.set_handshake_hook(move |session, _| {
///     let _ = (session.is_resumed(), &mut io);
/// });
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HandshakeInHook;

/// A hook borrows nothing that could be gone when it is called (bug class 4).
///
/// ```compile_fail,E0597
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let seen = std::sync::Mutex::new(0);
/// let seen = &seen;
/// session.set_handshake_hook(move |_, _| *seen.lock().unwrap() += 1);
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// The twin:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let seen = std::sync::Arc::new(std::sync::Mutex::new(0));
/// let seen = std::sync::Arc::clone(&seen);
/// session.set_handshake_hook(move |_, _| *seen.lock().unwrap() += 1);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HookBorrows;

/// A hook goes along when the session goes to another thread, so it has to be able to.
///
/// ```compile_fail,E0277
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let seen = std::rc::Rc::new(std::cell::Cell::new(0));
/// session.set_handshake_hook(move |_, _| seen.set(seen.get() + 1));
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// The twin:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let seen = std::cell::Cell::new(0);
/// session.set_handshake_hook(move |_, _| seen.set(seen.get() + 1));
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HookStaysInThread;

/// No thread changes a session while another one looks at it.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// std::thread::scope(|scope| {
///     scope.spawn(|| println!("{:?}", session.id2()));
///     scope.spawn(|| println!("{:?}", session.set_id(&[1])));
/// });
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// The twin:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// std::thread::scope(|scope| {
///     scope.spawn(|| println!("{:?}", session.id2()));
///     scope.spawn(|| println!("{:?}", session.is_resumed()));
/// });
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct SessionInTwoThreads;

/// What a session derefs to cannot be changed or replaced.
///
/// ```compile_fail,E0596
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let lent: &SessionRef = &session;
/// let _: &mut SessionRef = &mut *lent;
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// The twin:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let lent: &SessionRef = &session;
/// let _: &SessionRef = &*lent;
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct ReferenceChanges;

/// A stream lends its session to be asked, not to be changed: nothing is swapped under it.
///
/// ```compile_fail,E0596
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let stream = gnutls::Stream::new(session, io);
/// let mut other = transport::MemoryTransport::stream().0;
/// let _ = stream.session().read(&mut other, &mut [0; 16]);
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// The twin:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let stream = gnutls::Stream::new(session, io);
/// let mut other = transport::MemoryTransport::stream().0;
/// let _ = (stream.session().id2(), &mut other);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct StreamLendsToRead;

/// The identifier of a stream's session is held like that of a session.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// use std::io::Read;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let mut stream = gnutls::Stream::new(session, io);
/// let id = stream.session().id2();
/// let _ = stream.read(&mut [0; 16]);
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// The twin:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// use std::io::Read;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let mut stream = gnutls::Stream::new(session, io);
/// let id = stream.session().id2();
/// println!("{id:?}");
/// let _ = stream.read(&mut [0; 16]);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct IdentifierOfStreamHeldOverRead;
