//! The numbers of the protocol, and its integers, which are big-endian.

use std::io::{self, Read};

pub(crate) const GREETING: &[u8; 16] = b"NBDMAGICIHAVEOPT";
pub(crate) const OPTION: &[u8; 8] = b"IHAVEOPT";
pub(crate) const OPTION_REPLY: u64 = 0x0003_e889_0455_65a9;
pub(crate) const REQUEST: u32 = 0x2560_9513;
pub(crate) const REPLY: u32 = 0x6744_6698;

/// The flags of the handshake: options have replies, and no zeros follow the last one.
pub(crate) const FIXED_NEWSTYLE: u16 = 1;
pub(crate) const NO_ZEROES: u16 = 2;

pub(crate) const ABORT: u32 = 2;
pub(crate) const STARTTLS: u32 = 5;
pub(crate) const GO: u32 = 7;

pub(crate) const ACK: u32 = 1;
pub(crate) const INFO: u32 = 3;
pub(crate) const ERROR: u32 = 1 << 31;
pub(crate) const UNSUPPORTED: u32 = ERROR | 1;
pub(crate) const TLS_REQUIRED: u32 = ERROR | 5;
pub(crate) const UNKNOWN_EXPORT: u32 = ERROR | 6;

/// The information about the size and the flags of an export.
pub(crate) const EXPORT: u16 = 0;

/// The flags of an export.
pub(crate) const HAS_FLAGS: u16 = 1;
pub(crate) const READ_ONLY: u16 = 2;

pub(crate) const READ: u16 = 0;
pub(crate) const WRITE: u16 = 1;
pub(crate) const DISCONNECT: u16 = 2;

/// The error numbers of replies.
pub(crate) const NOT_PERMITTED: u32 = 1;
pub(crate) const INVALID: u32 = 22;

/// The length of the longest read. Clients may rely on it.
pub(crate) const LONGEST_READ: u32 = 32 << 20;

/// The length of the longest data of an option that is accepted.
const LONGEST_DATA: u32 = 64 << 10;

pub(crate) fn array<const N: usize>(input: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

pub(crate) fn u16(input: &mut impl Read) -> io::Result<u16> {
    array(input).map(u16::from_be_bytes)
}

pub(crate) fn u32(input: &mut impl Read) -> io::Result<u32> {
    array(input).map(u32::from_be_bytes)
}

pub(crate) fn u64(input: &mut impl Read) -> io::Result<u64> {
    array(input).map(u64::from_be_bytes)
}

/// Reads the data of an option or of its reply, which follows its length.
pub(crate) fn data(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let length = u32(input)?;
    if length > LONGEST_DATA {
        let text = format!("an option has {length} bytes; {LONGEST_DATA} are permitted");
        return Err(io::Error::new(io::ErrorKind::InvalidData, text));
    }
    let mut data = vec![0; length as usize];
    input.read_exact(&mut data)?;
    Ok(data)
}
