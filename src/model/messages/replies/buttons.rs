//! What the SOS button of somebody says by text. Whatever could be a call for help is one; that its
//! battery runs low, or that it was switched on, is none.

use super::{meaning::Meaning, placing, tidy::Tidy};
use crate::model::{alarms::Position, visits::answers::Saying};

/// What a button says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ButtonSaid {
    /// Help, and where, when it knows.
    Help(Option<Position>),
    BatteryLow,
    SwitchedOff,
    /// It says that all is as it should be.
    Status,
    /// Nobody can tell; its owner has to look.
    Unclear,
}

/// Somebody fell, or lies still.
const FALLS: &str = "fall fallen fell falldown gevallen val valalarm man motionless motion \
    movement mandown";
/// The words of a setting: `fall detection on`.
const SETTINGS: &str = "fall val detection detect detectie valdetectie alarm alert man motion movement down on off \
    aan uit ok set enabled disabled success mode is";
/// What makes it a setting.
const SET: &str = "on off aan uit ok set enabled disabled success";
const BATTERY: &str =
    "battery batt bat batterij accu batterie akku power lowbattery lowbat lowbatt";
const LOW: &str = "low laag leeg empty critical weak zwak lowbattery lowbat lowbatt opladen charge";
const OFF: &str = "off uit shutdown uitgeschakeld poweroff";
const STATUSES: &str = "on aan poweron charging charged full vol ok success online set restart \
    reboot ready started ingesteld opgeladen test";

impl ButtonSaid {
    /// Reads a text of a button.
    pub fn read(body: &str) -> Self {
        let (tidy, place) = (Tidy::of(body), placing::place(body).map(|(place, _)| place));
        let has = |known: &str| {
            tidy.words.iter().any(|word| known.split_ascii_whitespace().any(|one| one == word))
        };
        let all = |known: &str| {
            tidy.words.iter().all(|word| known.split_ascii_whitespace().any(|one| one == word))
        };
        let cries = Meaning::of(&tidy) == Meaning::Says(Saying::Help(None));
        let falls = has(FALLS) && !(all(SETTINGS) && has(SET));
        if cries || falls {
            return Self::Help(place);
        }
        match () {
            () if has(BATTERY) && has(LOW) => Self::BatteryLow,
            () if has(OFF) => Self::SwitchedOff,
            () if has(STATUSES) => Self::Status,
            // Somebody pressed it: nobody else asks it where it is.
            () if place.is_some() => Self::Help(place),
            () => Self::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_is_heard_and_what_a_button_tells_of_itself_is_not_help() {
        let there = Position { latitude: 52.2, longitude: 6.9, accuracy_metres: None };
        for (text, said) in [
            ("SOS", ButtonSaid::Help(None)),
            ("SOS! http://maps.google.com/maps?q=52.2,6.9", ButtonSaid::Help(Some(there))),
            ("Help me! lat:52.2 lon:6.9", ButtonSaid::Help(Some(there))),
            ("052.2N 006.9E", ButtonSaid::Help(Some(there))),
            ("Sos alarm! Bat:15% low battery q=52.2,6.9", ButtonSaid::Help(Some(there))),
            ("Fall down!", ButtonSaid::Help(None)),
            ("Fall alert! lat:52.2 lon:6.9", ButtonSaid::Help(Some(there))),
            ("Man down", ButtonSaid::Help(None)),
            ("Gevallen!", ButtonSaid::Help(None)),
            ("Fall detection on", ButtonSaid::Status),
            ("Low battery", ButtonSaid::BatteryLow),
            ("Low battery! lat:52.2 lon:6.9", ButtonSaid::BatteryLow),
            ("Low power alert", ButtonSaid::BatteryLow),
            ("Batterij laag", ButtonSaid::BatteryLow),
            ("Battery: low", ButtonSaid::BatteryLow),
            ("Power off", ButtonSaid::SwitchedOff),
            ("Power on", ButtonSaid::Status),
            ("Battery full", ButtonSaid::Status),
            ("Set ok", ButtonSaid::Status),
            ("weer iets", ButtonSaid::Unclear),
        ] {
            assert_eq!(ButtonSaid::read(text), said, "{text}");
        }
    }
}
