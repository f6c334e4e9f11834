//! Mutations of DER: of its elements, with correct lengths, and of its bytes.

use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

/// An element of DER.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Element {
    Primitive(u8, Vec<u8>),
    Constructed(u8, Vec<Element>),
}

/// The deepest nesting that is divided into elements.
const MAX_DEPTH: usize = 20;

impl Element {
    /// Divides bytes into elements, or returns `None` if they are no DER.
    fn sequence(mut bytes: &[u8], depth: usize) -> Option<Vec<Self>> {
        let mut elements = Vec::new();
        while let [tag, length, rest @ ..] = bytes {
            let (length, rest) = match *length {
                short @ 0..=0x7f => (usize::from(short), rest),
                long @ 0x81..=0x83 => {
                    let (digits, rest) = rest.split_at_checked(usize::from(long - 0x80))?;
                    let length = digits
                        .iter()
                        .fold(0, |sum, &digit| sum << 8 | usize::from(digit));
                    (length, rest)
                }
                _ => return None,
            };
            let (contents, rest) = rest.split_at_checked(length)?;
            let parts = (tag & 0x20 != 0 && depth < MAX_DEPTH)
                .then(|| Self::sequence(contents, depth + 1))
                .flatten();
            elements.push(match parts {
                Some(parts) => Self::Constructed(*tag, parts),
                None => Self::Primitive(*tag, contents.to_vec()),
            });
            bytes = rest;
        }
        bytes.is_empty().then_some(elements)
    }

    fn write(&self, output: &mut Vec<u8>) {
        let (tag, contents) = match self {
            Self::Primitive(tag, contents) => (*tag, contents.clone()),
            Self::Constructed(tag, parts) => (*tag, encode(parts)),
        };
        output.push(tag);
        let length = contents.len();
        match length {
            0..=0x7f => output.push(length as u8),
            0x80..=0xff => output.extend([0x81, length as u8]),
            0x100..=0xffff => output.extend([0x82, (length >> 8) as u8, length as u8]),
            _ => output.extend([
                0x83,
                (length >> 16) as u8,
                (length >> 8) as u8,
                length as u8,
            ]),
        }
        output.extend(contents);
    }

    fn count(&self) -> usize {
        match self {
            Self::Primitive(..) => 1,
            Self::Constructed(_, parts) => 1 + parts.iter().map(Self::count).sum::<usize>(),
        }
    }
}

fn encode(elements: &[Element]) -> Vec<u8> {
    let mut output = Vec::new();
    elements
        .iter()
        .for_each(|element| element.write(&mut output));
    output
}

/// Calls the function with the list that contains the element with this number, and its index there.
fn at(
    elements: &mut Vec<Element>,
    mut number: usize,
    change: &mut dyn FnMut(&mut Vec<Element>, usize),
) {
    for index in 0..elements.len() {
        if number == 0 {
            return change(elements, index);
        }
        let count = elements[index].count();
        if number < count {
            if let Element::Constructed(_, parts) = &mut elements[index] {
                at(parts, number - 1, change);
            }
            return;
        }
        number -= count;
    }
}

/// Returns a mutation of one of the files.
pub fn mutated(files: &[Vec<u8>], random: &mut ChaCha8Rng) -> Vec<u8> {
    let file = files.choose(random).expect("there is a file");
    let mut bytes = file.clone();
    if random.random_bool(0.6) {
        if let Some(mut elements) = Element::sequence(file, 0) {
            for _ in 0..random.random_range(1..=3) {
                change_element(&mut elements, random);
            }
            bytes = encode(&elements);
        }
    }
    if bytes == *file || random.random_bool(0.2) {
        for _ in 0..random.random_range(1..=3) {
            change_bytes(&mut bytes, random);
        }
    }
    bytes
}

fn change_element(elements: &mut Vec<Element>, random: &mut ChaCha8Rng) {
    let count: usize = elements.iter().map(Element::count).sum();
    if count == 0 {
        return;
    }
    let mut other = None;
    at(
        elements,
        random.random_range(0..count),
        &mut |list, index| {
            other = Some(list[index].clone());
        },
    );
    at(
        elements,
        random.random_range(0..count),
        &mut |list, index| match random.random_range(0..8) {
            0 => drop(list.remove(index)),
            1 => list.insert(index, list[index].clone()),
            2 => list[index] = other.clone().expect("an element was chosen"),
            3 => list.insert(index, other.clone().expect("an element was chosen")),
            4 => match &mut list[index] {
                Element::Primitive(tag, _) | Element::Constructed(tag, _) => {
                    *tag = if random.random() {
                        random.random()
                    } else {
                        *tag ^ 1
                    };
                }
            },
            5 => match &mut list[index] {
                Element::Primitive(_, contents) => contents.clear(),
                Element::Constructed(_, parts) => parts.clear(),
            },
            6 if list.len() > 1 => {
                let second = random.random_range(0..list.len());
                list.swap(index, second);
            }
            _ => match &mut list[index] {
                Element::Primitive(_, contents) => change_bytes(contents, random),
                Element::Constructed(_, parts) => parts.reverse(),
            },
        },
    );
}

fn change_bytes(bytes: &mut Vec<u8>, random: &mut ChaCha8Rng) {
    let start = random.random_range(0..=bytes.len());
    let end = (start + random.random_range(0..=8)).min(bytes.len());
    match random.random_range(0..6) {
        0 if start < bytes.len() => bytes[start] ^= 1 << random.random_range(0..8),
        1 if start < bytes.len() => {
            bytes[start] = [0, 1, 0x7f, 0x80, 0xff][random.random_range(0..5)]
        }
        2 => drop(bytes.drain(start..end)),
        3 => {
            let inserted: Vec<u8> = (0..random.random_range(1..=8))
                .map(|_| random.random())
                .collect();
            drop(bytes.splice(start..start, inserted));
        }
        4 => bytes.truncate(start),
        _ => bytes.extend_from_within(start..end),
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::PARSERS;

    #[test]
    fn elements_are_encoded_as_they_were() {
        for parser in PARSERS {
            for file in parser.samples() {
                let elements = Element::sequence(&file, 0).unwrap();
                assert!(elements[0].count() > 3);
                assert_eq!(encode(&elements), file, "{}", parser.name);
            }
        }
        assert_eq!(Element::sequence(&[0x30, 5, 0], 0), None);
    }

    #[test]
    fn mutations_differ_and_some_have_correct_lengths() {
        let file = PARSERS[0].samples();
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mutations: Vec<_> = (0..200).map(|_| mutated(&file[..1], &mut random)).collect();
        let changed = mutations
            .iter()
            .filter(|mutation| **mutation != file[0])
            .count();
        assert!(changed > 190, "{changed}");
        let correct = mutations
            .iter()
            .filter(|mutation| Element::sequence(mutation, 0).is_some());
        let correct = correct.count();
        assert!((80..200).contains(&correct), "{correct}");
    }
}
