//! The GnuTLS release that introduced a name.

/// The table of `gnutls-sys`: lines of `release <tab> kind <tab> name`.
const TABLE: &str = include_str!("../releases.tsv");

/// The oldest supported release, which also stands for any older one.
pub(crate) const OLDEST: &str = "3.6.0";

/// A row of the table.
pub(crate) struct Entry {
    pub(crate) release: &'static str,
    pub(crate) kind: &'static str,
}

/// Finds a function, variable or constant.
pub(crate) fn find(name: &str) -> Option<Entry> {
    TABLE.lines().find_map(|line| {
        let (row, found) = line.rsplit_once('\t')?;
        let (release, kind) = row.split_once('\t')?;
        (found == name).then_some(Entry { release, kind })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_project_is_read() {
        let entry = find("gnutls_session_key_update").unwrap();
        assert_eq!((entry.release, entry.kind), ("3.6.3", "function"));
        assert_eq!(find("gnutls_init").unwrap().release, OLDEST);
        assert_eq!(find("GNUTLS_NO_TICKETS").unwrap().kind, "constant");
        assert!(find("gnutls_goodbye").is_none());
    }
}
