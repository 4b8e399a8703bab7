//! What happens to the alarm of a watch: it climbs, somebody takes it, somebody closes it.

use super::{Effects, LinkTo, Scene, Watch, Withdraw, message, say_to_told};
use crate::model::{
    alarms::{
        Alarm, AlarmFault, AlarmState, Outcome,
        climbing::Round,
        ladder::{Climber, Contact, Directory},
        owned_for,
    },
    clock::minutes,
    ids::{AlarmId, OfficerId},
    messages::{Channel, Content, Message, MessageKey, Priority, Script, message_key::AlarmNews},
    people::{Named, teams::Team},
    visits::{
        OfficerNotice, Visit,
        officers::Officer,
        timeline::{Fact, Route},
    },
};

/// How long a text of an alarm may go without a receipt before another way is tried.
const TEXT_ARRIVES_WITHIN: u32 = 1;

/// An alarm with what its words need: the visit that it is about, or the team that drills.
#[derive(Clone, Debug)]
pub struct Climb<'a> {
    pub alarm: Alarm,
    /// The visit; a drill has none.
    pub visit: Option<&'a Visit>,
    pub team: &'a Team,
    /// Everybody who may be told.
    pub directory: &'a Directory,
}

impl Climb<'_> {
    /// Climbs as far as is due; a drill that had its round ends. Without anybody to tell it says
    /// so, and tries again each minute.
    #[must_use]
    pub fn tick(self, s: &Scene<'_>) -> (Alarm, Effects) {
        if let Some(outcome) = self.alarm.drill_over(s.now) {
            return end_drill(self.alarm, outcome, s);
        }
        let mut effects = Effects::default();
        let before = self.alarm.previous_owner.clone();
        let alarm = self.alarm.clone().lapse(s.now);
        if alarm.previous_owner != before
            && let Some(owner) = &alarm.previous_owner
        {
            self.note(s, &mut effects, Fact::OwnerLapsed { name: owner.name.clone() });
        }
        let climber = self.climber();
        let steps = self.directory.steps(&climber, s.now);
        let repeat = self.directory.repeat(&climber);
        let (mut alarm, round) = alarm.climb(&steps, repeat, s.now);
        if let Some(round) = round {
            self.tell(&alarm, &round, s, &mut effects);
            if steps.iter().all(|step| step.contacts.is_empty()) {
                self.nobody(&alarm, s, &mut effects);
                alarm.state = AlarmState::Open { next_round_at: s.now + minutes(1) };
            }
        }
        (alarm, effects)
    }

    pub(crate) fn climber(&self) -> Climber<'_> {
        Climber {
            team: self.team,
            officer: self.visit.and_then(|v| officer_for(v, self.directory)),
            people_out: self.visit.map(Visit::people_out).unwrap_or_default(),
            numbers_out: self.visit.map(Visit::numbers_out).unwrap_or_default(),
        }
    }

    fn tell(&self, alarm: &Alarm, round: &Round, s: &Scene<'_>, effects: &mut Effects) {
        for rung in &round.skipped {
            self.note(s, effects, Fact::RungSkipped { rung: *rung });
        }
        let names = round.calls.iter().map(|(c, _)| c.name.clone()).collect::<Vec<_>>();
        if !names.is_empty() {
            self.note(s, effects, Fact::Climbed { rung: round.rung, names });
        }
        for (contact, channels) in &round.calls {
            for channel in channels {
                if let Some(message) = self.word(alarm, round, contact, *channel, s, effects) {
                    effects.say.push(message);
                }
            }
        }
    }

    /// One message of a round. A text that does not arrive becomes a call where the rung has none,
    /// and the other way round.
    fn word(
        &self,
        alarm: &Alarm,
        round: &Round,
        contact: &Contact,
        channel: Channel,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) -> Option<Message> {
        let recipient = contact.person.map(|p| p.0).or(contact.officer.map(|o| o.0))?;
        let (alarm_id, round) = (alarm.id, round.number);
        let key = MessageKey::AlarmRound { alarm: alarm_id, round, recipient, channel };
        if channel == Channel::Push {
            let until = alarm.next_wake().unwrap_or(s.now + minutes(1));
            return Some(self.push_contact(key, contact, until, s));
        }
        let to = contact.address(channel)?;
        let content = self.content(alarm, contact, channel, s, effects);
        let other = match channel {
            Channel::Text => Some(Channel::Call),
            Channel::Call => Some(Channel::Text),
            _ => None,
        };
        let other = other.filter(|c| contact.person.is_some() && !contact.channels.contains(c));
        let instead = other.map(|c| (c, self.content(alarm, contact, c, s, effects)));
        let deliver_by = (channel == Channel::Text).then(|| s.now + minutes(TEXT_ARRIVES_WITHIN));
        Some(Message {
            person: contact.person,
            visit: alarm.visit,
            alarm: Some(alarm.id),
            priority: Priority::Alarm,
            instead,
            deliver_by,
            ..message(s, key, channel, to, &contact.name, content)
        })
    }

    fn content(
        &self,
        alarm: &Alarm,
        contact: &Contact,
        channel: Channel,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) -> Content {
        let words = s.words.in_language(contact.language);
        let who = self.visit.map_or(self.team.name.as_str(), |v| v.worker.name.as_str());
        if channel == Channel::Call {
            let words = words.alarm_call(who, alarm.cause);
            return Content::Call(Script {
                words,
                language: contact.language,
                listens: true,
                waits: false,
            });
        }
        let body = match (contact.person, contact.officer, self.visit) {
            (None, Some(officer), Some(visit)) => {
                let link = notice_link(visit, officer, s, effects);
                words.alarm_officer(self.directory.organisation.call_number.as_str(), &link)
            }
            (Some(person), ..) => {
                let until = s.now + minutes(24 * 60);
                let link = effects.link(s, "a", LinkTo::Alarm(alarm.id, person), until);
                words.alarm_text(who, alarm.cause, alarm.opened_at, &link)
            }
            _ => words.alarm_subject(alarm.cause),
        };
        match channel {
            Channel::Mail => Content::mail(words.alarm_subject(alarm.cause), body),
            _ => Content::Text { body },
        }
    }

    /// The administrators are told by every way that there is; never silence.
    fn nobody(&self, alarm: &Alarm, s: &Scene<'_>, effects: &mut Effects) {
        self.note(s, effects, Fact::NobodyToTell);
        let admins = self.directory.people.values();
        for person in admins.filter(|p| p.is(crate::model::people::Role::Administrator)) {
            let words = s.words.in_language(person.language);
            let body = words.nobody_to_tell();
            let key = |channel| MessageKey::AlarmReachesNobody {
                alarm: alarm.id,
                rounds: alarm.rounds,
                person: person.id,
                channel,
            };
            let subject = words.alarm_subject(alarm.cause);
            let mail = Content::mail(subject, body.clone());
            let mail =
                message(s, key(Channel::Mail), Channel::Mail, &person.email, &person.name, mail);
            effects.say.push(Message { priority: Priority::Alarm, ..mail });
            if let Some(number) = person.verified_number() {
                let text = Content::Text { body };
                let text = message(
                    s,
                    key(Channel::Text),
                    Channel::Text,
                    number.as_str(),
                    &person.name,
                    text,
                );
                effects.say.push(Message { priority: Priority::Alarm, ..text });
            }
        }
    }

    fn note(&self, s: &Scene<'_>, effects: &mut Effects, fact: Fact) {
        // Those who are out there never read how an alarm climbs: a silent one that shows later would
        // be ahead of its time.
        effects.line(self.alarm.timeline(), s, fact, None, true);
    }
}

