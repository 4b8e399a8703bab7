//! What the figures of a month are called.

use crate::model::{language::Language, reports::Measure};

/// What a figure is called.
pub fn measure(language: Language, measure: Measure) -> &'static str {
    use Measure as M;
    let (nl, en) = match measure {
        M::VisitsEnded => ("Bezoeken geweest", "Visits made"),
        M::VisitsRisky => ("Daarvan met extra risico", "Of which risky"),
        M::VisitsCancelled => ("Bezoeken niet doorgegaan", "Visits cancelled"),
        M::CheckInsAsked => ("Checks gevraagd", "Check-ins asked"),
        M::CheckInsInTime => ("Checks op tijd", "Check-ins in time"),
        M::CheckInsLate => ("Checks na de tweede oproep", "Check-ins after the second call"),
        M::CheckInsMissed => ("Checks gemist", "Check-ins missed"),
        M::Alarms => ("Alarmen", "Alarms"),
        M::AlarmsMissedCheckIn => ("Alarm: geen antwoord", "Alarm: no answer"),
        M::AlarmsPanic => ("Alarm: om hulp gevraagd", "Alarm: asked for help"),
        M::AlarmsDuress => ("Alarm: onder dwang", "Alarm: under duress"),
        M::AlarmsTaken => ("Alarmen opgepakt", "Alarms taken"),
        M::AlarmsNeverTaken => {
            ("Alarmen voorbij voordat iemand ze oppakte", "Alarms over before anybody took them")
        }
        M::SecondsUntilTakenMedian => (
            "Tijd tot iemand het oppakte: de helft binnen",
            "Time until taken: half of them within",
        ),
        M::SecondsUntilTakenP90 => {
            ("Tijd tot iemand het oppakte: 9 van de 10 binnen", "Time until taken: 9 of 10 within")
        }
        M::SecondsUntilTakenLongest => {
            ("Tijd tot iemand het oppakte: de langste", "Time until taken: the longest")
        }
        M::Drills => ("Oefeningen", "Drills"),
        M::DrillsTaken => ("Oefeningen opgepakt", "Drills taken"),
        M::DrillSecondsUntilTakenMedian => (
            "Tijd tot iemand de oefening oppakte: de helft binnen",
            "Time until the drill was taken: half of them within",
        ),
    };
    match language {
        Language::Nl => nl,
        Language::En => en,
    }
}
