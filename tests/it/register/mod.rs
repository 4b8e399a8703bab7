//! Stories and checks of the register.

pub mod api_imports;
pub mod api_register;
pub mod cli_files;
pub mod store_register;
pub mod story_addresses;
pub mod story_register;
