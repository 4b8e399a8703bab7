//! Stories and checks of privacy.

pub mod api_retention;
pub mod store_access;
pub mod store_keys;
pub mod store_privacy;
pub mod story_retention;
pub mod story_retention_holds;
pub mod story_rights;
