//! The timeline as sentences.

use super::{
    Words,
    catalogue::{fixed, text},
};
use crate::model::{
    alarms::{Outcome, alarm_notes::AlarmStep},
    messages::{Channel, MessageState},
    visits::timeline::{Fact, Route},
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
                text!(self.language, "timeline-registered")
            }
            Fact::Registered { .. } => {
                text!(self.language, "timeline-registered-risky")
            }
            Fact::Changed => text!(self.language, "timeline-changed"),
            Fact::Approved { note } => {
                let note = note.as_ref().map(|n| format!(": {n}")).unwrap_or_default();
                text!(self.language, "timeline-approved", note)
            }
            Fact::ApprovalFell => text!(self.language, "timeline-approval-fell"),
            Fact::OfficerInformed { name } => {
                text!(self.language, "timeline-officer-informed", name)
            }
            Fact::OfficerNotInformed { because } => {
                text!(self.language, "timeline-officer-not-informed", because)
            }
            Fact::OfficerSaw { name } => text!(self.language, "timeline-officer-saw", name),
            Fact::Started { missing, .. } if !missing.is_empty() => {
                text!(self.language, "timeline-started-unapproved")
            }
            Fact::Started { by_itself: true, .. } => {
                text!(self.language, "timeline-started-by-itself")
            }
            Fact::Started { .. } => text!(self.language, "timeline-started"),
            Fact::AskedToStart => text!(self.language, "timeline-asked-to-start"),
            Fact::LadderGap => text!(self.language, "timeline-ladder-gap"),
            Fact::Ended { with_alarm: true, .. } => {
                text!(self.language, "timeline-ended-with-alarm")
            }
            Fact::Ended { route, .. } => {
                let by = self.route(*route);
                text!(self.language, "timeline-ended", by)
            }
            Fact::Cancelled { reason } => {
                let why = reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
                text!(self.language, "timeline-cancelled", why)
            }
            Fact::OptedOut => {
                text!(self.language, "timeline-opted-out")
            }
            Fact::Message { channel, to, state } => self.message(*channel, to, *state),
            _ => return None,
        })
    }

    fn check_in_fact(&self, fact: &Fact) -> Option<String> {
        Some(match fact {
            Fact::Reminded { due_at } => {
                let time = self.time(*due_at);
                text!(self.language, "timeline-reminded", time)
            }
            Fact::Prompted { due_at, late_minutes } => {
                let time = self.time(*due_at);
                let late = match *late_minutes {
                    minutes if minutes > 0 => text!(self.language, "timeline-late", minutes),
                    _ => String::new(),
                };
                text!(self.language, "timeline-prompted", time, late)
            }
            Fact::CalledAgain { due_at } => {
                let time = self.time(*due_at);
                text!(self.language, "timeline-called-again", time)
            }
            Fact::Confirmed { due_at, route, tapped_at } => {
                let (time, by) = (self.time(*due_at), self.route(*route));
                let when = tapped_at.map(|t| format!(" ({})", self.time(t))).unwrap_or_default();
                text!(self.language, "timeline-confirmed", time, by, when)
            }
            Fact::SignOfLife { route, tapped_at } => {
                let by = self.route(*route);
                let when = tapped_at.map(|t| format!(" ({})", self.time(t))).unwrap_or_default();
                text!(self.language, "timeline-sign-of-life", by, when)
            }
            Fact::Wrote { words, route } => {
                let (by, said) = (self.route(*route), words);
                text!(self.language, "timeline-wrote", by, said)
            }
            Fact::PinRefused { route } => {
                let by = self.route(*route);
                text!(self.language, "timeline-pin-refused", by)
            }
            Fact::ColleagueSaid { along: true } => text!(self.language, "timeline-along"),
            Fact::ColleagueSaid { along: false } => text!(self.language, "timeline-not-along"),
            Fact::Extended { minutes, until, .. } => {
                let time = self.time(*until);
                text!(self.language, "timeline-extended", minutes, time)
            }
            Fact::Missed { due_at } => {
                let time = self.time(*due_at);
                text!(self.language, "timeline-missed", time)
            }
            _ => return None,
        })
    }

    fn alarm_fact(&self, fact: &Fact) -> Option<String> {
        Some(match fact {
            Fact::AlarmOpened { cause } => {
                let why = self.why(*cause);
                text!(self.language, "timeline-alarm-opened", why)
            }
            Fact::AlarmWorsened { cause } => {
                let why = self.why(*cause);
                text!(self.language, "timeline-alarm-worsened", why)
            }
            Fact::Climbed { rung, names } => {
                let names = names.join(", ");
                text!(self.language, "timeline-climbed", rung, names)
            }
            Fact::RungSkipped { rung } => text!(self.language, "timeline-rung-skipped", rung),
            Fact::NobodyToTell => text!(self.language, "timeline-nobody-to-tell"),
            Fact::Taken { route } => {
                let by = self.route(*route);
                text!(self.language, "timeline-taken", by)
            }
            Fact::OwnerLapsed { name } => text!(self.language, "timeline-owner-lapsed", name),
            Fact::AlarmNoted { text } => {
                text!(self.language, "timeline-alarm-noted", text)
            }
            Fact::StepTicked { step, done } => {
                let what = self.step(*step);
                match done {
                    true => what.to_owned(),
                    false => text!(self.language, "timeline-step-undone", what),
                }
            }
            Fact::AlarmClosed { outcome, note } => {
                let how = self.outcome(*outcome);
                let note = note.as_ref().map(|n| format!(" — {n}")).unwrap_or_default();
                text!(self.language, "timeline-alarm-closed", how, note)
            }
            Fact::AlarmAnswered { route } => {
                let by = self.route(*route);
                text!(self.language, "timeline-alarm-answered", by)
            }
            Fact::HelpUndone => text!(self.language, "timeline-help-undone"),
            _ => return None,
        })
    }

    fn route(&self, route: Route) -> &'static str {
        match route {
            Route::App => fixed(self.language, "timeline-route-app"),
            Route::Link => fixed(self.language, "timeline-route-link"),
            Route::Text => fixed(self.language, "timeline-route-text"),
            Route::Call => fixed(self.language, "timeline-route-call"),
            Route::Push => fixed(self.language, "timeline-route-push"),
        }
    }

    fn step(&self, step: AlarmStep) -> &'static str {
        match step {
            AlarmStep::WorkerCalled => fixed(self.language, "timeline-step-worker-called"),
            AlarmStep::ColleagueCalled => fixed(self.language, "timeline-step-colleague-called"),
            AlarmStep::EmergencyCalled => fixed(self.language, "timeline-step-emergency-called"),
            AlarmStep::OfficerTold => fixed(self.language, "timeline-step-officer-told"),
        }
    }

    fn outcome(&self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Safe => fixed(self.language, "timeline-outcome-safe"),
            Outcome::FalseAlarm => fixed(self.language, "timeline-outcome-false-alarm"),
            Outcome::HelpSent => fixed(self.language, "timeline-outcome-help-sent"),
            Outcome::Incident => fixed(self.language, "timeline-outcome-incident"),
            Outcome::Undone => fixed(self.language, "timeline-outcome-undone"),
            Outcome::DrillTaken => fixed(self.language, "timeline-outcome-drill-taken"),
            Outcome::DrillUntaken => fixed(self.language, "timeline-outcome-drill-untaken"),
        }
    }

    fn message(&self, channel: Channel, to: &str, state: MessageState) -> String {
        let what = match channel {
            Channel::Text => fixed(self.language, "timeline-message-text"),
            Channel::Call => fixed(self.language, "timeline-message-call"),
            Channel::Mail => fixed(self.language, "timeline-message-mail"),
            Channel::Push => fixed(self.language, "timeline-message-push"),
        };
        let how = match state {
            // The device says so itself; nobody has answered with that.
            MessageState::Delivered if channel == Channel::Push => {
                fixed(self.language, "timeline-message-delivered-on-device")
            }
            MessageState::Queued | MessageState::Sending => {
                fixed(self.language, "timeline-message-queued")
            }
            MessageState::HandedOver => fixed(self.language, "timeline-message-handed-over"),
            MessageState::Delivered => fixed(self.language, "timeline-message-delivered"),
            MessageState::Failed => fixed(self.language, "timeline-message-failed"),
            MessageState::Withdrawn => fixed(self.language, "timeline-message-withdrawn"),
        };
        text!(self.language, "timeline-message", what, to, how)
    }
}