/// The officer of a risky visit: the one who was informed, else the one who serves its address.
pub fn officer_for(visit: &Visit, directory: &Directory) -> Option<OfficerId> {
    if !visit.is_risky() {
        return None;
    }
    officer_of(visit, directory.officers.values()).map(|o| o.id)
}

/// The officer of any visit: the one who was informed, else the one who serves its address.
pub fn officer_of<'a>(
    visit: &Visit,
    mut officers: impl Iterator<Item = &'a Officer> + Clone,
) -> Option<&'a Officer> {
    let informed = match &visit.officer {
        Some(OfficerNotice::Informed { officer_id, .. }) => Some(*officer_id),
        _ => None,
    };
    let serves = |o: &&Officer| visit.plan.residents.iter().any(|r| o.serves(&r.address));
    officers.clone().find(|o| Some(o.id) == informed).or_else(|| officers.find(serves))
}

/// A link for an officer: it works until a day after the visit.
pub(crate) fn notice_link(
    visit: &Visit,
    officer: OfficerId,
    s: &Scene<'_>,
    effects: &mut Effects,
) -> String {
    let until = visit.expected_end_at.max(s.now) + minutes(24 * 60);
    effects.link(s, "n", LinkTo::Notice(visit.id, officer), until)
}

/// Takes an alarm; everybody else who was told hears who has it.
///
/// # Errors
/// When `by` is out there, somebody else was first, or it is closed.
pub fn take(
    alarm: Alarm,
    visit: Option<&Visit>,
    by: &Named,
    route: Route,
    s: &Scene<'_>,
) -> Result<(Alarm, Effects), AlarmFault> {
    let out = visit.map(Visit::people_out).unwrap_or_default();
    let first = matches!(alarm.state, AlarmState::Open { .. });
    let alarm = alarm.take(by.clone(), &out, s.now, owned_for(s.policy))?;
    let mut effects = Effects::default();
    if first {
        let hidden = alarm.silent || !alarm.shown_to_worker;
        effects.line(alarm.timeline(), s, Fact::Taken { route }, Some(&by.name), hidden);
        effects.withdraw.push(Withdraw::Alarm(alarm.id));
        let others: Vec<_> = alarm.told.iter().filter(|t| t.person != Some(by.id)).collect();
        let body = s.words.taken_by(&by.name);
        say_to_told(&alarm, &others, AlarmNews::Taken, &body, Priority::Rest, s, &mut effects);
    }
    Ok((alarm, effects))
}

