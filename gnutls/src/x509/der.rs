//! DER elements (X.690, section 8.1): reading, to examine data before GnuTLS parses it, and writing of general names and
//! the extensions that contain them.

/// The tags of universal types, and the bits of tags.
pub(crate) mod tag {
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
    pub(crate) const UTF8_STRING: u8 = 0x0c;
    pub(crate) const IA5_STRING: u8 = 0x16;
    pub(crate) const SEQUENCE: u8 = 0x30;
    /// The bits of an element in a structure whose number replaces its type.
    pub(crate) const CONTEXT: u8 = 0x80;
    /// The bits of an element in a structure that contains elements.
    pub(crate) const CONTEXT_CONSTRUCTED: u8 = 0xa0;
}

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

/// Returns an element.
pub(crate) fn encode(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut element = vec![tag];
    let length = content.len();
    if let Ok(short @ ..=0x7f) = u8::try_from(length) {
        element.push(short);
    } else {
        let bytes = length.to_be_bytes();
        let significant = bytes.iter().position(|&byte| byte != 0).unwrap_or(0);
        let bytes = &bytes[significant..];
        // A length has at most 8 bytes.
        element.push(0x80 | bytes.len() as u8);
        element.extend(bytes);
    }
    element.extend(content);
    element
}

/// Returns the content of an object identifier, or `None` if the text is no identifier.
pub(crate) fn object_identifier(text: &str) -> Option<Vec<u8>> {
    let number = |part: &str| -> Option<u64> {
        let valid = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        valid.then(|| part.parse().ok())?
    };
    let mut parts = text.split('.').map(number);
    let (first, second) = (parts.next()??, parts.next()??);
    if first > 2 || (first < 2 && second > 39) {
        return None;
    }
    let mut content = Vec::new();
    for part in std::iter::once(second.checked_add(40 * first)).chain(parts) {
        let part = part?;
        let groups = part.checked_ilog2().map_or(1, |bits| bits / 7 + 1);
        content.extend((0..groups).rev().map(|group| {
            let bits = (part >> (7 * group) & 0x7f) as u8;
            if group == 0 { bits } else { bits | 0x80 }
        }));
    }
    Some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_encoded_as_they_are_read() {
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000] {
            let content = vec![7; length];
            let encoded = encode(4, &content);
            assert_eq!(
                element(&encoded),
                Some((4, &content[..], &[][..])),
                "{length}"
            );
        }
        assert_eq!(encode(4, &[1; 0x80])[..3], [4, 0x81, 0x80]);
    }

    #[test]
    fn object_identifiers_are_encoded() {
        let encoded = |text| object_identifier(text).unwrap();
        assert_eq!(encoded("2.5.29.17"), [0x55, 29, 17]);
        assert_eq!(
            encoded("1.2.840.113549.1.9.1"),
            [42, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1]
        );
        assert_eq!(encoded("2.999.0"), [0x88, 0x37, 0]);
        for text in [
            "",
            "1",
            "1.",
            "3.1",
            "1.40",
            "a.b",
            "1.2.-3",
            "1.2. 3",
            "1.2.3.",
            "1.2.99999999999999999999",
        ] {
            assert_eq!(object_identifier(text), None, "{text}");
        }
    }

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
