//! What a worker hears and reads: neutral, short, and clear on what to do.

use super::{Words, catalogue::text};
use crate::model::{alarms::Cause, clock::Instant};

impl Words {
    /// Before a check-in.
    pub fn reminder(&self, due: Instant, link: &str, pin: bool) -> String {
        let time = self.time(due);
        match pin {
            false => text!(self.language, "reminder", time, link),
            true => text!(self.language, "reminder-with-code", time, link),
        }
    }

    /// At a check-in.
    pub fn prompt(&self, due: Instant, link: &str, pin: bool) -> String {
        let time = self.time(due);
        match pin {
            false => text!(self.language, "prompt", time, link),
            true => text!(self.language, "prompt-with-code", time, link),
        }
    }

    /// To a colleague who goes along, when the worker did not answer the first call.
    pub fn prompt_colleague(&self, due: Instant, link: &str) -> String {
        let time = self.time(due);
        text!(self.language, "prompt-colleague", time, link)
    }

    /// What the call says; a resident may hear it.
    pub fn call(&self, pin: bool) -> String {
        match pin {
            false => text!(self.language, "call"),
            true => text!(self.language, "call-with-code"),
        }
    }

    /// After an answer, while the visit goes on.
    pub fn confirmed(&self, next: Option<Instant>) -> String {
        match next.map(|at| self.time(at)) {
            Some(time) => text!(self.language, "confirmed", time),
            None => text!(self.language, "confirmed-last"),
        }
    }

    /// After an extension.
    pub fn extended(&self, until: Instant) -> String {
        let time = self.time(until);
        text!(self.language, "extended", time)
    }

    /// After an answer without the code where one is needed.
    pub fn code_needed(&self) -> String {
        text!(self.language, "code-needed")
    }

    /// The same on a call.
    pub fn press_code(&self) -> String {
        text!(self.language, "press-code")
    }

    /// After a code that is not theirs.
    pub fn code_wrong(&self) -> String {
        text!(self.language, "code-wrong")
    }

    /// After a code while none counts.
    pub fn code_waits(&self) -> String {
        text!(self.language, "code-waits")
    }

    /// After the visit ended.
    pub fn ended(&self) -> String {
        text!(self.language, "ended")
    }

    /// After help was asked for by phone: neutral, for it is heard in the room.
    pub fn arranging(&self) -> String {
        text!(self.language, "arranging")
    }

    /// After a late answer without the code: the alarm goes on.
    pub fn answer_noted(&self) -> String {
        text!(self.language, "answer-noted")
    }

    /// The same, when the code would stop it.
    pub fn alarm_needs_code(&self) -> String {
        text!(self.language, "alarm-needs-code")
    }

    /// To whoever is out there, when somebody closed the alarm; with the next question, if there is one.
    pub fn alarm_handled(&self, by: &str, next: Option<Instant>) -> String {
        match next.map(|next| self.time(next)) {
            Some(time) => text!(self.language, "alarm-handled", by, time),
            None => text!(self.language, "alarm-handled-over", by),
        }
    }

    /// When there is nothing to answer.
    pub fn nothing_asked(&self) -> String {
        text!(self.language, "nothing-asked")
    }

    /// To who asks for help and of whom nothing is known: with a number of the organisation, when
    /// it has one.
    pub fn nobody_warned(&self, number: Option<&str>) -> String {
        let warned = text!(self.language, "nobody-warned");
        let or = number.map(|n| text!(self.language, "nobody-warned-number", n));
        format!("{warned}{}", or.unwrap_or_default())
    }

    /// To a number that was given for one visit.
    pub fn number_test(&self, who: &str, start: Instant) -> String {
        let time = self.time(start);
        text!(self.language, "number-test", who, time)
    }

    /// After an answer to that.
    pub fn number_tested(&self) -> String {
        text!(self.language, "number-tested")
    }

    /// To the owner of an SOS button.
    pub fn button_battery(&self) -> String {
        text!(self.language, "button-battery")
    }

    /// To the owner of an SOS button.
    pub fn button_off(&self) -> String {
        text!(self.language, "button-off")
    }

    /// To the owner of an SOS button that sent words that nobody understands.
    pub fn button_unclear(&self, words: &str) -> String {
        text!(self.language, "button-unclear", words)
    }

    /// Words of a button, on the timeline.
    pub fn button_wrote(&self, words: &str) -> String {
        text!(self.language, "button-wrote", words)
    }

    /// To somebody who calls, and is on no visit; `leads` to who may have missed a call about an alarm.
    /// It never tells whether there is one: a silent alarm is not betrayed to who calls in their name.
    pub fn call_in(&self, leads: bool) -> String {
        let menu = text!(self.language, "call-in");
        if leads { menu + &text!(self.language, "call-in-leads") } else { menu }
    }

    /// To somebody who calls before their visit begins.
    pub fn call_in_ahead(&self) -> String {
        text!(self.language, "call-in-ahead")
    }

    /// To somebody who calls and hears of an alarm of somebody else.
    pub fn call_in_alarm(&self, who: &str, cause: Cause) -> String {
        self.alarm_call(who, cause) + &text!(self.language, "call-in-own")
    }

    /// To somebody who calls while the service fails.
    pub fn call_in_failed(&self) -> String {
        text!(self.language, "call-in-failed")
    }

    /// After somebody on no visit asked to be called. The room may hear it: nothing of the address.
    pub fn watch_begun(&self, asked_at: Instant) -> String {
        let time = self.time(asked_at);
        text!(self.language, "watch-begun", time)
    }

    /// What is known of a visit that began so.
    pub fn watch_asked(&self) -> String {
        text!(self.language, "watch-asked")
    }

    /// What is known of a visit that began with a call for help.
    pub fn unannounced(&self) -> String {
        text!(self.language, "unannounced")
    }

    /// When several visits share a number.
    pub fn which_one(&self) -> String {
        text!(self.language, "which-one")
    }

    /// When a reply was not understood.
    pub fn not_understood(&self) -> String {
        text!(self.language, "not-understood")
    }

    pub fn stopped(&self) -> String {
        text!(self.language, "stopped")
    }

    pub fn started_again(&self) -> String {
        text!(self.language, "started-again")
    }

    /// To a worker whose planned visit did not start.
    pub fn did_you_start(&self, start: Instant) -> String {
        let (time, url) = (self.time(start), &self.public_url);
        text!(self.language, "did-you-start", time, url)
    }
}
