//! What the figures of a month are called.

use super::catalogue::fixed;
use crate::model::{messages::language::Language, visits::reports::ReportMeasure};

/// What a figure is called.
pub fn measure(language: Language, measure: ReportMeasure) -> &'static str {
    use ReportMeasure as M;
    match measure {
        M::VisitsEnded => fixed(language, "report-measure-visits-ended"),
        M::VisitsRisky => fixed(language, "report-measure-visits-risky"),
        M::VisitsCancelled => fixed(language, "report-measure-visits-cancelled"),
        M::CheckInsAsked => fixed(language, "report-measure-check-ins-asked"),
        M::CheckInsInTime => fixed(language, "report-measure-check-ins-in-time"),
        M::CheckInsLate => fixed(language, "report-measure-check-ins-late"),
        M::CheckInsMissed => fixed(language, "report-measure-check-ins-missed"),
        M::Alarms => fixed(language, "report-measure-alarms"),
        M::AlarmsMissedCheckIn => fixed(language, "report-measure-alarms-missed-check-in"),
        M::AlarmsPanic => fixed(language, "report-measure-alarms-panic"),
        M::AlarmsDuress => fixed(language, "report-measure-alarms-duress"),
        M::AlarmsTaken => fixed(language, "report-measure-alarms-taken"),
        M::AlarmsNeverTaken => fixed(language, "report-measure-alarms-never-taken"),
        M::SecondsUntilTakenMedian => fixed(language, "report-measure-seconds-until-taken-median"),
        M::SecondsUntilTakenP90 => fixed(language, "report-measure-seconds-until-taken-p90"),
        M::SecondsUntilTakenLongest => {
            fixed(language, "report-measure-seconds-until-taken-longest")
        }
        M::Drills => fixed(language, "report-measure-drills"),
        M::DrillsTaken => fixed(language, "report-measure-drills-taken"),
        M::DrillSecondsUntilTakenMedian => {
            fixed(language, "report-measure-drill-seconds-until-taken-median")
        }
    }
}
