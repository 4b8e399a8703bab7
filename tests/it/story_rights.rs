//! The rights of a person in the register.
