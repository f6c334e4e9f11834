//! Reading DER elements (X.690, section 8.1), to examine data before GnuTLS parses it.

/// Returns the content of the first element, which must have this tag, and the bytes after it.
pub(crate) fn expect(data: &[u8], expected: u8) -> Option<(&[u8], &[u8])> {
    let (tag, content, rest) = element(data)?;
    (tag == expected).then_some((content, rest))
}

/// Returns the tag and the content of the first DER element, and the bytes after it.
pub(crate) fn element(data: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], mut rest) = data.split_first_chunk()?;
    let length = match first {
        0..=0x7f => usize::from(first),
        0x81..=0x83 => {
            let (length, after) = rest.split_at_checked(usize::from(first - 0x80))?;
            rest = after;
            length
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte))
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_has_a_definite_length_of_at_most_three_bytes() {
        assert_eq!(element(&[4, 1, 7, 9]), Some((4, &[7][..], &[9][..])));
        assert_eq!(element(&[4, 0x81, 1, 7]), Some((4, &[7][..], &[][..])));
        assert_eq!(element(&[0x30, 0x80, 0, 0]), None);
        assert_eq!(element(&[0x30, 0x84, 0, 0, 0, 0]), None);
        assert_eq!(element(&[0x30, 2, 0]), None);
        assert_eq!(element(&[0x30]), None);
        assert_eq!(expect(&[4, 0], 5), None);
    }
}
