//! Composes the letter of a measure out of what is known, and says what is still missing.

use chrono::{Months, NaiveDate};

use super::{
    letterhead::Letterhead,
    parts::{Part, Parts},
    words::Wording,
};
use crate::model::{
    incidents::policy::Policy,
    input::faults::{Fault, Faults},
    messages::texts::letter::{self as words, Say},
    register::Entry,
};

/// What a letter is composed of.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    pub entry: &'a Entry,
    /// Whose letter it is.
    pub organisation: &'a str,
    /// What it takes from the organisation, once that is set.
    pub letterhead: Option<&'a Letterhead>,
    /// On which day the incident was, when there is one.
    pub happened_on: Option<NaiveDate>,
    /// On which day the police were told, when they were.
    pub police_on: Option<NaiveDate>,
    pub policy: &'a Policy,
    /// What is said in other words.
    pub wording: &'a Wording,
    /// The day above the letter, unless the wording has one.
    pub today: NaiveDate,
}

impl Sources<'_> {
    /// The letter, with everything that is missing or wrong. It may go out when nothing is.
    pub fn compose(&self) -> (Parts, Vec<Fault>) {
        let mut faults = Faults::default();
        let mut parts = Parts::default();
        let day = self.wording.date.unwrap_or(self.today);
        self.of_entry(day, &mut parts, &mut faults);
        self.of_days(day, &mut parts, &mut faults);
        self.of_organisation(&mut parts, &mut faults);
        (parts, faults.0)
    }

    fn say(&self) -> Say {
        Say { language: self.wording.language, measure: self.entry.measure }
    }

    fn of_entry(&self, day: NaiveDate, parts: &mut Parts, faults: &mut Faults) {
        let (entry, say) = (self.entry, self.say());
        let mut put = |part, text: String| parts.0.insert(part, text);
        put(Part::Organisation, self.organisation.to_owned());
        put(Part::Day, say.day(day));
        put(Part::Reference, reference(entry));
        put(Part::RecipientName, entry.name.clone());
        put(Part::Subject, say.subject().to_owned());
        put(Part::Facts, entry.reason.clone());
        put(Part::From, say.day(entry.from));
        put(Part::Until, say.day(entry.until));
        put(Part::Duration, say.duration(entry.from, entry.until));
        put(Part::ContactName, entry.contact.name.clone());
        put(Part::ContactPhone, entry.contact.phone.to_string());
        let own = self.wording.consequences.clone();
        put(Part::Consequences, own.unwrap_or_else(|| say.consequences().to_owned()));
        let channel = self.wording.open_channel.as_ref().or(entry.dossier.open_channel.as_ref());
        match channel {
            Some(channel) => drop(put(Part::OpenChannel, channel.clone())),
            None => faults.add("openChannel", "required", "some way to the municipality is open"),
        }
        let own = self.wording.authorised_representative.as_ref();
        let representative = own.or(entry.dossier.representative.as_ref());
        if let Some(text) = say.representative(representative.map(String::as_str)) {
            put(Part::AuthorisedRepresentative, text);
        }
        if let Some(on) = self.police_on {
            put(Part::PoliceReport, say.police_report(on));
        }
        match entry.addresses.first() {
            Some(address) => drop(put(Part::RecipientAddress, words::address_lines(address))),
            None => faults.add("addresses", "required", "a letter goes to an address"),
        }
    }

    /// When it happened: at least once not long ago, and never later than the letter.
    fn of_days(&self, day: NaiveDate, parts: &mut Parts, faults: &mut Faults) {
        let own = self.wording.behaviour_dates.clone();
        let days = own.unwrap_or_else(|| self.happened_on.into_iter().collect());
        let Some(last) = days.iter().max().copied() else {
            faults.add("behaviourDates", "required", "say on which days it happened");
            return;
        };
        faults.require(last <= day, "behaviourDates", "future", "come before the letter");
        let months = self.policy.recent_facts_months;
        let limit = day.checked_sub_months(Months::new(months));
        if limit.is_some_and(|limit| last < limit) {
            let why = format!("at least one of them lies within the past {months} months");
            faults.add("behaviourDates", "too-old", why);
        }
        let ended = self.entry.until < day;
        faults.require(!ended, "until", "past", "the measure has ended");
        parts.0.insert(Part::BehaviourDates, self.say().days(&days));
    }

    fn of_organisation(&self, parts: &mut Parts, faults: &mut Faults) {
        let Some(head) = self.letterhead else {
            for field in Letterhead::NEEDED {
                let why = "an administrator sets this for the organisation";
                faults.add(format!("letterhead.{field}"), "required", why);
            }
            return;
        };
        let say = self.say();
        let mut put = |part, text: String| parts.0.insert(part, text);
        put(Part::OrganisationAddress, head.address.clone());
        put(Part::Place, head.place.clone());
        put(Part::Signatory, head.signatory.clone());
        put(Part::Remedy, say.remedy(&head.remedy));
        let own = head.privacy_notice.as_ref();
        let own = own.map(|own| own.in_language(self.wording.language).to_owned());
        let officer = &head.data_protection_officer;
        put(Part::PrivacyNotice, own.unwrap_or_else(|| say.privacy_notice(self.policy, officer)));
    }
}

/// A number for the letter that says nothing about the person.
fn reference(entry: &Entry) -> String {
    let id = entry.id.0.simple().to_string();
    format!("RD-{}", id[id.len() - 12..].to_uppercase())
}
