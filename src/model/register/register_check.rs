//! What a check of the register finds, and how sure it is.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    address::Address,
    entry::{Entry, HitContact, Measure},
    names::NameKeys,
};
use crate::model::{ids::EntryId, incidents::measures::dossier::Shown};

/// Same address, same house with another addition, or the same name elsewhere.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
#[schema(as = HitGrade)]
pub enum Grade {
    /// Somebody with a measure lives at this very address, whatever the resident's name.
    SameAddress,
    /// Somebody with a measure lives in this house, behind another letter or addition.
    #[serde(rename = "same-house")]
    SameHouseOtherAddition,
    /// Somebody with a measure may have this name, and lives elsewhere.
    #[serde(rename = "same-name")]
    SameNameElsewhere,
}

/// What a check found, and all that a worker may see of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// The entry; not for workers.
    pub entry: EntryId,
    /// How sure it is.
    pub grade: Grade,
    /// The measure; nothing while the person contests it and its use is restricted.
    pub measure: Option<Measure>,
    /// Its last day; nothing then as well.
    pub until: Option<NaiveDate>,
    /// Whom to call.
    pub contact: HitContact,
    /// The resident as the worker typed the name, never as the register has it.
    pub resident: String,
}

/// A resident as the register is asked about: the keys to find entries by.
#[derive(Clone, Debug)]
pub struct Sought {
    resident: String,
    exact: Vec<String>,
    house: Vec<String>,
    name: NameKeys,
}

impl Sought {
    /// The resident of this name at this address.
    pub fn new(resident: &str, address: &Address) -> Self {
        Self {
            resident: resident.to_owned(),
            exact: address.exact_keys(),
            house: address.house_keys(),
            name: NameKeys::of(resident),
        }
    }

    /// The keys for each grade, the surest first. An entry that shares a key may be a hit.
    pub fn keys(&self) -> [Vec<String>; 3] {
        [self.exact.clone(), self.house.clone(), self.name.to_find()]
    }

    /// The best grade that this entry deserves, if any. Does not look at its term.
    pub fn grade(&self, entry: &Entry) -> Option<Grade> {
        let shares = |keys: &[String], of: fn(&Address) -> Vec<String>| {
            entry.addresses.iter().flat_map(of).any(|key| keys.contains(&key))
        };
        if shares(&self.exact, Address::exact_keys) {
            Some(Grade::SameAddress)
        } else if shares(&self.house, Address::house_keys) {
            Some(Grade::SameHouseOtherAddition)
        } else if NameKeys::of(&entry.name).matches(&self.name) {
            Some(Grade::SameNameElsewhere)
        } else {
            None
        }
    }

    /// What the worker is told about this entry on this day, if anything.
    pub fn hit(&self, entry: &Entry, today: NaiveDate) -> Option<Hit> {
        let grade = self.grade(entry).filter(|_| entry.in_force(today))?;
        let told = match entry.shown() {
            None => Some((entry.measure, entry.until)),
            Some(Shown::CallDesk) => None,
            Some(Shown::Nothing) => return None,
        };
        Some(Hit {
            entry: entry.id,
            grade,
            measure: told.map(|(measure, _)| measure),
            until: told.map(|(_, until)| until),
            contact: entry.contact.clone(),
            resident: self.resident.clone(),
        })
    }
}

/// The best grade that an entry deserves for this resident at this address, if any.
pub fn grade(entry: &Entry, resident: &str, address: &Address) -> Option<Grade> {
    Sought::new(resident, address).grade(entry)
}

impl Entry {
    /// Everything under which it is filed; nothing unless it was approved, so that nothing else
    /// can be found. One that lapsed is kept for its history; a check finds what counts today.
    pub fn keys(&self) -> BTreeSet<String> {
        let hidden = self.shown() == Some(Shown::Nothing);
        if hidden || !matches!(self.state.name(), "approved" | "lapsed") {
            return BTreeSet::new();
        }
        let addresses = self.addresses.iter();
        addresses
            .flat_map(|address| [address.exact_keys(), address.house_keys()].concat())
            .chain(NameKeys::of(&self.name).to_file())
            .collect()
    }
}
