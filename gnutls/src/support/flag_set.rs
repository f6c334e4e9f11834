//! The set operations of types that consist of the flags of a C enum.

/// Implements the set operations of a newtype over the bits of a C enum. Bits that this crate does not know take part
/// in them.
///
/// There is no complement: it would contain every bit that is not known.
macro_rules! flag_set {
    ($type:ident) => {
        impl $type {
            /// Returns `true` if all flags of `other` are set.
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// Returns `true` if any flag of `other` is set.
            pub const fn intersects(self, other: Self) -> bool {
                self.0 & other.0 != 0
            }

            /// Returns the flags that are set in `self` or in `other`, as `self | other` does.
            pub const fn union(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// Returns the flags that are set in both `self` and `other`, as `self & other` does.
            pub const fn intersection(self, other: Self) -> Self {
                Self(self.0 & other.0)
            }

            /// Returns the flags that are set in `self` but not in `other`, as `self - other` does.
            pub const fn difference(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }
        }

        impl std::ops::BitOr for $type {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                self.union(other)
            }
        }

        impl std::ops::BitOrAssign for $type {
            fn bitor_assign(&mut self, other: Self) {
                *self = self.union(other);
            }
        }

        impl std::ops::BitAnd for $type {
            type Output = Self;

            fn bitand(self, other: Self) -> Self {
                self.intersection(other)
            }
        }

        impl std::ops::BitAndAssign for $type {
            fn bitand_assign(&mut self, other: Self) {
                *self = self.intersection(other);
            }
        }

        impl std::ops::Sub for $type {
            type Output = Self;

            fn sub(self, other: Self) -> Self {
                self.difference(other)
            }
        }

        impl std::ops::SubAssign for $type {
            fn sub_assign(&mut self, other: Self) {
                *self = self.difference(other);
            }
        }

        impl Extend<$type> for $type {
            fn extend<T: IntoIterator<Item = Self>>(&mut self, flags: T) {
                flags.into_iter().for_each(|flag| *self |= flag);
            }
        }

        impl FromIterator<$type> for $type {
            fn from_iter<T: IntoIterator<Item = Self>>(flags: T) -> Self {
                let mut set = Self::default();
                set.extend(flags);
                set
            }
        }
    };
}
pub(crate) use flag_set;

#[cfg(test)]
mod tests {
    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    struct Flags(u32);
    flag_set!(Flags);

    const EMPTY: Flags = Flags(0);
    const A: Flags = Flags(1);
    const B: Flags = Flags(2);
    const UNKNOWN: Flags = Flags(1 << 31);

    #[test]
    fn sets_are_compared() {
        let both = A.union(B);
        assert!(both.contains(A) && both.contains(both) && both.contains(EMPTY));
        assert!(!A.contains(both) && !A.contains(UNKNOWN));
        assert!(both.intersects(A) && A.intersects(both));
        assert!(!A.intersects(B) && !A.intersects(EMPTY));
    }

    #[test]
    fn sets_are_combined() {
        let all = A | B | UNKNOWN;
        assert_eq!(all, Flags(1 << 31 | 3));
        assert_eq!(all & (A | UNKNOWN), A | UNKNOWN);
        assert_eq!(A & B, EMPTY);
        assert_eq!(all - (A | B), UNKNOWN);
        assert_eq!(A - B, A);

        let mut flags = all;
        flags -= A;
        assert_eq!(flags, B | UNKNOWN);
        flags &= UNKNOWN;
        assert_eq!(flags, UNKNOWN);
        flags |= A;
        assert_eq!(flags, A | UNKNOWN);
    }

    #[test]
    fn sets_are_collected() {
        let mut flags: Flags = [A, A, UNKNOWN].into_iter().collect();
        assert_eq!(flags, A | UNKNOWN);
        flags.extend([B]);
        assert_eq!(flags, A | B | UNKNOWN);
        assert_eq!(Flags::from_iter([]), EMPTY);
    }
}
