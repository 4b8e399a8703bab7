//! People: accounts, teams, sign-in, PINs, devices.

pub mod accounts;
pub mod caller;
pub mod devices;
pub mod own_number;
pub mod personas;
pub mod pins;
pub mod profile;
pub mod scim;
mod session_lookup;
pub mod sessions;
pub mod sign_in;
pub mod teams;
