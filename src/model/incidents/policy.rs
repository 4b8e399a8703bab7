//! The figures of the policy on aggression. Each is a default that an administrator can change;
//! every change is kept.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{
    clock::Instant,
    ids::{LineId, PersonId},
    register::address::number_or_text,
};

/// The figures of the policy on aggression. A figure that is left out gets its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
#[schema(as = PolicyFiguresInput)]
pub struct Policy {
    /// For how many calendar months a warning letter counts when it is repeated.
    #[schema(minimum = 1, maximum = 60)]
    pub warning_term_months: u32,
    /// Within how many hours an incident is answered.
    #[schema(minimum = 3, maximum = 168)]
    pub reaction_hours: u32,
    /// After how many hours the manager is first reminded of that.
    #[schema(minimum = 1, maximum = 167)]
    pub first_reminder_hours: u32,
    /// After how many hours again.
    #[schema(minimum = 2, maximum = 167)]
    pub second_reminder_hours: u32,
    /// How long a warning letter lasts, unless another end is given.
    #[schema(minimum = 1, maximum = 60)]
    pub warning_months: u32,
    /// How long a contact ban lasts, unless another end is given.
    #[schema(minimum = 1, maximum = 60)]
    pub ban_months: u32,
    /// The longest term of a measure.
    #[schema(minimum = 1, maximum = 60)]
    pub longest_months: u32,
    /// After how many months a measure is looked at again, unless another day is given.
    #[schema(minimum = 1, maximum = 60)]
    pub review_months: u32,
    /// Age of the youngest who may be listed; children never are.
    #[schema(minimum = 12, maximum = 21)]
    pub youngest_years: u32,
    /// Within how many hours somebody speaks with an employee after an incident.
    #[schema(minimum = 1, maximum = 24)]
    pub aftercare_hours: u32,
    /// At what time the next morning somebody asks again.
    #[serde(with = "hour_and_minute")]
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", examples("08:00"), default = "09:00")]
    pub aftercare_morning: NaiveTime,
    /// Within how many calendar months a privacy request is answered.
    #[schema(minimum = 1, maximum = 12)]
    pub request_months: u32,
    /// By how many months that may be extended once.
    #[schema(minimum = 1, maximum = 12)]
    pub request_extension_months: u32,
    /// Within how many calendar months an objection is decided.
    #[schema(minimum = 1, maximum = 12)]
    pub objection_months: u32,
    /// By how many months that may be extended once.
    #[schema(minimum = 1, maximum = 12)]
    pub objection_extension_months: u32,
    /// How many days before such a deadline the desk is first reminded.
    #[schema(minimum = 2, maximum = 60)]
    pub first_notice_days: u32,
    /// How many days before it the desk is reminded again.
    #[schema(minimum = 1, maximum = 59)]
    pub second_notice_days: u32,
    /// Within how many months before a letter at least one of its facts happened.
    #[schema(minimum = 1, maximum = 60)]
    pub recent_facts_months: u32,
    /// How long a visit is kept, in days.
    #[schema(minimum = 1, maximum = 3650)]
    pub keep_visits_days: u32,
    /// How long a position is kept, in hours.
    #[schema(minimum = 1, maximum = 720)]
    pub keep_positions_hours: u32,
    /// How long the answer of a register check is kept, in months.
    #[schema(minimum = 1, maximum = 240)]
    pub keep_checks_months: u32,
    /// How long an incident is kept after it was closed, in months.
    #[schema(minimum = 1, maximum = 240)]
    pub keep_incidents_months: u32,
    /// How long a measure is kept after its end, in months.
    #[schema(minimum = 1, maximum = 240)]
    pub keep_measures_months: u32,
    /// How long the access log is kept, in months.
    #[schema(minimum = 1, maximum = 240)]
    pub keep_access_log_months: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            warning_term_months: 6,
            reaction_hours: 24,
            first_reminder_hours: 12,
            second_reminder_hours: 20,
            warning_months: 6,
            ban_months: 6,
            longest_months: 24,
            review_months: 3,
            youngest_years: 18,
            aftercare_hours: 4,
            aftercare_morning: NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default(),
            request_months: 1,
            request_extension_months: 2,
            objection_months: 1,
            objection_extension_months: 2,
            first_notice_days: 7,
            second_notice_days: 2,
            recent_facts_months: 3,
            keep_visits_days: 30,
            keep_positions_hours: 24,
            keep_checks_months: 12,
            keep_incidents_months: 24,
            keep_measures_months: 24,
            keep_access_log_months: 60,
        }
    }
}

