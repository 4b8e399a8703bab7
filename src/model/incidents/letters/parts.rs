//! The parts of a letter, each under one name: in the API, and between `{{` and `}}` in a template.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type, schema::SchemaType},
};

use crate::model::register::Measure;

macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident = $name:literal),+ $(,)?) => {
        /// A part of a letter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Part {
            $($(#[$doc])* #[serde(rename = $name)] $part,)+
        }

        impl Part {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$part),+];

            pub fn name(self) -> &'static str {
                match self { $(Self::$part => $name),+ }
            }
        }
    };
}

parts! {
    /// Whose letter it is.
    Organisation = "organisation",
    /// Where that gets its post.
    OrganisationAddress = "organisationAddress",
    /// Where the letter is written.
    Place = "place",
    /// On which day.
    Day = "day",
    /// Under which number it is known.
    Reference = "reference",
    /// To whom it goes.
    RecipientName = "recipientName",
    /// Where that person lives.
    RecipientAddress = "recipientAddress",
    /// What it is about.
    Subject = "subject",
    Facts = "facts",
    /// On which days.
    BehaviourDates = "behaviourDates",
    /// The first day of the measure.
    From = "from",
    /// Its last day.
    Until = "until",
    /// How long that is.
    Duration = "duration",
    /// What follows when it happens again, or the ban is broken.
    Consequences = "consequences",
    /// Which way to the municipality stays open.
    OpenChannel = "openChannel",
    /// Who may speak for the person.
    AuthorisedRepresentative = "authorisedRepresentative",
    /// That the police were told, once they were.
    PoliceReport = "policeReport",
    /// Whom to call.
    ContactName = "contactName",
    /// At which number.
    ContactPhone = "contactPhone",
    /// What to do when one does not agree.
    Remedy = "remedy",
    /// What is done with the data.
    PrivacyNotice = "privacyNotice",
    /// In whose name it is.
    Signatory = "signatory",
}

impl Part {
    /// The part of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|part| part.name() == name)
    }

    /// What the contract says of it, where its name does not.
    fn note(self) -> Option<&'static str> {
        match self {
            Self::Day => Some("The day above the letter."),
            Self::BehaviourDates => Some("On which days it happened, in words."),
            Self::AuthorisedRepresentative => Some("May be missing."),
            Self::PoliceReport => Some("Says that the police were told, once they were."),
            _ => None,
        }
    }

    /// Whether a template for this measure has to have a place for it. What may be missing in one
    /// letter, such as a police report, still needs its place for the next.
    pub fn needs_a_place(self, measure: Measure) -> bool {
        match self {
            Self::Organisation
            | Self::OrganisationAddress
            | Self::Place
            | Self::Reference
            | Self::Subject
            | Self::Duration => false,
            Self::AuthorisedRepresentative => measure == Measure::ContactBan,
            _ => true,
        }
    }
}

/// What stands in a letter; a part that is not here is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parts(pub BTreeMap<Part, String>);

impl Parts {
    /// All names, with null for what is missing.
    pub fn shown(&self) -> Value {
        let all = Part::ALL.iter().map(|part| (part.name().to_owned(), self.0.get(part)));
        Value::Object(all.map(|(name, text)| (name, serde_json::json!(text))).collect())
    }

    /// What stands in the place of a part.
    pub fn text(&self, part: Part) -> &str {
        self.0.get(&part).map(String::as_str).unwrap_or_default()
    }
}

impl PartialSchema for Parts {
    fn schema() -> RefOr<Schema> {
        let told = "What goes into a letter, each by the name that its placeholder has in a \
            template: `{{recipientName}}`. Null when it is missing, or has no place in this letter.";
        let all = ObjectBuilder::new().description(Some(told));
        let text = SchemaType::from_iter([Type::String, Type::Null]);
        Part::ALL
            .iter()
            .fold(all, |all, part| {
                let text = ObjectBuilder::new().schema_type(text.clone()).description(part.note());
                all.property(part.name(), text)
            })
            .into()
    }
}

impl ToSchema for Parts {
    fn name() -> Cow<'static, str> {
        "LetterParts".into()
    }
}
