//! What somebody says in a letter in other words than the usual.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::{
    input::faults::{Fault, Faults},
    messages::language::Language,
};

/// No letter tells of more days than this.
const MOST_DAYS: usize = 20;

/// What is said in other words than the usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LetterWords)]
pub struct Wording {
    #[serde(default)]
    #[schema(required)]
    pub language: Language,
    /// The day above the letter; today, and when it is sent the day on which it was.
    pub date: Option<NaiveDate>,
    /// When it happened; the day of the incident when there is one.
    #[schema(max_items = 20)]
    pub behaviour_dates: Option<Vec<NaiveDate>>,
    /// What follows when it happens again, or when the ban is broken.
    pub consequences: Option<String>,
    /// Which way to the municipality stays open.
    pub open_channel: Option<String>,
    /// Who may speak for the person.
    pub authorised_representative: Option<String>,
}

/// What is said in a letter in other words than the usual; null or left out is as usual.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = LetterWordsInput)]
pub struct WordingInput {
    #[schema(value_type = Option<Language>)]
    pub language: Option<String>,
    /// The day above the letter; today, and when it is sent the day on which it was.
    #[schema(format = Date)]
    pub date: Option<String>,
    /// When it happened; the day of the incident when there is one.
    #[schema(value_type = Option<Vec<NaiveDate>>, max_items = 20)]
    pub behaviour_dates: Option<Vec<String>>,
    /// What follows when it happens again, or when the ban is broken.
    #[schema(max_length = 2000)]
    pub consequences: Option<String>,
    /// Which way to the municipality stays open.
    #[schema(max_length = 2000)]
    pub open_channel: Option<String>,
    /// Who may speak for the person.
    #[schema(max_length = 300)]
    pub authorised_representative: Option<String>,
}

impl Wording {
    /// Reads one.
    ///
    /// # Errors
    /// Every fault.
    pub fn read(input: &WordingInput) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let language = match input.language.as_deref() {
            None | Some("nl") => Language::Nl,
            Some("en") => Language::En,
            Some(_) => {
                faults.add("language", "invalid", "nl or en");
                Language::Nl
            }
        };
        let date = input.date.as_deref().and_then(|given| day("date", given, &mut faults));
        let behaviour_dates = input.behaviour_dates.as_ref().map(|given| {
            let few = given.len() <= MOST_DAYS;
            faults.require(few, "behaviourDates", "too-many", "at most 20");
            let days = given.iter().take(MOST_DAYS).enumerate();
            let read = days
                .filter_map(|(at, text)| day(&format!("behaviourDates[{at}]"), text, &mut faults));
            let mut days: Vec<_> = read.collect();
            days.sort_unstable();
            days.dedup();
            days
        });
        let mut text = |field: &str, given: &Option<String>, most: usize| {
            let given = given.as_deref().filter(|text| !text.trim().is_empty())?;
            faults.text(field, Some(given), most)
        };
        let consequences = text("consequences", &input.consequences, 2000);
        let open_channel = text("openChannel", &input.open_channel, 2000);
        let given = &input.authorised_representative;
        let authorised_representative = text("authorisedRepresentative", given, 300);
        faults.done().map(|()| Self {
            language,
            date,
            behaviour_dates,
            consequences,
            open_channel,
            authorised_representative,
        })
    }
}

fn day(field: &str, given: &str, faults: &mut Faults) -> Option<NaiveDate> {
    faults.take(field, given.parse::<NaiveDate>().map_err(|_| "is a day such as 2026-11-23"))
}
