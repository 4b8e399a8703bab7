//! Reads what a worker registers; every fault at once.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    api::http::parts::{change_of, name_schema},
    model::{
        clock::{Instant, minutes, whole_micros},
        ids::{OfficerId, TeamId},
        input::faults::{Fault, Faults},
        phone::{Countries, Phone},
        register::address::{Address, AddressInput},
        visits::{Colleague, Kind, Plan, Resident, SaysAlong},
    },
    service::visits::{officer_notices::OfficerChoiceInput, registrations::VisitDraft},
};

/// A new visit.
// Everything may be missing or wrong, and is told at once.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VisitInput {
    /// Default: the team of the worker.
    #[schema(value_type = Option<TeamId>)]
    team_id: Option<String>,
    #[schema(required, nullable = false, value_type = Kind)]
    kind: Option<String>,
    #[schema(required, nullable = false, value_type = Instant)]
    starts_at: Option<String>,
    #[schema(required, nullable = false, minimum = 1, maximum = 1440)]
    expected_minutes: Option<i64>,
    /// On which the worker is reached.
    #[schema(required, nullable = false, value_type = Phone)]
    mobile: Option<String>,
    #[schema(nullable = false, max_items = 20)]
    colleagues: Option<Vec<ColleagueInput>>,
    #[schema(nullable = false, max_items = 20)]
    residents: Option<Vec<VisitResidentInput>>,
    /// What the manager needs to know.
    #[schema(nullable = false, max_length = 4000)]
    background: Option<String>,
    #[schema(nullable = false)]
    expects_trouble: Option<bool>,
    #[schema(nullable = false)]
    known_resident: Option<bool>,
    /// Default: the expected end; when risky also after 15 minutes and halfway.
    #[schema(nullable = false, value_type = Option<Vec<Instant>>, max_items = 48)]
    check_in_times: Option<Vec<String>>,
    district_officer: Option<OfficerInput>,
}

name_schema!(VisitChange, VisitInput, change_of::<VisitInput>("What is to change."));

/// A colleague who comes along and may answer.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ColleagueInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 200)]
    name: Option<String>,
    #[schema(required, nullable = false, value_type = Phone)]
    mobile: Option<String>,
}

/// A person who is visited.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ResidentInput)]
struct VisitResidentInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 200)]
    name: Option<String>,
    #[schema(required, nullable = false)]
    address: Option<AddressInput>,
}

/// Which district officer is told, or why none is: exactly one of the two.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = OfficerChoice, min_properties = 1)]
pub struct OfficerInput {
    #[schema(value_type = Option<OfficerId>)]
    officer_id: Option<String>,
    #[schema(min_length = 1, max_length = 500)]
    not_informed_because: Option<String>,
}

const MOST_PEOPLE: usize = 20;
const MOST_TIMES: usize = 48;
const LONGEST: i64 = 24 * 60;

impl VisitInput {
    /// Reads a new visit. `base` fills in what a change leaves out.
    ///
    /// # Errors
    /// Everything that is wrong, with its place.
    pub fn read(self, base: Option<&Plan>, now: Instant) -> Result<VisitDraft, Vec<Fault>> {
        let mut faults = Faults::default();
        let team = self
            .team_id
            .as_deref()
            .and_then(|id| faults.take("teamId", id.parse().map_err(|_| "is no id of a team")));
        let officer = self.district_officer.clone().and_then(|o| o.read(&mut faults));
        let starts_at = starts_at(self.starts_at.as_deref(), base, now, &mut faults);
        let lasts = lasts(self.expected_minutes, base, &mut faults);
        let kind = kind(self.kind.as_deref(), base, &mut faults);
        let mobile = match (&self.mobile, base) {
            (None, Some(base)) => Some(base.mobile.clone()),
            (given, _) => phone("mobile", given.as_deref(), &mut faults),
        };
        let colleagues = match (self.colleagues, base) {
            (None, base) => Some(base.map(|b| b.colleagues.clone()).unwrap_or_default()),
            (Some(given), _) => colleagues(given, &mut faults),
        };
        let residents = match (self.residents, base) {
            (None, Some(base)) => Some(base.residents.clone()),
            (given, _) => residents(given.unwrap_or_default(), kind, &mut faults),
        };
        let background = background(self.background.as_deref(), base, &mut faults);
        let times = self.check_in_times.unwrap_or_default();
        let check_in_times = times_of(&times, starts_at, "checkInTimes", &mut faults);
        faults.done()?;
        let plan = || {
            Some(Plan {
                kind: kind?,
                starts_at: starts_at?,
                expected_minutes: lasts?,
                mobile: mobile?,
                colleagues: colleagues?,
                residents: residents?,
                background,
                expects_trouble: given_or(self.expects_trouble, base.map(|b| b.expects_trouble)),
                known_resident: given_or(self.known_resident, base.map(|b| b.known_resident)),
            })
        };
        let plan = plan().ok_or_else(|| vec![Fault::new("body", "invalid", "is not complete")])?;
        Ok(VisitDraft { team, plan, check_in_times, officer })
    }
}

