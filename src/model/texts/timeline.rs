//! The timeline as sentences.

use super::Words;
use crate::model::{
    alarm_notes::Step,
    alarms::{Cause, Outcome},
    language::Language,
    messages::{Channel, MessageState},
    timeline::{Fact, Route},
};

impl Words {
    /// What happened, as a sentence.
    pub fn fact(&self, fact: &Fact) -> String {
        self.visit_fact(fact)
            .or_else(|| self.check_in_fact(fact))
            .or_else(|| self.alarm_fact(fact))
            .unwrap_or_default()
    }

    fn visit_fact(&self, fact: &Fact) -> Option<String> {
        Some(match fact {
            Fact::Registered { risk, missing } if risk.is_empty() && missing.is_empty() => {
                self.pick("Bezoek aangemeld".into(), "Visit registered".into())
            }
            Fact::Registered { .. } => {
                self.pick("Risicovol bezoek aangemeld".into(), "Risky visit registered".into())
            }
            Fact::Changed => self.pick("Bezoek gewijzigd".into(), "Visit changed".into()),
            Fact::Approved { note } => {
                let note = note.as_ref().map(|n| format!(": {n}")).unwrap_or_default();
                self.pick(format!("Akkoord gegeven{note}"), format!("Approved{note}"))
            }
            Fact::ApprovalFell => self.pick(
                "Akkoord vervallen, want het bezoek is gewijzigd".into(),
                "Approval fell because the visit was changed".into(),
            ),
            Fact::OfficerInformed { name } => self.pick(
                format!("Wijkagent {name} geïnformeerd"),
                format!("District officer {name} informed"),
            ),
            Fact::OfficerNotInformed { because } => self.pick(
                format!("Wijkagent niet geïnformeerd: {because}"),
                format!("District officer not informed: {because}"),
            ),
            Fact::OfficerSaw { name } => self.pick(
                format!("Wijkagent {name} heeft het gezien"),
                format!("District officer {name} has seen it"),
            ),
            Fact::Started { missing, .. } if !missing.is_empty() => self.pick(
                "Gestart zonder akkoord; de leidinggevende is ingelicht".into(),
                "Started without approval; the manager was told".into(),
            ),
            Fact::Started { by_itself: true, .. } => {
                self.pick("Gestart op de starttijd".into(), "Started at its start time".into())
            }
            Fact::Started { .. } => self.pick("Gestart".into(), "Started".into()),
            Fact::AskedToStart => self.pick(
                "Gevraagd waarom het bezoek niet is gestart".into(),
                "Asked why the visit has not started".into(),
            ),
            Fact::LadderGap => self.pick(
                "De ladder van het team heeft een gat; die van de organisatie valt in".into(),
                "The team's ladder has a gap; the organisation's stands in".into(),
            ),
            Fact::Ended { route } => {
                let by = self.route(*route);
                self.pick(format!("Veilig afgesloten {by}"), format!("Ended safely {by}"))
            }
            Fact::Cancelled { reason } => {
                let why = reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
                self.pick(format!("Geannuleerd{why}"), format!("Cancelled{why}"))
            }
            Fact::OptedOut => {
                self.pick("Wil geen sms meer (STOP)".into(), "Wants no more texts (STOP)".into())
            }
            Fact::Message { channel, to, state } => self.message(*channel, to, *state),
            _ => return None,
        })
    }

