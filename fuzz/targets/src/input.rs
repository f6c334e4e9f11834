//! Reading an input: the first bytes make decisions, the rest is data.

/// The bytes of an input that have not been read.
pub(crate) struct Input<'a>(pub(crate) &'a [u8]);

impl<'a> Input<'a> {
    /// Returns the next byte, or 0 after the end.
    pub(crate) fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    /// Returns the next two bytes as a number.
    pub(crate) fn number(&mut self) -> usize {
        usize::from(self.byte()) << 8 | usize::from(self.byte())
    }

    /// Returns the next `length` bytes, or all that are left.
    pub(crate) fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// Returns `true` if nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Applies the rest to bytes, as a list of changes: a position, and the byte there, or what to insert or remove.
    pub(crate) fn change(&mut self, bytes: &mut Vec<u8>) {
        while !self.is_empty() && !bytes.is_empty() {
            let kind = self.byte();
            let at = self.number() % bytes.len();
            match kind % 4 {
                0 => bytes[at] = self.byte(),
                1 => {
                    let length = usize::from(self.byte());
                    let inserted = self.take(length);
                    bytes.splice(at..at, inserted.iter().copied());
                }
                2 => {
                    let end = bytes.len().min(at + usize::from(self.byte()) + 1);
                    bytes.drain(at..end);
                }
                _ => bytes[at] = bytes[at].wrapping_add(self.byte() as i8 as u8),
            }
        }
    }
}