/// Holds the numbers that are new in a visit against what the organisation allows.
///
/// # Errors
/// Those that it does not.
pub fn allowed(
    draft: VisitDraft,
    base: Option<&Plan>,
    countries: &Countries,
) -> Result<VisitDraft, Vec<Fault>> {
    let mut faults = Faults::default();
    let known = |number: &Phone| {
        base.is_some_and(|it| {
            it.mobile == *number || it.colleagues.iter().any(|along| along.mobile == *number)
        })
    };
    let along = draft.plan.colleagues.iter().enumerate();
    let along = along.map(|(nth, one)| (format!("colleagues[{nth}].mobile"), &one.mobile));
    for (field, number) in [("mobile".to_owned(), &draft.plan.mobile)].into_iter().chain(along) {
        if !known(number) {
            countries.require(&mut faults, &field, number);
        }
    }
    faults.done()?;
    Ok(draft)
}

fn given_or(given: Option<bool>, base: Option<bool>) -> bool {
    given.or(base).unwrap_or(false)
}

fn starts_at(
    given: Option<&str>,
    base: Option<&Plan>,
    now: Instant,
    faults: &mut Faults,
) -> Option<Instant> {
    if let (None, Some(base)) = (given, base) {
        return Some(base.starts_at);
    }
    let Some(given) = given else {
        faults.add("startsAt", "required", "is required");
        return None;
    };
    let at = faults.take("startsAt", instant(given))?;
    let soon_enough = at >= now - minutes(24 * 60) && at <= now + chrono::TimeDelta::days(366);
    faults.require(
        soon_enough,
        "startsAt",
        "out-of-range",
        "between a day ago and a year from now",
    );
    Some(at)
}

fn lasts(given: Option<i64>, base: Option<&Plan>, faults: &mut Faults) -> Option<u32> {
    let given = given.or_else(|| base.map(|b| i64::from(b.expected_minutes)));
    let Some(given) = given else {
        faults.add("expectedMinutes", "required", "is required");
        return None;
    };
    let good = (1..=LONGEST).contains(&given);
    faults.require(good, "expectedMinutes", "out-of-range", "between 1 and 1440");
    u32::try_from(given).ok()
}

fn kind(given: Option<&str>, base: Option<&Plan>, faults: &mut Faults) -> Option<Kind> {
    match (given, base) {
        (None, Some(base)) => Some(base.kind),
        (None, None) => {
            faults.add("kind", "required", "is required");
            None
        }
        (Some("home-visit"), _) => Some(Kind::HomeVisit),
        (Some("field-inspection"), _) => Some(Kind::FieldInspection),
        (Some("office-meeting"), _) => Some(Kind::OfficeMeeting),
        (Some(_), _) => {
            faults.add("kind", "invalid", "home-visit, field-inspection or office-meeting");
            None
        }
    }
}

fn background(given: Option<&str>, base: Option<&Plan>, faults: &mut Faults) -> String {
    match (given, base) {
        (None, base) => base.map(|b| b.background.clone()).unwrap_or_default(),
        (Some(text), _) if text.trim().is_empty() => String::new(),
        (Some(text), _) => faults.text("background", Some(text), 4000).unwrap_or_default(),
    }
}

