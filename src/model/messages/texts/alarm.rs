//! What managers, the desk and district officers hear and read.

use super::{
    Words,
    catalogue::{fixed, text},
};
use crate::model::{alarms::Cause, clock::Instant};

impl Words {
    fn cause(&self, cause: Cause) -> &'static str {
        match cause {
            Cause::MissedCheckIn => fixed(self.language, "cause-missed-check-in"),
            Cause::Panic => fixed(self.language, "cause-panic"),
            Cause::Duress => fixed(self.language, "cause-duress"),
            Cause::Drill => fixed(self.language, "cause-drill"),
        }
    }

    /// Why it was opened, on a timeline.
    pub(super) fn why(&self, cause: Cause) -> &'static str {
        match cause {
            Cause::MissedCheckIn => fixed(self.language, "timeline-why-missed-check-in"),
            Cause::Panic => fixed(self.language, "timeline-why-panic"),
            Cause::Duress => fixed(self.language, "timeline-why-duress"),
            Cause::Drill => fixed(self.language, "timeline-why-drill"),
        }
    }

    /// What is the matter, since when. `who` is the worker, or the team in a drill.
    pub fn alarm_line(&self, who: &str, cause: Cause, since: Instant) -> String {
        let (what, time) = (self.cause(cause), self.time(since));
        let head = if cause == Cause::Drill { "TEST" } else { "ALARM" };
        format!("{head} {time}: {who} {what}.")
    }

    /// The text of an alarm.
    pub fn alarm_text(&self, who: &str, cause: Cause, since: Instant, link: &str) -> String {
        let line = self.alarm_line(who, cause, since);
        // A text can be sent in somebody's name: it does not take a silent alarm.
        if cause == Cause::Duress {
            return text!(self.language, "alarm-text-silent", line, link);
        }
        text!(self.language, "alarm-text", line, link)
    }

    /// To whoever answers the text of a silent alarm without their code.
    pub fn silent_not_taken(&self) -> String {
        text!(self.language, "silent-not-taken")
    }

    /// The subject of an alarm's mail.
    pub fn alarm_subject(&self, cause: Cause) -> String {
        let head = if cause == Cause::Drill { "TEST" } else { "ALARM" };
        text!(self.language, "alarm-subject", head)
    }

    /// The call of an alarm.
    pub fn alarm_call(&self, who: &str, cause: Cause) -> String {
        let what = self.cause(cause);
        let kind = match cause {
            Cause::Drill => fixed(self.language, "alarm-kind-drill"),
            _ => fixed(self.language, "alarm-kind-other"),
        };
        text!(self.language, "alarm-call", kind, who, what)
    }

    /// To an officer on the ladder; nothing about what the resident did.
    pub fn alarm_officer(&self, call: &str, link: &str) -> String {
        text!(self.language, "alarm-officer", call, link)
    }

    /// After taking it.
    pub fn taken_by_you(&self) -> String {
        text!(self.language, "taken-by-you")
    }

    /// The same to who cannot see which alarm it was; `who` is in danger, or the team that drills.
    pub fn taken_by_you_of(&self, who: &str) -> String {
        text!(self.language, "taken-by-you-of", who)
    }

    /// To who was asked to take an alarm, and could not be understood.
    pub fn not_taken(&self) -> String {
        text!(self.language, "not-taken")
    }

    /// When somebody else has it.
    pub fn taken_by(&self, name: &str) -> String {
        text!(self.language, "taken-by", name)
    }

    /// When it is over.
    pub fn alarm_over(&self) -> String {
        text!(self.language, "alarm-over")
    }

    /// When the worker answered without the code while the alarm was open.
    pub fn sign_of_life(&self, who: &str, time: Instant) -> String {
        let time = self.time(time);
        text!(self.language, "sign-of-life", who, time)
    }

    /// What the worker wrote while the alarm was open.
    pub fn wrote(&self, who: &str, said: &str) -> String {
        text!(self.language, "alarm-wrote", who, said)
    }

    /// When the worker answered with the code and the alarm closed.
    pub fn answered_with_code(&self, who: &str) -> String {
        text!(self.language, "answered-with-code", who)
    }

    /// When an alarm became graver, to its owner or to everybody who was told.
    pub fn graver(&self, who: &str, cause: Cause, owned: bool) -> String {
        let what = self.cause(cause);
        match owned {
            true => text!(self.language, "graver-owned", who, what),
            false => text!(self.language, "graver-open", who, what),
        }
    }

    /// When a second moment was missed under an owned alarm.
    pub fn missed_again(&self, who: &str) -> String {
        text!(self.language, "missed-again", who)
    }

    /// When a manager is asked to agree.
    pub fn approval_asked(&self, who: &str, start: Instant) -> String {
        let (time, day, url) = (self.time(start), self.day(start), &self.public_url);
        text!(self.language, "approval-asked", who, day, time, url)
    }

    /// When somebody went without approval.
    pub fn went_anyway(&self, who: &str) -> String {
        let url = &self.public_url;
        text!(self.language, "went-anyway", who, url)
    }

    /// When a planned visit did not start.
    pub fn not_started(&self, who: &str, start: Instant) -> String {
        let time = self.time(start);
        text!(self.language, "not-started", who, time)
    }

    /// When a visit began by text or by telephone, and nobody knows where.
    pub fn address_unknown(&self, who: &str, until: Instant) -> String {
        let time = self.time(until);
        text!(self.language, "address-unknown", who, time)
    }

    /// When too many codes were wrong, so that none counts for a while.
    pub fn codes_wait(&self, who: &str) -> String {
        text!(self.language, "codes-wait", who)
    }

    /// When a visit begins with another number, from which no answer came.
    pub fn number_untested(&self, who: &str) -> String {
        text!(self.language, "number-untested", who)
    }

    /// When more time was asked for the third time.
    pub fn extended_often(&self, who: &str, until: Instant) -> String {
        let time = self.time(until);
        text!(self.language, "extended-often", who, time)
    }

    /// To the administrators, when a ladder has a gap.
    pub fn ladder_gap(&self, team: &str) -> String {
        text!(self.language, "ladder-gap", team)
    }

    /// To the administrators, when not even the organisation's ladder can stand in.
    pub fn ladder_empty(&self, team: &str) -> String {
        text!(self.language, "ladder-empty", team)
    }

    /// To the administrators, when an alarm reaches nobody.
    pub fn nobody_to_tell(&self) -> String {
        text!(self.language, "nobody-to-tell")
    }

    /// To the administrators, when somebody on a ladder asked for no more texts.
    pub fn opted_out(&self, name: &str) -> String {
        text!(self.language, "opted-out", name)
    }

    /// The text to a district officer about a risky visit: the least that helps.
    pub fn officer_text(&self, start: Instant, link: &str) -> String {
        let (time, day) = (self.time(start), self.day(start));
        text!(self.language, "officer-text", day, time, link)
    }

    /// The subject of the mail to a district officer.
    pub fn officer_subject(&self) -> String {
        text!(self.language, "officer-subject")
    }
}