/// How an alarm is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// Who closes it.
    pub by: Named,
    /// How it ended.
    pub outcome: Outcome,
    /// With which remark.
    pub note: Option<String>,
    /// Whether the visit ended as well.
    pub visit_ended: bool,
}

/// Ends a drill by itself: a forgotten one must not call people for days.
fn end_drill(mut alarm: Alarm, outcome: Outcome, s: &Scene<'_>) -> (Alarm, Effects) {
    let mut effects = Effects::default();
    let fact = Fact::AlarmClosed { outcome, note: None };
    effects.line(alarm.timeline(), s, fact, None, false);
    effects.withdraw.push(Withdraw::Alarm(alarm.id));
    alarm.state = AlarmState::Closed { by: None, at: s.now, outcome, note: None };
    (alarm, effects)
}

/// Closes a drill's alarm, or any that has no visit.
///
/// # Errors
/// When it is closed already, or a note is needed.
pub fn close_drill(
    alarm: Alarm,
    how: Closing,
    s: &Scene<'_>,
) -> Result<(Alarm, Effects), AlarmFault> {
    let mut effects = Effects::default();
    let fact = Fact::AlarmClosed { outcome: how.outcome, note: how.note.clone() };
    effects.line(alarm.timeline(), s, fact, Some(&how.by.name), false);
    effects.withdraw.push(Withdraw::Alarm(alarm.id));
    Ok((alarm.close(how.by, how.outcome, how.note, s.now)?, effects))
}

impl Watch {
    /// Closes the alarm. The visit is watched on, unless it is said that it ended.
    ///
    /// # Errors
    /// When it is closed already, `by` is out there, or a note is needed.
    pub fn close_alarm(
        mut self,
        how: Closing,
        s: &Scene<'_>,
    ) -> Result<(Self, Effects), AlarmFault> {
        if self.visit.people_out().contains(&how.by.id) {
            return Err(AlarmFault::OutThere);
        }
        let mut effects = Effects::default();
        let alarm = self.alarm.take().ok_or(AlarmFault::Closed)?;
        let (id, shown, visit) = (alarm.id, alarm.shown_to_worker, self.visit.id);
        let alarm = alarm.close(how.by.clone(), how.outcome, how.note.clone(), s.now)?;
        let fact = Fact::AlarmClosed { outcome: how.outcome, note: how.note };
        effects.line(visit, s, fact, Some(&how.by.name), !shown);
        effects.withdraw.push(Withdraw::Alarm(id));
        self.visit.alarm = None;
        self.alarm = Some(alarm);
        if how.visit_ended && self.visit.is_under_way() {
            self.finish(s, &mut effects);
            let fact = Fact::Ended { route: Route::App, with_alarm: true };
            effects.note(visit, s, fact, Some(&how.by.name));
        }
        self.resume(|_| shown, s, &mut effects);
        // What a phone never showed must not reach it now.
        if shown {
            self.tell_worker_of_closing(id, &how.by.name, s, &mut effects);
        }
        Ok((self, effects))
    }

    fn tell_worker_of_closing(
        &self,
        alarm: AlarmId,
        by: &str,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) {
        let next = self.visit.next_check_in().filter(|_| self.visit.is_under_way());
        let words = s.words.in_language(self.visit.language);
        let body = words.alarm_handled(by, next.map(|c| c.due_at));
        let (at_micros, person) = (s.now.timestamp_micros(), self.visit.worker.id);
        let news = AlarmNews::Closed;
        let key = MessageKey::AlarmNews { alarm, news, at_micros, person };
        effects.say.push(self.to_worker(s, key, Channel::Text, Content::Text { body }));
    }
}