fn phone(field: &str, given: Option<&str>, faults: &mut Faults) -> Option<Phone> {
    let Some(given) = given.map(str::trim).filter(|g| !g.is_empty()) else {
        faults.add(field, "required", "is required");
        return None;
    };
    faults.take(field, given.parse())
}

fn colleagues(given: Vec<ColleagueInput>, faults: &mut Faults) -> Option<Vec<Colleague>> {
    faults.require(given.len() <= MOST_PEOPLE, "colleagues", "too-many", "at most 20");
    let mut read = vec![];
    for (nth, one) in given.iter().take(MOST_PEOPLE).enumerate() {
        let name = faults.text(&format!("colleagues[{nth}].name"), one.name.as_deref(), 200);
        let mobile = phone(&format!("colleagues[{nth}].mobile"), one.mobile.as_deref(), faults);
        if let (Some(name), Some(mobile)) = (name, mobile) {
            let says = SaysAlong::NotYet;
            read.push(Colleague { name, mobile, person_id: None, says });
        }
    }
    Some(read)
}

fn residents(
    given: Vec<VisitResidentInput>,
    kind: Option<Kind>,
    faults: &mut Faults,
) -> Option<Vec<Resident>> {
    faults.require(given.len() <= MOST_PEOPLE, "residents", "too-many", "at most 20");
    if given.is_empty() && kind == Some(Kind::HomeVisit) {
        faults.add("residents", "required", "a home visit names who is visited, and where");
    }
    let mut read = vec![];
    for (nth, one) in given.into_iter().take(MOST_PEOPLE).enumerate() {
        let path = format!("residents[{nth}]");
        let name = faults.text(&format!("{path}.name"), one.name.as_deref(), 200);
        let address = Address::parse(&one.address.unwrap_or_default());
        match address {
            Ok(address) => read.extend(name.map(|name| Resident { name, address })),
            Err(found) => faults.nest(&format!("{path}.address"), found),
        }
    }
    Some(read)
}

/// Reads agreed times: at most 48, from a little before the start until a day after it.
pub fn times_of(
    given: &[String],
    starts_at: Option<Instant>,
    field: &str,
    faults: &mut Faults,
) -> Vec<Instant> {
    faults.require(given.len() <= MOST_TIMES, field, "too-many", "at most 48");
    let mut times = vec![];
    for (nth, one) in given.iter().take(MOST_TIMES).enumerate() {
        let place = format!("{field}[{nth}]");
        let Some(at) = faults.take(&place, instant(one)) else { continue };
        let good = starts_at.is_none_or(|s| s <= at && at <= s + minutes(24 * 60));
        faults.require(good, &place, "out-of-range", "between the start and a day later");
        times.push(at);
    }
    times
}

fn instant(text: &str) -> Result<Instant, &'static str> {
    chrono::DateTime::parse_from_rfc3339(text)
        .map(|at| whole_micros(at.to_utc()))
        .map_err(|_| "is no moment like 2026-11-23T13:00:00Z")
}

impl OfficerInput {
    /// Reads it where nothing else is told.
    pub(super) fn choose(self) -> Result<OfficerChoiceInput, Vec<Fault>> {
        let mut faults = Faults::default();
        let choice = self.read(&mut faults);
        faults.done()?;
        choice.ok_or_else(|| vec![Fault::new("body", "invalid", "is not complete")])
    }

    /// Reads it: one of both, not neither and not both.
    pub fn read(self, faults: &mut Faults) -> Option<OfficerChoiceInput> {
        match (self.officer_id, self.not_informed_because) {
            (Some(id), None) => faults
                .take("districtOfficer.officerId", id.parse().map_err(|_| "is no id"))
                .map(OfficerChoiceInput::Inform),
            (None, Some(why)) => faults
                .text("districtOfficer.notInformedBecause", Some(&why), 500)
                .map(OfficerChoiceInput::DoNot),
            _ => {
                let what = "either officerId or notInformedBecause";
                faults.add("districtOfficer", "invalid", what);
                None
            }
        }
    }
}
