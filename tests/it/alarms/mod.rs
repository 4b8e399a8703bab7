//! Stories and checks of alarms.

pub mod api_coverage;
pub mod story_closing;
pub mod story_drill;
pub mod story_duress;
pub mod story_gaps;
pub mod story_help;
pub mod story_ladder;
pub mod story_notes;
pub mod story_one_for_all;
pub mod story_panic;
pub mod story_taking;
pub mod watchdog;
