//! A watch: a visit together with its open alarm. Every change is one verb on it, which consumes
//! the old state and gives the new one, with everything that must happen because of it.

use super::clock::minutes;
use super::{
    alarms::{Alarm, AlarmState, Cause, Told},
    check_ins::{CheckIn, CheckInState},
    clock::Instant,
    ids::{
        AlarmId, CheckInId, Dice, LineId, MessageId, OfficerId, PersonId, VisitId, digest, token,
    },
    messages::{Channel, Content, Message, Priority},
    teams::{StartBy, WatchPolicy},
    texts::Words,
    timeline::{Fact, Line},
    visits::{State, Visit},
};

/// How many minutes after its start time a visit counts as late in starting.
pub(super) const LATE_AFTER: u32 = 10;

/// A visit and its alarm that is not closed.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    /// The visit.
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
    pub dice: &'a dyn Dice,
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
    /// The digest.
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
    Managers(NoticeText),
    /// The administrators.
    Administrators(NoticeText),
}

/// A notice to managers or administrators, rendered per recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeText {
    /// Somebody asks approval.
    ApprovalAsked,
    /// Somebody went without approval.
    WentAnyway,
    /// A planned visit did not start.
    NotStarted,
    /// A team's ladder has a gap.
    LadderGap,
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

    pub(super) fn line(
        &mut self,
        visit: VisitId,
        scene: &Scene<'_>,
        fact: Fact,
        by: Option<&str>,
        hidden: bool,
    ) {
        let id = LineId::new(scene.dice, scene.now);
        let by = by.map(str::to_owned);
        self.lines.push(Line { id, visit, at: scene.now, hidden, fact, by });
    }

    /// Makes a one-time link and gives its address.
    pub(super) fn link(
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
    pub(super) fn secret(&mut self, scene: &Scene<'_>, to: LinkTo, expires_at: Instant) -> String {
        let secret = token(scene.dice);
        self.links.push(Link { token_hash: digest(&secret), to, expires_at });
        secret
    }
}

/// A message about a visit, to be filled in further.
pub(super) fn message(
    scene: &Scene<'_>,
    purpose: String,
    channel: Channel,
    to: &str,
    name: &str,
    content: Content,
) -> Message {
    let (id, to) = (MessageId::new(scene.dice, scene.now), (channel, to.to_owned()));
    let message = Message::plain(id, purpose, to, content, scene.now);
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
    pub(super) fn starts_by_itself_at(&self, policy: &WatchPolicy) -> Instant {
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
    pub(super) fn is_paused(&self) -> bool {
        self.open_alarm().is_some_and(|a| a.shown_to_worker)
    }

    /// The alarm, if it is not closed.
    pub fn open_alarm(&self) -> Option<&Alarm> {
        self.alarm.as_ref().filter(|a| !a.is_closed())
    }

    /// Opens an alarm, or makes the open one graver.
    pub(super) fn raise(
        &mut self,
        cause: Cause,
        by: Option<&str>,
        s: &Scene<'_>,
        fx: &mut Effects,
    ) {
        let visit = self.visit.id;
        let hidden = cause == Cause::Duress;
        match self.alarm.take_if(|a| !a.is_closed()) {
            None => {
                let id = AlarmId::new(s.dice, s.now);
                let alarm = Alarm::open(id, Some(visit), self.visit.team, cause, s.now);
                self.visit.alarm = Some(id);
                self.alarm = Some(alarm);
                fx.line(visit, s, Fact::AlarmOpened { cause }, by, hidden);
            }
            Some(alarm) => {
                let owned = matches!(alarm.state, AlarmState::Owned { .. });
                self.tell_owner(&alarm, "graver", s, fx, |w, who| w.graver(who, cause, owned));
                // To those who were not to know of it, it opens now.
                let fact = match hidden || alarm.shown_to_worker {
                    true => Fact::AlarmWorsened { cause },
                    false => Fact::AlarmOpened { cause },
                };
                self.alarm = Some(alarm.worsen(cause, s.now));
                fx.line(visit, s, fact, by, hidden);
            }
        }
    }

    /// Texts the owner of an alarm, or when nobody has it everybody who was told.
    pub(super) fn tell_owner(
        &self,
        alarm: &Alarm,
        what: &str,
        s: &Scene<'_>,
        fx: &mut Effects,
        text: impl Fn(&Words, &str) -> String,
    ) {
        let owner = match &alarm.state {
            AlarmState::Owned { by, .. } => Some(by.id),
            _ => None,
        };
        let chosen = alarm.told.iter().filter(|t| owner.is_none() || t.person == owner);
        let told: Vec<&Told> = chosen.collect();
        let body = text(s.words, &self.visit.worker.name);
        say_to_told(alarm, &told, what, &body, Priority::Alarm, s, fx);
    }

    /// Goes on with a visit whose alarm is over. What came due meanwhile was missed where it is
    /// `covered` by what ended the alarm, and else is asked now; and there is a next question.
    pub(super) fn resume(
        &mut self,
        covered: impl Fn(&CheckIn) -> bool,
        s: &Scene<'_>,
        fx: &mut Effects,
    ) {
        if !self.visit.is_under_way() {
            return;
        }
        let visit = self.visit.id;
        for check_in in self.visit.check_ins.iter_mut().filter(|c| c.is_open()) {
            if check_in.due_at <= s.now && covered(check_in) {
                check_in.state = CheckInState::Missed { at: s.now };
                let fact = Fact::Missed { due_at: check_in.due_at };
                fx.note(visit, s, fact, None);
            }
        }
        self.visit.plan_next(s.now, s.policy, s.dice);
    }
}

/// Texts some of those who were told of an alarm.
pub(super) fn say_to_told(
    alarm: &Alarm,
    told: &[&Told],
    what: &str,
    body: &str,
    priority: Priority,
    s: &Scene<'_>,
    fx: &mut Effects,
) {
    for one in told {
        let (Some(number), Some(person)) = (&one.number, one.person) else { continue };
        let stamp = s.now.timestamp_micros();
        let purpose = format!("alarm/{}/{what}/{stamp}/{person}", alarm.id);
        let content = Content::Text { body: body.to_owned() };
        let text = message(s, purpose, Channel::Text, number, &one.name, content);
        fx.say.push(Message {
            person: Some(person),
            visit: alarm.visit,
            alarm: Some(alarm.id),
            priority,
            ..text
        });
    }
}

#[cfg(test)]
mod tests;
