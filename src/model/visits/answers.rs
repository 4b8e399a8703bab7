//! What somebody who is out there says: all is well, more time, it ended, help.
//!
//! Only a human answer confirms. An answer with the duress PIN gives exactly what the PIN gives,
//! and opens a silent alarm beside it.

use chrono::TimeDelta;

use super::{
    State,
    check_ins::CheckInState,
    timeline::{Fact, Route},
    watch::{Effects, Notice, Scene, Watch, Withdraw},
};
use crate::model::{
    alarms::{Alarm, Cause, Position},
    clock::{Instant, minutes},
    ids::CheckInId,
    messages::{message_key::AlarmNews, topics::VisitTopic},
    people::{pins::Proof, teams::WatchPolicy},
    phone::Phone,
};

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Saying {
    /// All is well.
    Well,
    /// More time: 15, 30 or 60 minutes.
    MoreTime(u32),
    /// The visit ended, everybody is out.
    Ended,
    Help(Option<Position>),
    /// It is not well: somebody has to call, now.
    NotWell,
    /// Words of which nobody knows what they mean: they answer nothing, and are shown to whoever
    /// watches over the visit.
    Unclear,
}

/// An answer as it arrives.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What is said.
    pub saying: Saying,
    /// What was written, where that tells more than what is said.
    pub words: Option<String>,
    /// By which way.
    pub route: Route,
    /// The name of who says it.
    pub by: String,
    /// The number of the colleague who says it, when it is one.
    pub colleague: Option<Phone>,
    /// What the PIN given with it proves.
    pub proof: Proof,
    /// When it was tapped; a phone without reception delivers it later.
    pub tapped_at: Instant,
    /// The check-in that was asked, when the way of answering tells: a link or a call.
    pub asked: Option<CheckInId>,
    /// Whether a call for help may be undone: whoever calls has a screen to do so, and a PIN.
    pub may_undo: bool,
}

impl Answer {
    /// Whether it tells that whoever gives it is there, whatever else it tells.
    fn is_from_there(&self) -> bool {
        !self.proof.is_refused() && !matches!(self.saying, Saying::NotWell | Saying::Unclear)
    }
}

/// What came of an answer, as told to who gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Thank you; next time then.
    Confirmed(Option<Instant>),
    /// Thank you; the visit lasts until then.
    Extended(Instant),
    /// Thank you; nothing was asked. Next time then.
    Noted(Option<Instant>),
    /// The visit is closed.
    Ended,
    /// Help is on its way.
    HelpComing,
    /// The call for help was taken back in time.
    Undone,
    /// Somebody is being called already, or nothing proves who takes it back: help stays.
    HelpStays,
    /// There is no alarm that it could be about.
    NoAlarm,
    /// The alarm goes on, and who has it was told.
    AlarmTold,
    /// The same, and the PIN would close it.
    AlarmNeedsPin,
    /// The PIN is needed.
    PinNeeded,
    /// The PIN is not theirs.
    PinWrong,
    /// Too many were wrong: none counts for a while.
    PinWaits,
    /// The visit is not under way (any more).
    NotUnderWay,
    /// It says that it was given after now: that clock is wrong, and nothing can be told from it.
    GivenAhead,
    /// It was given before the visit started, and nothing was asked then.
    GivenBefore,
    /// It could not be made out what was meant.
    NotUnderstood,
}

/// What is told of a code that is missing, not theirs, or given while none counts.
pub fn refusal(proof: Proof) -> Reply {
    match proof {
        Proof::Wrong => Reply::PinWrong,
        Proof::Waits | Proof::DuressUnbelieved => Reply::PinWaits,
        _ => Reply::PinNeeded,
    }
}

/// The managers hear of the third time that a visit is made longer.
const TOLD_OF_EXTENSION: u32 = 3;

/// How far the clock of a phone may be off before what it says of a moment counts no more.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(1);

impl Watch {
    /// Takes an answer in.
    #[must_use]
    pub fn answer(mut self, answer: &Answer, s: &Scene<'_>) -> (Self, Effects, Reply) {
        let mut effects = Effects::default();
        let is_out = self.visit.is_under_way() && answer.is_from_there();
        let reply = match answer.saying {
            Saying::Help(position) => self.help(position, answer, s, &mut effects),
            Saying::NotWell => self.help(None, answer, s, &mut effects),
            _ if !self.visit.is_under_way() => self.answer_when_over(answer, s, &mut effects),
            Saying::Unclear => Reply::NotUnderstood,
            _ => self.answer_under_way(answer, s, &mut effects),
        };
        if let Some(colleague) = answer.colleague.as_ref().filter(|_| is_out) {
            self.is_there(colleague, s, &mut effects);
        }
        // Whatever was said with the duress PIN was answered as with the PIN; the silent alarm
        // comes on top.
        if answer.proof.is_duress() {
            self.raise(Cause::Duress, Some(&answer.by), s, &mut effects);
        }
        if let Some(words) = &answer.words {
            self.show_words(words, answer, s, &mut effects);
        }
        (self, effects, reply)
    }

