//! A proposal for the register as it comes in, and what makes it a good one.

use chrono::{Datelike as _, Months, NaiveDate};
use serde::Deserialize;

use super::{
    address::{Address, AddressInput},
    entry::{Entry, EntryState, HitContact, Measure},
    names::NameKeys,
};
use crate::model::{
    clock::Instant,
    ids::{EntryId, PersonId},
    incidents::{measures::dossier::Dossier, policy::Policy},
    input::faults::{Fault, Faults},
    phone::Phone,
};

/// No person lives in more places than this.
const MOST_ADDRESSES: usize = 10;

/// What a municipality sets for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest term of a measure.
    pub longest_months: u32,
    /// The youngest who may be listed; children never are.
    pub youngest_years: u32,
}

impl Limits {
    /// The limits that the policy sets.
    pub fn of(policy: &Policy) -> Self {
        Self { longest_months: policy.longest_months, youngest_years: policy.youngest_years }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::of(&Policy::default())
    }
}

/// A measure against a person. Children are never listed.
// Texts, so that every fault can be told at once.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RegisterEntryInput)]
pub struct EntryInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 120)]
    pub name: Option<String>,
    #[schema(format = Date)]
    pub birth_date: Option<String>,
    #[serde(default)]
    #[schema(required, max_items = 10)]
    pub addresses: Vec<AddressInput>,
    #[schema(required, nullable = false, value_type = Measure)]
    pub measure: Option<String>,
    #[schema(required, nullable = false, format = Date)]
    pub from: Option<String>,
    #[schema(required, nullable = false, format = Date)]
    pub until: Option<String>,
    #[schema(required, nullable = false, format = Date)]
    pub review_on: Option<String>,
    /// Observable facts: what happened, when.
    #[schema(required, nullable = false, min_length = 1, max_length = 4000)]
    pub reason: Option<String>,
    #[serde(default)]
    #[schema(required)]
    pub contact: ContactInput,
    /// Which way to the municipality stays open.
    #[schema(max_length = 300)]
    pub open_channel: Option<String>,
    /// Who may speak for the person.
    #[schema(max_length = 300)]
    pub representative: Option<String>,
}

/// Whom to call about it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 120)]
    pub name: Option<String>,
    #[schema(required, nullable = false)]
    pub phone: Option<String>,
}

/// A term as it was given, in days.
struct RegisterInputTerm {
    from: NaiveDate,
    until: NaiveDate,
    review_on: NaiveDate,
}

impl Entry {
    /// Somebody proposes an entry; it does not count until somebody else approves it.
    ///
    /// # Errors
    /// Every fault, each with the path of its field.
    pub fn propose(
        id: EntryId,
        input: &EntryInput,
        limits: Limits,
        by: PersonId,
        now: Instant,
        today: NaiveDate,
    ) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let name = read_name(input, &mut faults);
        let birth_date = date("birthDate", input.birth_date.as_deref(), &mut faults);
        let addresses = read_addresses(&input.addresses, &mut faults);
        let measure = read_measure(input.measure.as_deref(), &mut faults);
        let term = read_term(input, limits, today, &mut faults);
        if let (Some(born), Some(term)) = (birth_date, &term) {
            check_age(born, term.from, limits, &mut faults);
        }
        let reason = faults.text("reason", input.reason.as_deref(), 4000);
        let contact = read_contact(&input.contact, &mut faults);
        let open_channel = extra("openChannel", input.open_channel.as_deref(), &mut faults);
        let representative = extra("representative", input.representative.as_deref(), &mut faults);
        let (Some(name), Some(measure), Some(term), Some(reason), Some(contact)) =
            (name, measure, term, reason, contact)
        else {
            return Err(faults.0);
        };
        let RegisterInputTerm { from, until, review_on } = term;
        faults.done().map(|()| Self {
            id,
            name,
            birth_date,
            addresses,
            measure,
            from,
            until,
            review_on,
            reason,
            contact,
            proposed_by: by,
            proposed_at: now,
            state: EntryState::Proposed,
            dossier: Dossier { open_channel, representative, ..Dossier::default() },
        })
    }
}

