//! What somebody hears or reads on a phone after an answer.

use crate::{
    model::{alarms::AlarmFault, messages::texts::Words, visits::answers::Reply},
    service::error::Error,
};

/// The words for what came of an answer.
pub fn answer_phrase(reply: &Reply, words: &Words) -> String {
    match reply {
        Reply::Confirmed(next) | Reply::Noted(next) => words.confirmed(*next),
        Reply::Extended(until) => words.extended(*until),
        Reply::Ended => words.ended(),
        Reply::HelpComing => words.arranging(),
        Reply::AlarmTold => words.answer_noted(),
        Reply::AlarmNeedsPin => words.alarm_needs_code(),
        Reply::PinNeeded => words.code_needed(),
        Reply::PinWrong => words.code_wrong(),
        Reply::PinWaits => words.code_waits(),
        Reply::Undone => words.answer_noted(),
        Reply::HelpStays => words.arranging(),
        Reply::NotUnderstood => words.not_understood(),
        Reply::NotUnderWay | Reply::NoAlarm | Reply::GivenAhead | Reply::GivenBefore => {
            words.nothing_asked()
        }
    }
}

/// The words for why an alarm could not be taken.
pub fn not_taken_phrase(why: &Error, words: &Words) -> String {
    match why {
        Error::Alarm(AlarmFault::OwnedBy(owner)) => words.taken_by(&owner.name),
        _ => words.alarm_over(),
    }
}
