//! What letters take from the organisation: who sends them, in whose name, and where to object.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::{
    input::faults::{Fault, Faults},
    messages::language::Language,
};

/// What letters take from the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Letterhead {
    /// Where the organisation gets its post; lines end in a line feed.
    #[schema(min_length = 1, max_length = 300)]
    pub address: String,
    /// Where letters are written.
    #[schema(min_length = 1, max_length = 80)]
    pub place: String,
    /// Name of the mayor.
    #[schema(min_length = 1, max_length = 120)]
    pub signatory: String,
    /// How to reach the data protection officer.
    #[schema(min_length = 1, max_length = 300)]
    pub data_protection_officer: String,
    /// In place of the usual notice.
    pub privacy_notice: Option<OwnTexts>,
    /// What to do when one does not agree.
    pub remedy: Remedy,
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OwnTexts {
    #[schema(min_length = 1, max_length = 4000)]
    pub nl: String,
    #[schema(min_length = 1, max_length = 4000)]
    pub en: String,
}

impl OwnTexts {
    /// The one in this language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }
}

/// What a person does who does not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Remedy {
    /// Which way is open.
    pub kind: RemedyKind,
    /// Where and how: an address, a web page.
    #[serde(rename = "where")]
    #[schema(min_length = 1, max_length = 500)]
    pub at: String,
    /// Within how many weeks after the letter; six by law for an objection.
    #[schema(minimum = 1, maximum = 52)]
    pub weeks: u32,
}

/// Which way is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RemedyKind {
    /// An objection to a decision.
    Objection,
    /// A complaint about how somebody was treated.
    Complaint,
}

/// A letterhead as it comes in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct LetterheadInput {
    pub address: Option<String>,
    pub place: Option<String>,
    pub signatory: Option<String>,
    pub data_protection_officer: Option<String>,
    pub privacy_notice: Option<OwnTextsInput>,
    pub remedy: RemedyInput,
}

/// Texts as they come in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OwnTextsInput {
    pub nl: Option<String>,
    pub en: Option<String>,
}

/// A remedy as it comes in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemedyInput {
    pub kind: Option<String>,
    #[serde(rename = "where")]
    pub at: Option<String>,
    pub weeks: Option<i64>,
}

impl Letterhead {
    /// What has to be set before a letter can go out.
    pub const NEEDED: [&str; 5] =
        ["address", "place", "signatory", "dataProtectionOfficer", "remedy"];

    /// Reads one.
    ///
    /// # Errors
    /// Every fault.
    pub fn read(input: &LetterheadInput) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let address = faults.text("address", input.address.as_deref(), 300);
        let place = faults.text("place", input.place.as_deref(), 80);
        let signatory = faults.text("signatory", input.signatory.as_deref(), 120);
        let given = input.data_protection_officer.as_deref();
        let officer = faults.text("dataProtectionOfficer", given, 300);
        let privacy_notice = input.privacy_notice.as_ref().map(|own| {
            let nl = faults.text("privacyNotice.nl", own.nl.as_deref(), 4000);
            let en = faults.text("privacyNotice.en", own.en.as_deref(), 4000);
            OwnTexts { nl: nl.unwrap_or_default(), en: en.unwrap_or_default() }
        });
        let remedy = Remedy::read(&input.remedy, &mut faults);
        let (Some(address), Some(place), Some(signatory), Some(officer), Some(remedy)) =
            (address, place, signatory, officer, remedy)
        else {
            return Err(faults.0);
        };
        let data_protection_officer = officer;
        faults.done().map(|()| Self {
            address,
            place,
            signatory,
            data_protection_officer,
            privacy_notice,
            remedy,
        })
    }
}

impl Remedy {
    fn read(input: &RemedyInput, faults: &mut Faults) -> Option<Self> {
        let kind = match input.kind.as_deref() {
            Some("objection") => Some(RemedyKind::Objection),
            Some("complaint") => Some(RemedyKind::Complaint),
            _ => None,
        };
        faults.require(kind.is_some(), "remedy.kind", "invalid", "objection or complaint");
        let at = faults.text("remedy.where", input.at.as_deref(), 500);
        let weeks = input.weeks.and_then(|n| u32::try_from(n).ok()).filter(|n| *n >= 1 && *n <= 52);
        faults.require(weeks.is_some(), "remedy.weeks", "invalid", "between 1 and 52");
        Some(Self { kind: kind?, at: at?, weeks: weeks? })
    }
}
