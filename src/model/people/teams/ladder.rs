//! Who is told of an alarm, rung by rung.

use std::borrow::Cow;

use chrono::{Datelike as _, NaiveTime, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema, Type,
        schema::{AdditionalProperties, OneOfBuilder},
    },
};

use super::hour_and_minute;
use crate::model::{clock::Instant, ids::PersonId, input::newer, messages::Channel};

/// Who is told of an alarm, rung by rung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ladder {
    /// The rungs in order.
    #[schema(min_items = 1, max_items = 20)]
    pub rungs: Vec<Rung>,
    /// After the last rung everybody is told again, this often, until somebody takes it.
    #[schema(minimum = 1, maximum = 60)]
    pub repeat_minutes: u32,
    /// Other rungs outside office hours.
    #[serde(default)]
    #[schema(required)]
    pub out_of_hours: Option<OutOfHours>,
}

/// One rung of a ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rung {
    /// Who is told.
    #[serde(deserialize_with = "newer::known")]
    #[schema(min_items = 1)]
    pub who: Vec<Who>,
    /// By which channels.
    #[serde(deserialize_with = "newer::known")]
    #[schema(value_type = std::collections::BTreeSet<Channel>, min_items = 1)]
    pub channels: Vec<Channel>,
    /// How long until the next rung.
    #[schema(minimum = 1, maximum = 60)]
    pub wait_minutes: u32,
}

/// Who stands on a rung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The team's first manager.
    Manager,
    /// The team's deputies.
    Deputy,
    /// All managers and deputies of the team.
    AllManagers,
    /// Everybody at the aggression desk.
    Desk,
    /// The district officer of the visit; on a risky visit only.
    DistrictOfficer,
    #[serde(untagged)]
    Person {
        #[serde(rename = "personId")]
        person: PersonId,
    },
}

/// The derive does not know a variant that is told without its name.
impl PartialSchema for Who {
    fn schema() -> RefOr<Schema> {
        let roles = ["manager", "deputy", "all-managers", "desk", "district-officer"];
        let role = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(roles));
        let person = ObjectBuilder::new()
            .property("personId", PersonId::schema())
            .required("personId")
            .additional_properties(Some(AdditionalProperties::FreeForm(false)));
        let about = "Whom a rung calls: a role, or one person.";
        OneOfBuilder::new().item(role).item(person).description(Some(about)).into()
    }
}

impl ToSchema for Who {
    fn name() -> Cow<'static, str> {
        "RungTarget".into()
    }
}

/// Rungs for outside office hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutOfHours {
    /// When the office is open.
    #[schema(min_items = 1)]
    pub office_hours: Vec<OfficeHours>,
    /// The rungs for all other times.
    #[schema(min_items = 1, max_items = 20)]
    pub rungs: Vec<Rung>,
}

/// Some weekdays and the time, local, between which the office is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfficeHours {
    /// On these days.
    #[serde(with = "short_days")]
    #[schema(schema_with = short_days::schema)]
    pub days: Vec<Weekday>,
    /// From this local time.
    #[serde(with = "hour_and_minute")]
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", examples("08:00"))]
    pub from: NaiveTime,
    /// Until this local time.
    #[serde(with = "hour_and_minute")]
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", examples("08:00"))]
    pub until: NaiveTime,
}

impl Rung {
    /// Whether it trusts to notifications alone, which may never come.
    fn only_pushes(&self) -> bool {
        !self.channels.is_empty() && self.channels.iter().all(|c| *c == Channel::Push)
    }
}

impl Default for Ladder {
    /// The ladder of issue and policy: manager at once, deputy after 3 minutes, everybody after 6,
    /// and then everybody again every 5 minutes.
    fn default() -> Self {
        use Channel::{Call, Push, Text};
        let rung = |who: &[Who], wait_minutes| Rung {
            who: who.to_vec(),
            channels: vec![Push, Text, Call],
            wait_minutes,
        };
        Self {
            rungs: vec![
                rung(&[Who::Manager], 3),
                rung(&[Who::Deputy], 3),
                rung(&[Who::AllManagers, Who::Desk, Who::DistrictOfficer], 5),
            ],
            repeat_minutes: 5,
            out_of_hours: None,
        }
    }
}

