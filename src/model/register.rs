//! placeholder until the register lands
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{ids::EntryId, phone::Phone};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    WarningLetter,
    ContactBan,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    SameAddress,
    SameHouseOtherAddition,
    SameNameElsewhere,
}
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub name: String,
    pub phone: Phone,
}
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    pub grade: Grade,
    pub measure: Measure,
    pub until: NaiveDate,
    pub contact: Contact,
    pub resident: String,
    pub entry: EntryId,
}
