//! What holds for every operation of the API, and for the command line.

pub mod api_surface;
pub mod bad_bytes;
pub mod bad_input;
pub mod command_line;
pub mod contract;
pub mod floods;
pub mod limits;
pub mod matrix;
