//! Visits: registered, changed, answered for, watched.

pub mod actions;
mod answer_proof;
mod answer_request;
pub mod answers;
mod checks;
pub mod colleague_answers;
pub mod link_codes;
pub mod links;
pub mod lists;
pub mod month_reports;
pub mod officer_notices;
pub mod officers;
pub mod push_buttons;
pub mod registrations;
pub mod replanning;
pub mod team_context;
pub mod text_starts;
pub mod timeline;
pub mod unannounced;
pub mod viewer;
