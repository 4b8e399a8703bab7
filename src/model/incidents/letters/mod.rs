//! The letter of a measure: composed, completed, written into a template, and kept as it was sent.

mod compose;
mod document;
pub(crate) mod letterhead;
mod markup;
mod parts;
mod template;
mod words;

use serde::{Deserialize, Serialize};

use crate::model::{
    clock::Instant,
    ids::{EntryId, PersonId},
};

pub use compose::Sources;
pub use letterhead::{
    Letterhead, LetterheadInput, OwnTexts, OwnTextsInput, Remedy, RemedyInput, RemedyKind,
};
pub use parts::{Part, Parts};
pub use template::{LetterParagraph, Template, Templates, Written};
pub use words::{Wording, WordingInput};

/// The letter of a measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Letter {
    /// Of which measure.
    pub entry: EntryId,
    /// What is said in other words than the usual.
    pub wording: Wording,
    /// Once it was sent: as it was.
    pub sent: Option<Sent>,
}

/// A letter as it was sent. Nothing ever changes one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Who noted that.
    pub by: PersonId,
    pub at: Instant,
    /// What stood in it.
    pub parts: Parts,
    pub paragraphs: Vec<LetterParagraph>,
    #[serde(with = "as_base64")]
    pub document: Vec<u8>,
}

/// A letter that was sent cannot be composed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the letter was sent already")]
pub struct WasSent;

impl Letter {
    /// The letter with the usual words.
    pub fn usual(entry: EntryId) -> Self {
        Self { entry, wording: Wording::default(), sent: None }
    }

    /// Says it in other words.
    ///
    /// # Errors
    /// When it was sent.
    pub fn reworded(self, wording: Wording) -> Result<Self, WasSent> {
        if self.sent.is_some() { Err(WasSent) } else { Ok(Self { wording, ..self }) }
    }

    /// Keeps it as it goes out.
    ///
    /// # Errors
    /// When it was sent before.
    pub fn go_out(
        self,
        parts: Parts,
        written: Written,
        by: PersonId,
        at: Instant,
    ) -> Result<Self, WasSent> {
        if self.sent.is_some() {
            return Err(WasSent);
        }
        let Written { document, paragraphs } = written;
        Ok(Self { sent: Some(Sent { by, at, parts, paragraphs, document }), ..self })
    }
}

mod as_base64 {
    //! Bytes as text.
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(from)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