    /// What was written is read by whoever watches over the visit, and brought to who has its alarm.
    fn show_words(&self, words: &str, a: &Answer, s: &Scene<'_>, effects: &mut Effects) {
        let fact = Fact::Wrote { words: words.to_owned(), route: a.route };
        effects.note(self.visit.id, s, fact, Some(&a.by));
        if let Some(alarm) = self.open_alarm() {
            self.tell_owner(alarm, AlarmNews::Wrote, s, effects, |w, who| w.wrote(who, words));
        }
    }

    pub(crate) fn answer_under_way(
        &mut self,
        answer: &Answer,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) -> Reply {
        if let Some(refused) = self.refuses_moment(answer.tapped_at, s.now) {
            return refused;
        }
        if let Some(refused) = self.refuses_pin(answer, s, effects) {
            return refused;
        }
        let proven = matches!(answer.proof, Proof::Pin | Proof::Duress);
        match answer.saying {
            Saying::Ended => self.end(answer, proven, s, effects),
            Saying::MoreTime(more) => self.extend(more, answer, proven, s, effects),
            _ => self.confirm(answer, proven, s, effects),
        }
    }

    /// Not under way only help and duress still count, and the PIN for the alarm that goes on. Duress
    /// looks like any late answer.
    fn answer_when_over(&mut self, a: &Answer, s: &Scene<'_>, effects: &mut Effects) -> Reply {
        if a.saying == Saying::Unclear || !self.ends_alarm_by_pin() {
            return Reply::NotUnderWay;
        }
        if let Some(refused) = self.refuses_pin(a, s, effects) {
            return refused;
        }
        let proven = matches!(a.proof, Proof::Pin | Proof::Duress);
        self.answer_to_alarm(a, proven, s, effects).unwrap_or(Reply::NotUnderWay)
    }

    fn refuses_pin(&self, a: &Answer, s: &Scene<'_>, effects: &mut Effects) -> Option<Reply> {
        let is_asked = a.proof == Proof::None && self.visit.pin_needed(s.policy);
        if !a.proof.is_refused() && !is_asked {
            return None;
        }
        effects.note(self.visit.id, s, Fact::PinRefused { route: a.route }, Some(&a.by));
        if refusal(a.proof) == Reply::PinWaits {
            effects.notices.push(Notice::Managers(VisitTopic::CodesWait));
        }
        Some(refusal(a.proof))
    }

    /// Whether an answer needs the PIN: by the team's rule, or to close the alarm that is open.
    pub fn pin_asked(&self, policy: &WatchPolicy) -> bool {
        self.visit.pin_needed(policy) || self.ends_alarm_by_pin()
    }

    /// The alarm of a missed question is over with the PIN; a call for help is not.
    pub(super) fn ends_alarm_by_pin(&self) -> bool {
        let ends = |alarm: &Alarm| alarm.shown_to_worker && !alarm.help_pressed;
        self.visit.has_pin && self.open_alarm().is_some_and(ends)
    }

    /// An answer counts for what was asked when it was given, so its moment must be believable.
    fn refuses_moment(&self, tapped: Instant, now: Instant) -> Option<Reply> {
        let since = match self.visit.state {
            State::UnderWay { since } => since,
            _ => return None,
        };
        if tapped > now + CLOCKS_DIFFER {
            return Some(Reply::GivenAhead);
        }
        (tapped < since - CLOCKS_DIFFER).then_some(Reply::GivenBefore)
    }

    /// Several appointments could be meant, so that nothing is answered; a duress PIN is heard for
    /// each of them all the same.
    #[must_use]
    pub fn hear_duress(mut self, by: &str, proof: Proof, s: &Scene<'_>) -> (Self, Effects) {
        let mut effects = Effects::default();
        if proof.is_duress() {
            self.raise(Cause::Duress, Some(by), s, &mut effects);
        }
        (self, effects)
    }

    fn confirm(&mut self, a: &Answer, proven: bool, s: &Scene<'_>, effects: &mut Effects) -> Reply {
        if let Some(reply) = self.answer_to_alarm(a, proven, s, effects) {
            return reply;
        }
        let confirmed = self.confirm_open(a, s, effects);
        if !confirmed {
            self.sign_of_life(a, s, effects);
        }
        self.visit.plan_next(s.now, s.policy, s.random);
        let next = self.visit.next_check_in().map(|c| c.due_at);
        if confirmed { Reply::Confirmed(next) } else { Reply::Noted(next) }
    }

