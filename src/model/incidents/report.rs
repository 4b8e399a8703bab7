//! What an employee reports: observable facts, where and how, and about whom.

use chrono::{Months, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::model::{
    clock::Instant,
    incidents::advice::Behaviour,
    input::faults::{Fault, Faults},
    people::Named,
    register::{
        address::{Address, AddressInput},
        names::NameKeys,
    },
};

/// How long before now something may have happened to still be answered in time, in days.
const RECENT_DAYS: i64 = 31;

/// How somebody met the resident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// On a visit.
    Visit,
    /// At the office.
    Office,
    /// On the phone.
    Phone,
    /// By letter or e-mail.
    Mail,
    /// On social media.
    SocialMedia,
}

/// About whom. Children are never listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = IncidentResident)]
pub struct Subject {
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// Where the resident lives, when known.
    pub address: Option<Address>,
    /// When the resident was born, when known.
    pub birth_date: Option<NaiveDate>,
}

/// What was done when somebody threatened to harm themselves or others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EmergencySteps)]
pub struct Emergency {
    #[schema(min_length = 1, max_length = 2000)]
    pub steps: String,
    #[schema(min_length = 1, max_length = 300)]
    pub called: String,
}

/// As it was reported; never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = IncidentReport)]
pub struct Report {
    pub how: How,
    /// Where, in words.
    pub place: Option<String>,
    pub happened_at: Instant,
    pub staff: Vec<Named>,
    pub resident: Subject,
    pub said: Option<String>,
    pub done: Option<String>,
    /// The class that the reporter gives it.
    pub behaviour: Behaviour,
    /// Whether it went on.
    pub persistent: bool,
    /// Whether the resident had a contact ban, as far as the reporter knows.
    pub breach: bool,
    pub damage: Option<String>,
    pub injury: Option<String>,
    pub at_once: Option<String>,
    /// For a threat to harm oneself or others.
    pub emergency: Option<Emergency>,
}

/// A report as it comes in.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportInput {
    #[schema(nullable = false, value_type = Option<How>)]
    pub how: Option<String>,
    #[schema(max_length = 300)]
    pub place: Option<String>,
    #[schema(nullable = false, value_type = Option<Instant>)]
    pub happened_at: Option<String>,
    #[serde(default)]
    pub resident: SubjectInput,
    #[schema(max_length = 4000)]
    pub said: Option<String>,
    #[schema(max_length = 4000)]
    pub done: Option<String>,
    /// Nothing but criticism or a complaint: refused, with an explanation.
    #[serde(default)]
    #[schema(default = false)]
    pub complaint_only: bool,
    #[schema(nullable = false, value_type = Option<Behaviour>)]
    pub behaviour: Option<String>,
    #[serde(default)]
    #[schema(default = false)]
    pub persistent: bool,
    /// The resident had a contact ban.
    #[serde(default)]
    #[schema(default = false)]
    pub breach: bool,
    #[schema(max_length = 2000)]
    pub damage: Option<String>,
    #[schema(max_length = 2000)]
    pub injury: Option<String>,
    #[schema(max_length = 2000)]
    pub at_once: Option<String>,
    /// Required with behaviour E.
    pub emergency: Option<EmergencyInput>,
}

/// About whom. Children are never listed.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = IncidentResidentInput)]
pub struct SubjectInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 120)]
    pub name: Option<String>,
    #[schema(value_type = Option<AddressInput>)]
    pub address: Option<serde_json::Value>,
    #[schema(format = Date)]
    pub birth_date: Option<String>,
}

/// What was done when somebody threatened to harm themselves or others.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[schema(as = EmergencyStepsInput)]
pub struct EmergencyInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 2000)]
    pub steps: Option<String>,
    #[schema(required, nullable = false, min_length = 1, max_length = 300)]
    pub called: Option<String>,
}

/// What a report is held against.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The moment of the report.
    pub now: Instant,
    /// Where days begin and end.
    pub zone: Tz,
    /// The youngest who may be reported.
    pub youngest_years: u32,
}

