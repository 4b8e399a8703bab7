//! A watch: a visit together with its open alarm. Every change is one verb on it, which consumes
//! the old state and gives the new one, with everything that must happen because of it.

use super::{
    State, Visit,
    check_ins::{CheckIn, CheckInState},
    timeline::{Fact, Line, TimelineSubject},
};
use crate::model::{
    alarms::{Alarm, AlarmState, Cause, Told},
    clock::{Instant, minutes},
    ids::{
        AlarmId, CheckInId, LineId, MessageId, OfficerId, PersonId, Randomness, VisitId, digest,
        token,
    },
    messages::{
        Channel, Content, Message, MessageKey, Priority, announcements::Composer,
        message_key::AlarmNews, texts::Words, topics::VisitTopic,
    },
    people::teams::{StartBy, WatchPolicy},
};

/// How many minutes after its start time a visit counts as late in starting.
pub(crate) const LATE_AFTER: u32 = 10;

/// A visit and its alarm that is not closed.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    pub visit: Visit,
    /// Its alarm; once closed it is kept here only until it is saved.
    pub alarm: Option<Alarm>,
}

/// What a decision is made with.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The present moment.
    pub now: Instant,
    /// The team's times.
    pub policy: &'a WatchPolicy,
    /// The source of chance.
    pub random: &'a dyn Randomness,
    /// How words are made; the language is set per recipient.
    pub words: &'a Words,
    /// The channels that have a carrier.
    pub channels: &'a [Channel],
}

/// What a one-time link lets its holder do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkTo {
    /// Answer a check-in.
    CheckIn(VisitId, CheckInId),
    /// Say once, by the button on a notification, that all is well.
    Answer(VisitId, CheckInId),
    /// Take an alarm.
    Alarm(AlarmId, PersonId),
    /// See the notice of a visit.
    Notice(VisitId, OfficerId),
}

/// A one-time link; only a digest of its secret is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub token_hash: String,
    /// What it is for.
    pub to: LinkTo,
    /// Until when it works.
    pub expires_at: Instant,
}

/// Queued messages that are no longer wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdraw {
    /// Questions of this check-in of this visit.
    CheckIn(VisitId, CheckInId),
    /// Everything that this alarm wanted to say.
    Alarm(AlarmId),
}

/// Who is to be told something that the store must look up first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The team's managers.
    Managers(VisitTopic),
    Administrators(VisitTopic),
}

/// Everything that must happen because of a decision, in the same transaction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effects {
    /// Messages for the outbox.
    pub say: Vec<Message>,
    /// One-time links in those messages.
    pub links: Vec<Link>,
    /// Lines for the timeline.
    pub lines: Vec<Line>,
    /// Messages that are no longer wanted.
    pub withdraw: Vec<Withdraw>,
    /// Notices to people who must be looked up.
    pub notices: Vec<Notice>,
}

impl Scene<'_> {
    /// What announcements are made with.
    pub fn composer(&self) -> Composer<'_> {
        Composer { now: self.now, random: self.random, words: self.words.clone() }
    }
}

impl Effects {
    /// Adds what must happen because of a further decision.
    pub fn extend(&mut self, more: Self) {
        self.say.extend(more.say);
        self.links.extend(more.links);
        self.lines.extend(more.lines);
        self.withdraw.extend(more.withdraw);
        self.notices.extend(more.notices);
    }

    /// Notes a fact of a visit.
    pub fn note(&mut self, visit: VisitId, scene: &Scene<'_>, fact: Fact, by: Option<&str>) {
        self.line(visit, scene, fact, by, false);
    }

    pub(crate) fn line(
        &mut self,
        subject: impl Into<TimelineSubject>,
        scene: &Scene<'_>,
        fact: Fact,
        by: Option<&str>,
        hidden: bool,
    ) {
        let id = LineId::new(scene.random, scene.now);
        let by = by.map(str::to_owned);
        self.lines.push(Line { id, subject: subject.into(), at: scene.now, hidden, fact, by });
    }

    /// Makes a one-time link and gives its address.
    pub(crate) fn link(
        &mut self,
        scene: &Scene<'_>,
        prefix: &str,
        to: LinkTo,
        expires_at: Instant,
    ) -> String {
        let secret = self.secret(scene, to, expires_at);
        format!("{}/{prefix}/{secret}", scene.words.public_url)
    }

    /// Makes the secret of something that may be done once.
    pub(crate) fn secret(&mut self, scene: &Scene<'_>, to: LinkTo, expires_at: Instant) -> String {
        let secret = token(scene.random);
        self.links.push(Link { token_hash: digest(&secret), to, expires_at });
        secret
    }
}

/// A message about a visit, to be filled in further.
pub(crate) fn message(
    scene: &Scene<'_>,
    key: MessageKey,
    channel: Channel,
    to: &str,
    name: &str,
    content: Content,
) -> Message {
    let (id, to) = (MessageId::new(scene.random, scene.now), (channel, to.to_owned()));
    let message = Message::plain(id, key, to, content, scene.now);
    Message { name: name.to_owned(), ..message }
}