impl Ladder {
    /// The rungs that hold at this moment, in this time zone.
    pub fn rungs_at(&self, now: Instant, zone: Tz) -> &[Rung] {
        match &self.out_of_hours {
            Some(other) if self.is_out_of_hours(now, zone) => &other.rungs,
            _ => &self.rungs,
        }
    }

    /// Whether other rungs hold at this moment, because the office is closed.
    pub fn is_out_of_hours(&self, now: Instant, zone: Tz) -> bool {
        self.out_of_hours.as_ref().is_some_and(|other| !other.is_open(now, zone))
    }

    /// Who stands on it, at any time of the week.
    fn everybody(&self) -> impl Iterator<Item = &Who> {
        let others = self.out_of_hours.iter().flat_map(|other| &other.rungs);
        self.rungs.iter().chain(others).flat_map(|rung| &rung.who)
    }

    /// Everybody whom it names in person.
    pub fn people(&self) -> impl Iterator<Item = PersonId> {
        self.everybody().filter_map(|who| match who {
            Who::Person { person } => Some(*person),
            _ => None,
        })
    }

    /// Whether these stand on it.
    pub fn names(&self, who: &Who) -> bool {
        self.everybody().any(|other| other == who)
    }

    /// What is wrong with this ladder: `(field, why)` for each.
    pub fn faults(&self) -> Vec<(String, &'static str)> {
        let mut faults = rung_faults("ladder.rungs", &self.rungs);
        if let Some(other) = &self.out_of_hours {
            let closed = other.office_hours.iter().all(|hours| hours.days.is_empty());
            if closed {
                faults.push(("ladder.outOfHours.officeHours".into(), "at least one day"));
            }
            faults.extend(rung_faults("ladder.outOfHours.rungs", &other.rungs));
        }
        if !(1..=60).contains(&self.repeat_minutes) {
            faults.push(("ladder.repeatMinutes".into(), "between 1 and 60"));
        }
        faults
    }
}

/// What is wrong with these rungs, below `path`.
fn rung_faults(path: &str, rungs: &[Rung]) -> Vec<(String, &'static str)> {
    let each = rungs.iter().enumerate().flat_map(|(at, rung)| {
        [
            (rung.who.is_empty(), "who", "somebody on each rung"),
            (rung.channels.is_empty(), "channels", "at least one channel"),
            (rung.only_pushes(), "channels", "another channel beside push"),
            (!(1..=60).contains(&rung.wait_minutes), "waitMinutes", "between 1 and 60"),
        ]
        .into_iter()
        .filter(|(bad, ..)| *bad)
        .map(move |(_, field, why)| (format!("{path}[{at}].{field}"), why))
    });
    let none = rungs.is_empty().then(|| (path.to_owned(), "at least one rung"));
    none.into_iter().chain(each).collect()
}

impl OutOfHours {
    fn is_open(&self, now: Instant, zone: Tz) -> bool {
        let local = now.with_timezone(&zone);
        self.office_hours.iter().any(|hours| hours.hold(local.weekday(), local.time()))
    }
}

impl OfficeHours {
    /// Whether they hold at this local time. Hours that end before they begin run past midnight
    /// into the next day; hours that end when they begin last a whole day.
    fn hold(&self, day: Weekday, time: NaiveTime) -> bool {
        let begun = self.days.contains(&day) && self.from <= time;
        if self.from < self.until {
            return begun && time < self.until;
        }
        begun || self.days.contains(&day.pred()) && time < self.until
    }
}

mod short_days {
    //! Weekdays as `mon`.
    use chrono::Weekday;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};
    use utoipa::openapi::{Array, ArrayBuilder, ObjectBuilder, Type};

    pub fn serialize<S: Serializer>(days: &[Weekday], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(days.iter().map(|day| day.to_string().to_lowercase()))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Weekday>, D::Error> {
        let names = Vec::<String>::deserialize(from)?;
        names.iter().map(|n| n.parse().map_err(|_| D::Error::custom("not a weekday"))).collect()
    }

    pub fn schema() -> Array {
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let day = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names));
        ArrayBuilder::new().items(day).min_items(Some(1)).unique_items(true).build()
    }
}