impl Report {
    /// Reads a report.
    ///
    /// # Errors
    /// Every fault, each with the path of its field.
    pub fn read(input: &ReportInput, staff: Vec<Named>, b: Bounds) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        faults.require(
            !input.complaint_only,
            "complaintOnly",
            "complaint",
            "is never a ground: a resident may criticise and complain. Use the complaints procedure",
        );
        let how = input.how.as_deref().map(|how| serde_json::from_value(how.into()));
        let how: Option<How> = how.and_then(Result::ok);
        faults.require(how.is_some(), "how", "invalid", "visit, office, phone, mail, social-media");
        let happened_at = read_moment(input.happened_at.as_deref(), b.now, &mut faults);
        let resident = Subject::read(&input.resident, "resident", b, &mut faults);
        let said = optional("said", input.said.as_deref(), 4000, &mut faults);
        let done = optional("done", input.done.as_deref(), 4000, &mut faults);
        let facts = said.is_some() || done.is_some();
        let why = "tell what was said or what was done: what you saw and heard yourself";
        faults.require(facts, "said", "no-facts", why);
        let behaviour = input.behaviour.as_deref().and_then(Behaviour::from_name);
        faults.require(behaviour.is_some(), "behaviour", "invalid", "A, B, C, D or E");
        let emergency = read_emergency(behaviour, input.emergency.as_ref(), &mut faults);
        let place = optional("place", input.place.as_deref(), 300, &mut faults);
        let damage = optional("damage", input.damage.as_deref(), 2000, &mut faults);
        let injury = optional("injury", input.injury.as_deref(), 2000, &mut faults);
        let at_once = optional("atOnce", input.at_once.as_deref(), 2000, &mut faults);
        let (Some(how), Some(happened_at), Some(resident), Some(behaviour)) =
            (how, happened_at, resident, behaviour)
        else {
            return Err(faults.0);
        };
        let (persistent, breach) = (input.persistent, input.breach);
        faults.done().map(|()| Self {
            how,
            place,
            happened_at,
            staff,
            resident,
            said,
            done,
            behaviour,
            persistent,
            breach,
            damage,
            injury,
            at_once,
            emergency,
        })
    }
}

impl Subject {
    /// Reads about whom something is; `path` is where that stands in the input.
    pub fn read(input: &SubjectInput, path: &str, b: Bounds, faults: &mut Faults) -> Option<Self> {
        let at = |field: &str| format!("{path}.{field}");
        let name = faults.text(&at("name"), input.name.as_deref(), 120);
        if let Some(name) = &name {
            let findable = !NameKeys::of(name).to_file().is_empty();
            faults.require(findable, &at("name"), "invalid", "holds no letters");
        }
        let address = match input.address.clone().filter(|a| !a.is_null()) {
            None => None,
            Some(given) => match serde_json::from_value::<AddressInput>(given) {
                Err(_) => {
                    faults.add(at("address"), "invalid", "is not an address");
                    None
                }
                Ok(given) => {
                    Address::parse(&given).map_err(|part| faults.nest(&at("address"), part)).ok()
                }
            },
        };
        let birth_date = input.birth_date.as_deref().and_then(|given| {
            let day = given.parse::<NaiveDate>().map_err(|_| "is a day such as 1980-11-23");
            faults.take(at("birthDate"), day)
        });
        let today = b.now.with_timezone(&b.zone).date_naive();
        let grown_up = |born: NaiveDate| {
            let day = born.checked_add_months(Months::new(b.youngest_years * 12));
            day.is_some_and(|day| day <= today)
        };
        let why = "belongs to a child; children are never listed. Talk with the aggression desk";
        faults.require(birth_date.is_none_or(grown_up), &at("birthDate"), "child", why);
        Some(Self { name: name?, address, birth_date })
    }
}

fn read_moment(given: Option<&str>, now: Instant, faults: &mut Faults) -> Option<Instant> {
    let Some(given) = given else {
        faults.add("happenedAt", "required", "is required");
        return None;
    };
    let read = given.parse::<Instant>().map_err(|_| "is a moment such as 2026-11-23T12:00:00Z");
    let at = faults.take("happenedAt", read).map(crate::model::clock::whole_micros)?;
    faults.require(at <= now, "happenedAt", "future", "has not come yet");
    let recent = at >= now - TimeDelta::days(RECENT_DAYS);
    faults.require(recent, "happenedAt", "too-old", "was longer than a month ago");
    Some(at)
}

fn read_emergency(
    behaviour: Option<Behaviour>,
    given: Option<&EmergencyInput>,
    faults: &mut Faults,
) -> Option<Emergency> {
    if given.is_none() && behaviour != Some(Behaviour::E) {
        return None;
    }
    let blank = EmergencyInput::default();
    let given = given.unwrap_or(&blank);
    let steps = faults.text("emergency.steps", given.steps.as_deref(), 2000);
    let called = faults.text("emergency.called", given.called.as_deref(), 300);
    Some(Emergency { steps: steps?, called: called? })
}

/// A text that may be left out or left empty.
pub(super) fn optional(
    field: &str,
    given: Option<&str>,
    most: usize,
    faults: &mut Faults,
) -> Option<String> {
    let given = given.filter(|text| !text.trim().is_empty())?;
    faults.text(field, Some(given), most)
}