impl Watch {
    /// When the visit next asks for attention. A visit under way always does, or has an open
    /// alarm that does (invariant 1).
    pub fn next_wake(&self, policy: &WatchPolicy) -> Option<Instant> {
        let visit = &self.visit;
        match &visit.state {
            State::Ahead { asked } => {
                let first = visit.next_check_in().map(|c| c.due_at);
                let ask = visit.plan.starts_at + minutes(LATE_AFTER);
                let by_itself = self.starts_by_itself_at(policy);
                let asks = policy.start_by == StartBy::Tap && !asked;
                Some(if asks { first.map_or(ask, |f| f.min(ask)) } else { by_itself })
            }
            State::UnderWay { .. } if self.is_paused() => None,
            State::UnderWay { .. } => {
                visit.check_ins.iter().filter_map(|c| c.next_step(policy)).map(|(at, _)| at).min()
            }
            State::Ended { .. } | State::Cancelled { .. } => None,
        }
    }

    /// When a visit that nobody starts gets under way by itself. One that lacks something waits a
    /// little for it; an agreed time is an agreed time: by then somebody may be out there.
    pub(crate) fn starts_by_itself_at(&self, policy: &WatchPolicy) -> Instant {
        let start = self.visit.plan.starts_at;
        let first = self.visit.next_check_in().map(|c| c.due_at);
        match policy.start_by {
            StartBy::Time if self.visit.missing().is_empty() => start,
            StartBy::Time => {
                let late = start + minutes(LATE_AFTER);
                first.map_or(late, |f| f.min(late))
            }
            StartBy::Tap => first.unwrap_or(start),
        }
    }

    /// While an alarm that everybody may see is open, its owner takes care and nothing is asked. A
    /// silent one changes nothing on the worker's phone: the agreed questions go on.
    pub fn is_paused(&self) -> bool {
        self.open_alarm().is_some_and(|a| a.shown_to_worker)
    }

    /// The alarm, if it is not closed.
    pub fn open_alarm(&self) -> Option<&Alarm> {
        self.alarm.as_ref().filter(|a| !a.is_closed())
    }

    /// Opens an alarm, or makes the open one graver.
    pub(crate) fn raise(
        &mut self,
        cause: Cause,
        by: Option<&str>,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) {
        let visit = self.visit.id;
        let hidden = cause == Cause::Duress;
        match self.alarm.take_if(|a| !a.is_closed()) {
            None => {
                let id = AlarmId::new(s.random, s.now);
                let alarm = Alarm::open(id, Some(visit), self.visit.team, cause, s.now);
                self.visit.alarm = Some(id);
                self.alarm = Some(alarm);
                effects.line(visit, s, Fact::AlarmOpened { cause }, by, hidden);
            }
            Some(alarm) => {
                let owned = matches!(alarm.state, AlarmState::Owned { .. });
                self.tell_owner(&alarm, AlarmNews::Graver, s, effects, |w, who| {
                    w.graver(who, cause, owned)
                });
                // To those who were not to know of it, it opens now.
                let fact = match hidden || alarm.shown_to_worker {
                    true => Fact::AlarmWorsened { cause },
                    false => Fact::AlarmOpened { cause },
                };
                self.alarm = Some(alarm.worsen(cause, s.now));
                effects.line(visit, s, fact, by, hidden);
            }
        }
    }

    /// Texts the owner of an alarm, or when nobody has it everybody who was told.
    pub(crate) fn tell_owner(
        &self,
        alarm: &Alarm,
        news: AlarmNews,
        s: &Scene<'_>,
        effects: &mut Effects,
        text: impl Fn(&Words, &str) -> String,
    ) {
        let owner = match &alarm.state {
            AlarmState::Owned { by, .. } => Some(by.id),
            _ => None,
        };
        let chosen = alarm.told.iter().filter(|t| owner.is_none() || t.person == owner);
        let told: Vec<&Told> = chosen.collect();
        let body = text(s.words, &self.visit.worker.name);
        say_to_told(alarm, &told, news, &body, Priority::Alarm, s, effects);
    }

    /// Goes on with a visit whose alarm is over. What came due meanwhile was missed where it is
    /// `covered` by what ended the alarm, and else is asked now; and there is a next question.
    pub(crate) fn resume(
        &mut self,
        covered: impl Fn(&CheckIn) -> bool,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) {
        if !self.visit.is_under_way() {
            return;
        }
        let visit = self.visit.id;
        for check_in in self.visit.check_ins.iter_mut().filter(|c| c.is_open()) {
            if check_in.due_at <= s.now && covered(check_in) {
                check_in.state = CheckInState::Missed { at: s.now };
                let fact = Fact::Missed { due_at: check_in.due_at };
                effects.note(visit, s, fact, None);
            }
        }
        self.visit.plan_next(s.now, s.policy, s.random);
    }
}

/// Texts some of those who were told of an alarm.
pub(crate) fn say_to_told(
    alarm: &Alarm,
    told: &[&Told],
    news: AlarmNews,
    body: &str,
    priority: Priority,
    s: &Scene<'_>,
    effects: &mut Effects,
) {
    for one in told {
        let (Some(number), Some(person)) = (&one.number, one.person) else { continue };
        let at_micros = s.now.timestamp_micros();
        let key = MessageKey::AlarmNews { alarm: alarm.id, news, at_micros, person };
        let content = Content::Text { body: body.to_owned() };
        let text = message(s, key, Channel::Text, number, &one.name, content);
        effects.say.push(Message {
            person: Some(person),
            visit: alarm.visit,
            alarm: Some(alarm.id),
            priority,
            ..text
        });
    }
}

pub mod alarm;
pub mod clock;
pub mod notices;
pub(crate) mod push;
#[cfg(test)]
mod tests;
