//! The words on the pages behind one-time links.

use super::{
    Words,
    catalogue::{fixed, text},
};
use crate::model::{clock::Instant, visits::Kind};

/// The words of these pages.
#[derive(Clone, Copy, Debug)]
pub struct LinkTexts {
    pub question: &'static str,
    pub well: &'static str,
    pub more: &'static str,
    pub code: &'static str,
    pub silent: &'static str,
    pub take: &'static str,
    pub second_step: &'static str,
    pub send_code: &'static str,
    pub text_code: &'static str,
    pub show: &'static str,
    pub code_sent: &'static str,
    pub code_refused: &'static str,
    pub no_number: &'static str,
    pub open: &'static str,
    pub gone: &'static str,
    pub gone_why: &'static str,
    pub emergency: &'static str,
    pub notice: &'static str,
    pub call: &'static str,
    pub seen: &'static str,
    pub seen_at: &'static str,
    pub seen_known: &'static str,
    pub where_: &'static str,
    pub ask: &'static str,
    pub asked: &'static str,
    pub only_you: &'static str,
    pub running: &'static str,
    pub alarm: &'static str,
    pub alarm_asked: &'static str,
    pub over: &'static str,
    pub cancelled: &'static str,
    pub nothing_to_do: &'static str,
    pub today: &'static str,
    pub tomorrow: &'static str,
}

impl Words {
    /// The words of the pages behind one-time links.
    pub fn link_texts(&self) -> LinkTexts {
        let say = |key| fixed(self.language, key);
        LinkTexts {
            question: say("link-question"),
            well: say("link-well"),
            more: say("link-more"),
            code: say("link-code"),
            silent: say("link-silent"),
            take: say("link-take"),
            second_step: say("link-second-step"),
            send_code: say("link-send-code"),
            text_code: say("link-text-code"),
            show: say("link-show"),
            code_sent: say("link-code-sent"),
            code_refused: say("link-code-refused"),
            no_number: say("link-no-number"),
            open: say("link-open"),
            gone: say("link-gone"),
            gone_why: say("link-gone-why"),
            emergency: say("link-emergency"),
            notice: say("link-notice"),
            call: say("link-call"),
            seen: say("link-seen"),
            seen_at: say("link-seen-at"),
            seen_known: say("link-seen-known"),
            where_: say("link-where"),
            ask: say("link-ask"),
            asked: say("link-asked"),
            only_you: say("link-only-you"),
            running: say("link-running"),
            alarm: say("link-alarm"),
            alarm_asked: say("link-alarm-asked"),
            over: say("link-over"),
            cancelled: say("link-cancelled"),
            nothing_to_do: say("link-nothing-to-do"),
            today: say("link-today"),
            tomorrow: say("link-tomorrow"),
        }
    }

    /// How many go, and on what; nothing about why.
    pub fn who_goes(&self, kind: Kind, people: usize) -> String {
        let what = match kind {
            Kind::HomeVisit => fixed(self.language, "link-on-home-visit"),
            Kind::FieldInspection => fixed(self.language, "link-on-inspection"),
            Kind::OfficeMeeting => fixed(self.language, "link-at-office"),
        };
        if people == 1 {
            return text!(self.language, "link-one-goes", what);
        }
        text!(self.language, "link-many-go", people, what)
    }

    /// A day as it is said today: by its name when it is near, else `23-11-2026`.
    pub fn near_day(&self, at: Instant, now: Instant) -> String {
        let t = self.link_texts();
        let day = |at: Instant| at.with_timezone(&self.zone).date_naive();
        match (day(at) - day(now)).num_days() {
            0 => t.today.into(),
            1 => t.tomorrow.into(),
            _ => self.day(at),
        }
    }
}
