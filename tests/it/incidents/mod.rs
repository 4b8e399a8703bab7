//! Stories and checks of incidents and what follows them.

pub mod api_incidents;
pub mod api_letters;
pub mod api_policy;
pub mod story_aftercare;
pub mod story_incident;
pub mod story_letter;
