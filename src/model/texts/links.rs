//! The words on the pages behind one-time links.

use super::Words;
use crate::model::language::Language;

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
    pub emergency: &'static str,
    pub notice: &'static str,
    pub call: &'static str,
    pub seen: &'static str,
    pub seen_at: &'static str,
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
    emergency: "Nood",
    notice: "De gemeente verwacht een lastig bezoek",
    call: "Bel de gemeente:",
    seen: "Gezien",
    seen_at: "Gezien om",
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
    emergency: "Emergency",
    notice: "The municipality expects a difficult visit",
    call: "Call the municipality:",
    seen: "Seen",
    seen_at: "Seen at",
};

impl Words {
    /// The words of the pages behind one-time links.
    pub fn link_texts(&self) -> LinkTexts {
        match self.language {
            Language::Nl => NL,
            Language::En => EN,
        }
    }
}
