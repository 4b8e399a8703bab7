//! Stories and checks of visits.

pub mod days;
pub mod story_answering;
pub mod story_answers_together;
pub mod story_audit;
pub mod story_check_in;
pub mod story_colleagues;
pub mod story_late_answer;
pub mod story_links;
pub mod story_officer;
pub mod story_offline;
pub mod story_once;
pub mod story_outage;
pub mod story_pin;
pub mod story_poison;
pub mod story_races;
pub mod story_registering;
pub mod story_registrations_together;
pub mod story_report;
pub mod story_start_by_text;
pub mod story_starting;
pub mod story_unannounced;
pub mod story_under_way;
pub mod time_machine;