    fn extend(
        &mut self,
        more: u32,
        a: &Answer,
        proven: bool,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) -> Reply {
        let (before, is_settled) = (self.visit.expected_end_at, self.is_settled(a));
        // One question gives more time once, also when its answer is brought twice.
        if let Some(asked) = self.visit.check_ins.iter_mut().find(|c| Some(c.id) == a.asked)
            && (std::mem::replace(&mut asked.gave_more_time, true) || is_settled)
        {
            self.sign_of_life(a, s, effects);
            return Reply::Extended(before);
        }
        // Fifteen minutes more count from when they were asked, also when that arrives later.
        let until = before.max(a.tapped_at.min(s.now)) + minutes(more);
        self.visit.expected_end_at = until;
        let fact = Fact::Extended { minutes: more, until, route: a.route };
        effects.note(self.visit.id, s, fact, Some(&a.by));
        self.visit.extensions = self.visit.extensions.saturating_add(1);
        if self.visit.extensions == TOLD_OF_EXTENSION {
            effects.notices.push(Notice::Managers(VisitTopic::ExtendedOften));
        }
        if let Some(reply) = self.answer_to_alarm(a, proven, s, effects) {
            return reply;
        }
        self.confirm_open(a, s, effects);
        self.visit.move_end((before, until), s.now, s.policy, s.random);
        Reply::Extended(until)
    }

    /// Whether an answer is to a question that has been answered, or whose time is past: then it is a
    /// sign of life. What was missed can be answered as long as its alarm is open.
    fn is_settled(&self, a: &Answer) -> bool {
        let asked = self.visit.check_ins.iter().find(|c| Some(c.id) == a.asked);
        asked.is_some_and(|asked| match asked.state {
            CheckInState::Missed { .. } => !self.is_paused(),
            _ => !asked.is_open(),
        })
    }

    fn end(&mut self, a: &Answer, proven: bool, s: &Scene<'_>, effects: &mut Effects) -> Reply {
        if a.route == Route::Link && self.is_settled(a) {
            self.sign_of_life(a, s, effects);
            return Reply::Noted(self.visit.next_check_in().map(|c| c.due_at));
        }
        self.finish(s, effects);
        let fact = Fact::Ended { route: a.route, with_alarm: false };
        effects.note(self.visit.id, s, fact, Some(&a.by));
        self.tell_of_end((&a.by, a.colleague.as_ref()), s, effects);
        // Whoever is out hears that the alarm goes on, and how it stops.
        let told = self.answer_to_alarm(a, proven, s, effects);
        told.filter(|reply| *reply == Reply::AlarmNeedsPin).unwrap_or(Reply::Ended)
    }

    /// Ends the visit: its open questions are no longer wanted.
    pub(crate) fn finish(&mut self, s: &Scene<'_>, effects: &mut Effects) {
        let since = match self.visit.state {
            State::UnderWay { since } => since,
            _ => s.now,
        };
        let visit = self.visit.id;
        for check_in in self.visit.check_ins.iter().filter(|c| c.is_open()) {
            effects.withdraw.push(Withdraw::CheckIn(visit, check_in.id));
        }
        self.visit.settle_open(&CheckInState::Cancelled);
        self.visit.state = State::Ended { since, at: s.now };
    }

    /// Confirms every question that this answer counts for; says whether there was one.
    fn confirm_open(&mut self, a: &Answer, s: &Scene<'_>, effects: &mut Effects) -> bool {
        let tapped = a.tapped_at.min(s.now);
        let late = came_later(tapped, s.now);
        let visit = self.visit.id;
        // A link and the button on a notification answer their own question, and what was asked before.
        let asked = a.asked.filter(|_| matches!(a.route, Route::Push | Route::Link));
        let its_own = |c: &&super::check_ins::CheckIn| Some(c.id) == asked;
        let last = self.visit.check_ins.iter().find(its_own).map(|c| c.due_at);
        let mut any = false;
        for check_in in self.visit.check_ins.iter_mut().filter(|c| c.is_open()) {
            let later = last.is_some_and(|last| last < check_in.due_at);
            if later || !check_in.answers_from(tapped, s.policy) {
                continue;
            }
            check_in.state = CheckInState::Confirmed { at: s.now };
            effects.withdraw.push(Withdraw::CheckIn(visit, check_in.id));
            let fact = Fact::Confirmed { due_at: check_in.due_at, route: a.route, tapped_at: late };
            effects.note(visit, s, fact, Some(&a.by));
            any = true;
        }
        any
    }

    pub(super) fn sign_of_life(&self, a: &Answer, s: &Scene<'_>, effects: &mut Effects) {
        let tapped = a.tapped_at.min(s.now);
        let late = came_later(tapped, s.now);
        let fact = Fact::SignOfLife { route: a.route, tapped_at: late };
        effects.note(self.visit.id, s, fact, Some(&a.by));
    }
}

/// The moment of the tap, when it is worth telling: a phone without reception brought it later.
fn came_later(tapped: Instant, now: Instant) -> Option<Instant> {
    (now - tapped >= TimeDelta::seconds(10)).then_some(tapped)
}