/// A text that may be left out.
fn extra(field: &str, given: Option<&str>, faults: &mut Faults) -> Option<String> {
    let given = given.filter(|text| !text.trim().is_empty())?;
    faults.text(field, Some(given), 300)
}

fn read_name(input: &EntryInput, faults: &mut Faults) -> Option<String> {
    let name = faults.text("name", input.name.as_deref(), 120)?;
    let findable = !NameKeys::of(&name).to_file().is_empty();
    faults.require(findable, "name", "invalid", "holds no letters to find it by");
    Some(name)
}

fn read_addresses(given: &[AddressInput], faults: &mut Faults) -> Vec<Address> {
    faults.require(given.len() <= MOST_ADDRESSES, "addresses", "too-many", "at most 10");
    let mut addresses = Vec::new();
    for (at, input) in given.iter().take(MOST_ADDRESSES).enumerate() {
        match Address::parse(input) {
            Ok(address) => addresses.push(address),
            Err(part) => faults.nest(&format!("addresses[{at}]"), part),
        }
    }
    addresses
}

fn read_measure(given: Option<&str>, faults: &mut Faults) -> Option<Measure> {
    let measure = match given {
        Some("warning-letter") => Some(Measure::WarningLetter),
        Some("contact-ban") => Some(Measure::ContactBan),
        _ => None,
    };
    faults.require(measure.is_some(), "measure", "invalid", "is warning-letter or contact-ban");
    measure
}

/// A day such as `2026-11-23`.
fn date(field: &str, given: Option<&str>, faults: &mut Faults) -> Option<NaiveDate> {
    let day = given?.parse::<NaiveDate>().ok().filter(|day| (1900..=2200).contains(&day.year()));
    faults.require(day.is_some(), field, "invalid", "is a day such as 2026-11-23");
    day
}

fn needed(field: &str, given: Option<&str>, faults: &mut Faults) -> Option<NaiveDate> {
    faults.require(given.is_some(), field, "required", "is required");
    date(field, given, faults)
}

fn read_term(
    input: &EntryInput,
    limits: Limits,
    today: NaiveDate,
    faults: &mut Faults,
) -> Option<RegisterInputTerm> {
    let from = needed("from", input.from.as_deref(), faults);
    let until = needed("until", input.until.as_deref(), faults);
    let review_on = needed("reviewOn", input.review_on.as_deref(), faults);
    if let (Some(from), Some(until)) = (from, until) {
        faults.require(until > from, "until", "too-early", "comes after from");
        let last = from.checked_add_months(Months::new(limits.longest_months));
        if last.is_some_and(|last| until > last) {
            let longest = format!("at most {} months after from", limits.longest_months);
            faults.add("until", "too-late", longest);
        }
    }
    let lapsed = until.is_some_and(|until| until < today);
    faults.require(!lapsed, "until", "past", "has not passed yet");
    if let (Some(from), Some(until), Some(review)) = (from, until, review_on) {
        let within = from <= review && review <= until;
        faults.require(within, "reviewOn", "outside-term", "falls between from and until");
    }
    Some(RegisterInputTerm { from: from?, until: until?, review_on: review_on? })
}

fn check_age(born: NaiveDate, from: NaiveDate, limits: Limits, faults: &mut Faults) {
    let of_age = born.checked_add_months(Months::new(limits.youngest_years * 12));
    let good = of_age.is_some_and(|day| day <= from);
    faults.require(good, "birthDate", "child", "belongs to a child; children are never listed");
}

fn read_contact(given: &ContactInput, faults: &mut Faults) -> Option<HitContact> {
    let name = faults.text("contact.name", given.name.as_deref(), 120);
    let phone = match given.phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty()) {
        Some(phone) => faults.take("contact.phone", phone.parse::<Phone>()),
        None => {
            faults.add("contact.phone", "required", "is required");
            None
        }
    };
    Some(HitContact { name: name?, phone: phone? })
}
