//! Conversions between [`SystemTime`] and the `time_t` of the library, which has 32 bits on some systems.

use std::time::{Duration, SystemTime};

use gnutls_sys::time_t;

use crate::error::{Error, ErrorKind, Result};

/// The time that a library with a 32-bit `time_t` returns for all times after the end of 2037 (lib/x509/time.c).
const AFTER_2037: time_t = 2_145_914_603;

/// Converts a time that C returns as seconds since 1970. A negative number is an error of C, and means that there is no
/// time.
pub(crate) fn from_c(seconds: time_t) -> Result<Option<SystemTime>> {
    from_number(seconds, AFTER_2037, time_t::BITS)
}

/// Like [`from_c`], for a time that always exists: a negative number stands for a time that C cannot represent.
pub(crate) fn required_from_c(seconds: time_t) -> Result<SystemTime> {
    from_c(seconds)?.ok_or_else(|| not_representable("a time before 1970", time_t::BITS))
}

fn from_number<T>(seconds: T, after_2037: T, bits: u32) -> Result<Option<SystemTime>>
where
    T: PartialEq + TryInto<u64>,
{
    if bits == 32 && seconds == after_2037 {
        return Err(not_representable("a time after 2037", bits));
    }
    let Ok(seconds) = seconds.try_into() else {
        return Ok(None);
    };
    let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    let time = time.ok_or_else(|| {
        let what = format!("the time {seconds} s after 1970");
        Error::new(
            ErrorKind::Limit,
            format!("{what} is not representable: it exceeds the range of SystemTime"),
        )
    })?;
    Ok(Some(time))
}

/// Converts a time to seconds since 1970. A time before 1970 becomes 1970.
pub(crate) fn to_c(time: SystemTime) -> Result<time_t> {
    to_number(time, time_t::BITS)
}

/// Like [`to_c`], for a time in a certificate: a time before 1970 is an error.
pub(crate) fn to_c_exactly(time: SystemTime) -> Result<time_t> {
    if time < SystemTime::UNIX_EPOCH {
        return Err(not_representable("a time before 1970", time_t::BITS));
    }
    to_c(time)
}

fn to_number<T: TryFrom<u64>>(time: SystemTime, bits: u32) -> Result<T> {
    let seconds = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |duration| duration.as_secs());
    seconds
        .try_into()
        .map_err(|_| not_representable(&format!("the time {seconds} s after 1970"), bits))
}

fn not_representable(what: &str, bits: u32) -> Error {
    let text = format!(
        "{what} is not representable: the clock of this GnuTLS has {bits} bits and begins in 1970; a later time requires a \
         build with a 64-bit time_t"
    );
    Error::new(ErrorKind::Limit, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2037-12-31 00:00:00, one second before the end of a 32-bit clock, and 2050-01-01 00:00:00.
    const TIMES: [u64; 3] = [2_145_830_400, 2_147_483_646, 2_524_608_000];

    fn time(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn times_after_the_end_of_a_32_bit_clock_are_not_representable() {
        for seconds in TIMES {
            let narrow: Result<i32> = to_number(time(seconds), 32);
            let wide: Result<i64> = to_number(time(seconds), 64);
            assert_eq!(wide.unwrap(), i64::try_from(seconds).unwrap());
            let Ok(number) = i32::try_from(seconds) else {
                let error = narrow.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Limit);
                let text = error.to_string();
                assert!(
                    text.contains("2524608000 s after 1970 is not representable"),
                    "{text}"
                );
                assert!(text.contains("32 bits"), "{text}");
                continue;
            };
            assert_eq!(narrow.unwrap(), number);
        }
    }

    #[test]
    fn a_32_bit_library_returns_one_number_for_all_later_times() {
        let later = 2_145_914_603;
        let error = from_number::<i32>(later, later, 32).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("after 2037 is not representable"),
            "{error}"
        );
        assert_eq!(
            from_number::<i32>(later - 1, later, 32).unwrap(),
            Some(time(2_145_914_602))
        );
        let later = i64::from(later);
        assert_eq!(
            from_number::<i64>(later, later, 64).unwrap(),
            Some(time(2_145_914_603))
        );
    }

    #[test]
    fn this_library_converts_both_ways() {
        for seconds in TIMES {
            match to_c(time(seconds)) {
                Ok(number) => assert_eq!(from_c(number).unwrap(), Some(time(seconds))),
                Err(error) => {
                    assert_eq!((time_t::BITS, error.kind()), (32, ErrorKind::Limit));
                    assert!(seconds > 2_147_483_647, "{seconds}");
                }
            }
        }
        assert_eq!(from_c(-1).unwrap(), None);
        let before_1970 = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(
            to_c_exactly(before_1970).unwrap_err().kind(),
            ErrorKind::Limit
        );
        assert_eq!(to_c_exactly(SystemTime::UNIX_EPOCH).unwrap(), 0);
        assert_eq!(
            to_c(SystemTime::UNIX_EPOCH - Duration::from_secs(1)).unwrap(),
            0
        );
    }
}