impl Policy {
    /// What is wrong with these figures: `(field, why)` for each.
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let months = |n: u32| (1..=60).contains(&n);
        let reminders = 0 < self.first_reminder_hours
            && self.first_reminder_hours < self.second_reminder_hours
            && self.second_reminder_hours < self.reaction_hours;
        [
            (months(self.warning_term_months), "warningTermMonths", "between 1 and 60"),
            ((3..=168).contains(&self.reaction_hours), "reactionHours", "between 3 and 168"),
            (reminders, "secondReminderHours", "the reminders come in order, before the deadline"),
            (months(self.longest_months), "longestMonths", "between 1 and 60"),
            (self.is_term(self.warning_months), "warningMonths", "between 1 and longestMonths"),
            (self.is_term(self.ban_months), "banMonths", "between 1 and longestMonths"),
            (self.is_term(self.review_months), "reviewMonths", "between 1 and longestMonths"),
            ((12..=21).contains(&self.youngest_years), "youngestYears", "between 12 and 21"),
            ((1..=24).contains(&self.aftercare_hours), "aftercareHours", "between 1 and 24"),
            (is_short(self.request_months), "requestMonths", "between 1 and 12"),
            (is_short(self.request_extension_months), "requestExtensionMonths", "between 1 and 12"),
            (is_short(self.objection_months), "objectionMonths", "between 1 and 12"),
            (
                is_short(self.objection_extension_months),
                "objectionExtensionMonths",
                "between 1 and 12",
            ),
            ((2..=60).contains(&self.first_notice_days), "firstNoticeDays", "between 2 and 60"),
            (
                (1..self.first_notice_days.max(2)).contains(&self.second_notice_days),
                "secondNoticeDays",
                "at least 1, and later than firstNoticeDays",
            ),
            (months(self.recent_facts_months), "recentFactsMonths", "between 1 and 60"),
            ((1..=3650).contains(&self.keep_visits_days), "keepVisitsDays", "between 1 and 3650"),
            (
                (1..=720).contains(&self.keep_positions_hours),
                "keepPositionsHours",
                "between 1 and 720",
            ),
            (is_kept(self.keep_checks_months), "keepChecksMonths", "between 1 and 240"),
            (
                // What counts against somebody must still be there to be looked at.
                is_kept(self.keep_incidents_months)
                    && self.keep_incidents_months >= self.warning_term_months,
                "keepIncidentsMonths",
                "between warningTermMonths and 240",
            ),
            (
                is_kept(self.keep_measures_months)
                    && self.keep_measures_months >= self.warning_term_months,
                "keepMeasuresMonths",
                "between warningTermMonths and 240",
            ),
            (is_kept(self.keep_access_log_months), "keepAccessLogMonths", "between 1 and 240"),
        ]
        .into_iter()
        .filter_map(|(good, field, why)| (!good).then_some((field, why)))
        .collect()
    }

    fn is_term(&self, months: u32) -> bool {
        (1..=self.longest_months).contains(&months)
    }

    /// Every figure that is another one in `new`.
    pub fn changes_to(&self, new: &Self) -> Vec<Figure> {
        let read = |policy: &Self| serde_json::to_value(policy).unwrap_or_default();
        let (before, after) = (read(self), read(new));
        let names = after.as_object().into_iter().flatten();
        names
            .filter(|(name, value)| before[name.as_str()] != **value)
            .map(|(name, value)| Figure {
                name: name.clone(),
                old: before[name.as_str()].clone(),
                new: value.clone(),
            })
            .collect()
    }
}

fn is_short(months: u32) -> bool {
    (1..=12).contains(&months)
}

fn is_kept(months: u32) -> bool {
    (1..=240).contains(&months)
}

/// A figure that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ChangedFigure)]
pub struct Figure {
    pub name: String,
    #[schema(schema_with = number_or_text)]
    pub old: Value,
    #[schema(schema_with = number_or_text)]
    pub new: Value,
}

/// Who changed figures, and when. Nothing ever changes one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyChange {
    pub id: LineId,
    pub at: Instant,
    pub by: PersonId,
    pub figures: Vec<Figure>,
}

mod hour_and_minute {
    //! A local time as `09:00`.
    use chrono::NaiveTime;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(time: &NaiveTime, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&time.format("%H:%M"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(from)?;
        NaiveTime::parse_from_str(&text, "%H:%M").map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_the_policys() {
        let policy = Policy::default();
        assert_eq!(policy.faults(), []);
        assert_eq!((policy.warning_term_months, policy.reaction_hours), (6, 24));
        let read: Policy = serde_json::from_str(r#"{"reactionHours": 48}"#).unwrap();
        assert_eq!(read, Policy { reaction_hours: 48, ..policy });
    }

    #[test]
    fn figures_that_contradict_each_other_are_all_named() {
        let policy = Policy {
            first_reminder_hours: 20,
            ban_months: 25,
            keep_measures_months: 5,
            ..Policy::default()
        };
        let fields: Vec<_> = policy.faults().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["secondReminderHours", "banMonths", "keepMeasuresMonths"]);
    }

    #[test]
    fn only_what_became_another_figure_is_a_change() {
        let old = Policy::default();
        let new = Policy { ban_months: 12, ..old.clone() };
        let changes = old.changes_to(&new);
        let figure = Figure { name: "banMonths".into(), old: 6.into(), new: 12.into() };
        assert_eq!((changes, old.changes_to(&old)), (vec![figure], vec![]));
    }
}