    fn check_in_fact(&self, fact: &Fact) -> Option<String> {
        Some(match fact {
            Fact::Reminded { due_at } => {
                let time = self.time(*due_at);
                self.pick(format!("Herinnerd aan {time}"), format!("Reminded of {time}"))
            }
            Fact::Prompted { due_at, late_minutes } => {
                let time = self.time(*due_at);
                let (nl, en) = if *late_minutes > 0 {
                    (format!(", {late_minutes} min te laat"), format!(", {late_minutes} min late"))
                } else {
                    (String::new(), String::new())
                };
                self.pick(
                    format!("Gebeld en ge-sms't voor {time}{nl}"),
                    format!("Called and texted for {time}{en}"),
                )
            }
            Fact::CalledAgain { due_at } => {
                let time = self.time(*due_at);
                self.pick(format!("Opnieuw gebeld voor {time}"), format!("Called again for {time}"))
            }
            Fact::Confirmed { due_at, route, tapped_at } => {
                let (time, by) = (self.time(*due_at), self.route(*route));
                let when = tapped_at.map(|t| format!(" ({})", self.time(t))).unwrap_or_default();
                self.pick(
                    format!("{time}: alles goed {by}{when}"),
                    format!("{time}: all well {by}{when}"),
                )
            }
            Fact::SignOfLife { route, tapped_at } => {
                let by = self.route(*route);
                let when = tapped_at.map(|t| format!(" ({})", self.time(t))).unwrap_or_default();
                self.pick(format!("Teken van leven {by}{when}"), format!("Sign of life {by}{when}"))
            }
            Fact::PinRefused { route } => {
                let by = self.route(*route);
                self.pick(
                    format!("Code ontbrak of klopte niet {by}"),
                    format!("Code missing or wrong {by}"),
                )
            }
            Fact::Extended { minutes, until, .. } => {
                let time = self.time(*until);
                self.pick(
                    format!("Verlengd met {minutes} minuten, tot {time}"),
                    format!("Extended by {minutes} minutes, until {time}"),
                )
            }
            Fact::Missed { due_at } => {
                let time = self.time(*due_at);
                self.pick(format!("Geen antwoord op {time}"), format!("No answer to {time}"))
            }
            _ => return None,
        })
    }

    fn alarm_fact(&self, fact: &Fact) -> Option<String> {
        Some(match fact {
            Fact::AlarmOpened { cause } => {
                let why = self.why(*cause);
                self.pick(format!("Alarm geopend: {why}"), format!("Alarm opened: {why}"))
            }
            Fact::AlarmWorsened { cause } => {
                let why = self.why(*cause);
                self.pick(format!("Alarm ernstiger: {why}"), format!("Alarm graver: {why}"))
            }
            Fact::Climbed { rung, names } => {
                let names = names.join(", ");
                self.pick(
                    format!("Trede {rung}: {names} gewaarschuwd"),
                    format!("Rung {rung}: {names} told"),
                )
            }
            Fact::RungSkipped { rung } => self.pick(
                format!("Trede {rung} overgeslagen: niemand bereikbaar"),
                format!("Rung {rung} skipped: nobody can be reached"),
            ),
            Fact::NobodyToTell => self.pick(
                "Niemand op de ladder is bereikbaar; de beheerders zijn gewaarschuwd".into(),
                "Nobody on the ladder can be reached; the administrators were told".into(),
            ),
            Fact::Taken { route } => {
                let by = self.route(*route);
                self.pick(format!("Alarm opgepakt {by}"), format!("Alarm taken {by}"))
            }
            Fact::OwnerLapsed { name } => self.pick(
                format!("{name} sloot het alarm niet op tijd; het klimt verder"),
                format!("{name} did not close the alarm in time; it climbs on"),
            ),
            Fact::AlarmNoted { text } => {
                self.pick(format!("Notitie: {text}"), format!("Note: {text}"))
            }
            Fact::StepTicked { step, done } => {
                let what = self.step(*step);
                match done {
                    true => what.to_owned(),
                    false => self.pick(format!("Toch niet: {what}"), format!("Not so: {what}")),
                }
            }
            Fact::AlarmClosed { outcome, note } => {
                let how = self.outcome(*outcome);
                let note = note.as_ref().map(|n| format!(" — {n}")).unwrap_or_default();
                self.pick(
                    format!("Alarm gesloten: {how}{note}"),
                    format!("Alarm closed: {how}{note}"),
                )
            }
            Fact::AlarmAnswered { route } => {
                let by = self.route(*route);
                self.pick(
                    format!("Met de code geantwoord {by}; alarm gesloten"),
                    format!("Answered with the code {by}; alarm closed"),
                )
            }
            Fact::HelpUndone => self.pick(
                "Hulp teruggenomen met de code; niemand is gebeld".into(),
                "Help taken back with the code; nobody was called".into(),
            ),
            _ => return None,
        })
    }

