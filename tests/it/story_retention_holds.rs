//! What keeps a thing past its term.
