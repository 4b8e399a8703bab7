//! The words on the pages behind one-time links.

use super::Words;
use crate::model::{clock::Instant, language::Language, visits::Kind};

/// The words of these pages.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each field is named after what it says")]
pub struct LinkTexts {
    pub question: &'static str,
    pub well: &'static str,
    pub more: &'static str,
    pub code: &'static str,
    pub silent: &'static str,
    pub take: &'static str,
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

const NL: LinkTexts = LinkTexts {
    question: "Gaat alles volgens plan?",
    well: "Alles goed",
    more: "15 minuten langer",
    code: "Je code",
    silent: "Stil alarm: bel of sms niemand die op bezoek is. Overleg met 112.",
    take: "Ik pak dit op",
    open: "Open Rugdekking",
    gone: "Deze link werkt niet meer.",
    gone_why: "Een link werkt maar even, om wat erin staat te beschermen. Hebt u een vraag? Bel ons.",
    emergency: "Nood",
    notice: "De gemeente verwacht een lastig bezoek",
    call: "Bel de gemeente:",
    seen: "Gezien",
    seen_at: "Gezien om",
    seen_known: "De gemeente weet nu dat u dit hebt gelezen.",
    where_: "Waar",
    ask: "Wat vragen we van u?",
    asked: "U hoeft niet te komen. Weet u iets wat van belang is, of bent u in de buurt? Bel dan.",
    only_you: "Deze link is alleen voor u. De gemeente ziet dat u hem opende. Hij werkt tot",
    running: "Het bezoek is nu bezig.",
    alarm: "Er is alarm bij een bezoek van de gemeente",
    alarm_asked: "Bel de gemeente nu. Die vertelt wat er nodig is. Bel 112 als er direct gevaar is.",
    over: "Het bezoek is voorbij",
    cancelled: "Het bezoek gaat niet door",
    nothing_to_do: "U hoeft niets meer te doen.",
    today: "Vandaag",
    tomorrow: "Morgen",
};

const EN: LinkTexts = LinkTexts {
    question: "Does all go to plan?",
    well: "All is well",
    more: "15 more minutes",
    code: "Your code",
    silent: "Silent alarm: do not call or text anybody on the visit. Consult 112.",
    take: "I take this",
    open: "Open Rugdekking",
    gone: "This link works no longer.",
    gone_why: "A link works for a short time only, to protect what it holds. A question? Call us.",
    emergency: "Emergency",
    notice: "The municipality expects a difficult visit",
    call: "Call the municipality:",
    seen: "Seen",
    seen_at: "Seen at",
    seen_known: "The municipality now knows that you have read this.",
    where_: "Where",
    ask: "What do we ask of you?",
    asked: "You do not have to come. Do you know something that matters, or are you near? Then call.",
    only_you: "This link is for you alone. The municipality sees that you opened it. It works until",
    running: "The visit is going on now.",
    alarm: "There is an alarm on a visit of the municipality",
    alarm_asked: "Call the municipality now. They say what is needed. Call 112 in immediate danger.",
    over: "The visit is over",
    cancelled: "The visit does not take place",
    nothing_to_do: "You do not have to do anything any more.",
    today: "Today",
    tomorrow: "Tomorrow",
};

impl Words {
    /// The words of the pages behind one-time links.
    pub fn link_texts(&self) -> LinkTexts {
        match self.language {
            Language::Nl => NL,
            Language::En => EN,
        }
    }
    /// How many go, and on what; nothing about why.
    pub fn who_goes(&self, kind: Kind, people: usize) -> String {
        let nl = match kind {
            Kind::HomeVisit => "op huisbezoek",
            Kind::FieldInspection => "op pad voor een controle",
            Kind::OfficeMeeting => "in gesprek op kantoor",
        };
        let en = match kind {
            Kind::HomeVisit => "on a home visit",
            Kind::FieldInspection => "on an inspection",
            Kind::OfficeMeeting => "to a talk at the office",
        };
        if people == 1 {
            return self.pick(
                format!("Een medewerker van de gemeente gaat {nl}."),
                format!("An employee of the municipality goes {en}."),
            );
        }
        self.pick(
            format!("{people} medewerkers van de gemeente gaan {nl}."),
            format!("{people} employees of the municipality go {en}."),
        )
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