    fn route(&self, route: Route) -> &'static str {
        match (route, self.language) {
            (Route::App, Language::Nl) => "in de app",
            (Route::App, Language::En) => "in the app",
            (Route::Link, Language::Nl) => "via de link",
            (Route::Link, Language::En) => "by the link",
            (Route::Text, Language::Nl) => "per sms",
            (Route::Text, Language::En) => "by text",
            (Route::Call, Language::Nl) => "aan de telefoon",
            (Route::Call, Language::En) => "on the call",
            (Route::Push, Language::Nl) => "op de melding",
            (Route::Push, Language::En) => "on the notification",
        }
    }

    fn why(&self, cause: Cause) -> &'static str {
        match (cause, self.language) {
            (Cause::MissedCheckIn, Language::Nl) => "geen antwoord op de afgesproken tijd",
            (Cause::MissedCheckIn, Language::En) => "no answer at the agreed time",
            (Cause::Panic, Language::Nl) => "hulpknop",
            (Cause::Panic, Language::En) => "help button",
            (Cause::Duress, Language::Nl) => "stil alarm (dwangcode)",
            (Cause::Duress, Language::En) => "silent alarm (duress code)",
            (Cause::Drill, Language::Nl) => "oefening",
            (Cause::Drill, Language::En) => "drill",
        }
    }

    fn step(&self, step: Step) -> &'static str {
        match (step, self.language) {
            (Step::WorkerCalled, Language::Nl) => "Medewerker gebeld",
            (Step::WorkerCalled, Language::En) => "Worker called",
            (Step::ColleagueCalled, Language::Nl) => "Collega gebeld",
            (Step::ColleagueCalled, Language::En) => "Colleague called",
            (Step::EmergencyCalled, Language::Nl) => "112 gebeld",
            (Step::EmergencyCalled, Language::En) => "112 called",
            (Step::OfficerTold, Language::Nl) => "Wijkagent ingelicht",
            (Step::OfficerTold, Language::En) => "District officer told",
        }
    }

    fn outcome(&self, outcome: Outcome) -> &'static str {
        match (outcome, self.language) {
            (Outcome::Safe, Language::Nl) => "iedereen is veilig",
            (Outcome::Safe, Language::En) => "everybody is safe",
            (Outcome::FalseAlarm, Language::Nl) => "loos alarm",
            (Outcome::FalseAlarm, Language::En) => "false alarm",
            (Outcome::HelpSent, Language::Nl) => "hulp gestuurd",
            (Outcome::HelpSent, Language::En) => "help sent",
            (Outcome::Incident, Language::Nl) => "incident",
            (Outcome::Incident, Language::En) => "incident",
            (Outcome::Undone, Language::Nl) => "teruggenomen",
            (Outcome::Undone, Language::En) => "taken back",
        }
    }

    fn message(&self, channel: Channel, to: &str, state: MessageState) -> String {
        let what = match (channel, self.language) {
            (Channel::Text, Language::Nl) => "Sms",
            (Channel::Text, Language::En) => "Text",
            (Channel::Call, Language::Nl) => "Oproep",
            (Channel::Call, Language::En) => "Call",
            (Channel::Mail, _) => "Mail",
            (Channel::Push, Language::Nl) => "Melding",
            (Channel::Push, Language::En) => "Notification",
        };
        let how = match (state, self.language) {
            // The device says so itself; nobody has answered with that.
            (MessageState::Delivered, Language::Nl) if channel == Channel::Push => {
                "getoond op de telefoon"
            }
            (MessageState::Delivered, Language::En) if channel == Channel::Push => {
                "shown on the phone"
            }
            (MessageState::Queued | MessageState::Sending, Language::Nl) => "wacht",
            (MessageState::Queued | MessageState::Sending, Language::En) => "waits",
            (MessageState::HandedOver, Language::Nl) => "verstuurd",
            (MessageState::HandedOver, Language::En) => "sent",
            (MessageState::Delivered, Language::Nl) => "aangekomen",
            (MessageState::Delivered, Language::En) => "arrived",
            (MessageState::Failed, Language::Nl) => "niet aangekomen",
            (MessageState::Failed, Language::En) => "did not arrive",
            (MessageState::Withdrawn, Language::Nl) => "niet meer nodig",
            (MessageState::Withdrawn, Language::En) => "no longer needed",
        };
        self.pick(format!("{what} naar {to}: {how}"), format!("{what} to {to}: {how}"))
    }
}
