//! Texts of the scenario language.

/// Parses a text. A text that was accepted is equal to that of its scenarios.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(scenarios) = gnutls_conformance_scenario::parse(text) else {
        return;
    };
    let written: String = scenarios.iter().map(|scenario| scenario.text()).collect();
    assert_eq!(
        gnutls_conformance_scenario::parse(&written).as_ref(),
        Ok(&scenarios),
        "the text of scenarios is not parsed as the same scenarios"
    );
}
