//! Files of measures and people on the command line.

pub mod files;
