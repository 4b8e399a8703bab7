//! What a spreadsheet would take for a formula is written with an apostrophe in front, and read
//! without it: nothing that anybody typed into a form is ever run on a desk.

use std::borrow::Cow;

/// What begins a formula, in one spreadsheet or another.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Whether a cell would be run, or looks like one that was guarded already.
fn is_risky(cell: &str) -> bool {
    match cell.strip_prefix('\'') {
        Some(rest) => rest.starts_with('\'') || rest.starts_with(FORMULA),
        None => cell.starts_with(FORMULA),
    }
}

/// A cell as it is written.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if is_risky(cell) { format!("'{cell}").into() } else { cell.into() }
}

/// A cell as it was meant. `'t Hart` keeps its apostrophe.
pub fn bare(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_risky(rest)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(guarded("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(
            (guarded("+31612345678"), bare("'+31612345678")),
            ("'+31612345678".into(), "+31612345678")
        );
        assert_eq!((guarded("'t Hart"), bare("'t Hart")), ("'t Hart".into(), "'t Hart"));
        assert_eq!(bare("+31612345678"), "+31612345678", "as other programs write it");
    }

    proptest! {
        #[test]
        fn whatever_was_meant_comes_back(cell in "['=+@t -]{0,5}.{0,5}") {
            let written = guarded(&cell);
            prop_assert_eq!(bare(&written), &cell);
            prop_assert!(!written.starts_with(FORMULA));
        }
    }
}
