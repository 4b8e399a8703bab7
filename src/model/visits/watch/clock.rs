//! What a watch does when its time has come: starts, reminds, asks, asks again, raises the alarm.

use super::{Effects, LATE_AFTER, LinkTo, Notice, Scene, Watch, message};
use crate::model::{
    alarms::{AlarmState, Cause},
    clock::{Instant, minutes},
    ids::CheckInId,
    messages::{
        Channel, Content, Message, MessageKey, Priority, Script,
        message_key::{AlarmNews, Ask},
        topics::VisitTopic,
    },
    people::teams::StartBy,
    visits::{
        SaysAlong, State,
        check_ins::{CheckInState, CheckInStep},
        timeline::Fact,
    },
};

impl Watch {
    /// Does everything that is due at `s.now`, in the order of its times. Asking too early or twice
    /// changes nothing, so that a step that was taken just before a crash is not taken again.
    #[must_use]
    pub fn tick(mut self, s: &Scene<'_>) -> (Self, Effects) {
        let mut effects = Effects::default();
        self.start_if_time(s, &mut effects);
        // Each step moves a check-in on, so that this ends; the bound guards against a mistake.
        for _ in 0..1000 {
            let Some((id, step)) = self.due_step(s) else { break };
            self.take_step(id, step, s, &mut effects);
        }
        (self, effects)
    }

    fn due_step(&self, s: &Scene<'_>) -> Option<(CheckInId, CheckInStep)> {
        if !self.visit.is_under_way() || self.is_paused() {
            return None;
        }
        self.visit
            .check_ins
            .iter()
            .filter_map(|c| c.next_step(s.policy).map(|(at, step)| (at, c.id, step)))
            .filter(|(at, ..)| *at <= s.now)
            .min_by_key(|(at, ..)| *at)
            .map(|(_, id, step)| (id, step))
    }

    fn start_if_time(&mut self, s: &Scene<'_>, effects: &mut Effects) {
        let State::Ahead { asked } = self.visit.state else { return };
        let start = self.visit.plan.starts_at;
        let asks = s.policy.start_by == StartBy::Tap && !asked;
        if self.starts_by_itself_at(s.policy) <= s.now {
            self.begin(true, s, effects);
        } else if asks && start + minutes(LATE_AFTER) <= s.now {
            self.ask_to_start(s, effects);
        }
    }

    fn ask_to_start(&mut self, s: &Scene<'_>, effects: &mut Effects) {
        self.visit.state = State::Ahead { asked: true };
        let words = s.words.in_language(self.visit.language);
        let body = words.did_you_start(self.visit.plan.starts_at);
        let key = MessageKey::StartQuestion(self.visit.id);
        let text = self.to_worker(s, key, Channel::Text, Content::Text { body });
        effects.say.push(Message { priority: Priority::Prompt, ..text });
        effects.notices.push(Notice::Managers(VisitTopic::NotStarted));
        effects.note(self.visit.id, s, Fact::AskedToStart, None);
    }

    /// Puts the visit under way. Without approval it is watched all the same, and the managers are
    /// told at once.
    pub(crate) fn begin(&mut self, by_itself: bool, s: &Scene<'_>, effects: &mut Effects) {
        let missing = self.visit.missing();
        if !missing.is_empty() {
            effects.notices.push(Notice::Managers(VisitTopic::WentAnyway));
        }
        if self.visit.is_number_untested() {
            effects.notices.push(Notice::Managers(VisitTopic::NumberUntested));
        }
        self.visit.state = State::UnderWay { since: s.now };
        self.visit.plan_next(s.now, s.policy, s.random);
        let by = (!by_itself).then(|| self.visit.worker.name.clone());
        effects.note(self.visit.id, s, Fact::Started { by_itself, missing }, by.as_deref());
    }

    /// After an outage several questions may be due at once: then only the last is asked, and its
    /// answer counts for all of them.
    fn is_asked_later(&self, due_at: Instant, s: &Scene<'_>) -> bool {
        self.visit.check_ins.iter().any(|c| c.is_open() && due_at < c.due_at && c.due_at <= s.now)
    }

    fn take_step(
        &mut self,
        id: CheckInId,
        step: CheckInStep,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) {
        let Some(index) = self.visit.check_ins.iter().position(|c| c.id == id) else { return };
        let due_at = self.visit.check_ins[index].due_at;
        let asks = !self.is_asked_later(due_at, s);
        let state = match step {
            CheckInStep::Remind => {
                // A reminder of what is asked already helps nobody.
                if s.now < due_at {
                    self.remind(id, due_at, s, effects);
                    effects.note(self.visit.id, s, Fact::Reminded { due_at }, None);
                }
                CheckInState::Scheduled { reminded: true }
            }
            CheckInStep::Prompt => {
                if asks {
                    self.text_worker(id, due_at, s, effects);
                    self.call_worker(id, 1, s, effects);
                    self.push_worker(id, 1, due_at, s.now, s, effects);
                }
                let late_minutes = (s.now - due_at).num_minutes();
                effects.note(self.visit.id, s, Fact::Prompted { due_at, late_minutes }, None);
                CheckInState::Prompted { at: s.now, again: false }
            }
            CheckInStep::CallAgain => {
                let at = match self.visit.check_ins[index].state {
                    CheckInState::Prompted { at, .. } => at,
                    _ => s.now,
                };
                if asks {
                    self.call_worker(id, 2, s, effects);
                    self.text_colleagues(id, due_at, s, effects);
                    self.push_worker(id, 2, due_at, at, s, effects);
                    effects.note(self.visit.id, s, Fact::CalledAgain { due_at }, None);
                }
                CheckInState::Prompted { at, again: true }
            }
            CheckInStep::Miss => {
                effects.note(self.visit.id, s, Fact::Missed { due_at }, None);
                CheckInState::Missed { at: s.now }
            }
        };
        self.visit.check_ins[index].state = state;
        if step == CheckInStep::Miss {
            self.miss(s, effects);
        }
    }

    /// A missed check-in opens an alarm. Under a silent one it shows now, as on any other visit,
    /// and whoever has it is told.
    fn miss(&mut self, s: &Scene<'_>, effects: &mut Effects) {
        let Some(mut alarm) = self.alarm.take_if(|a| !a.is_closed()) else {
            self.raise(Cause::MissedCheckIn, None, s, effects);
            return;
        };
        if !alarm.shown_to_worker {
            alarm.show(s.now);
            let fact = Fact::AlarmOpened { cause: Cause::MissedCheckIn };
            effects.note(self.visit.id, s, fact, None);
        }
        if matches!(alarm.state, AlarmState::Owned { .. }) {
            self.tell_owner(&alarm, AlarmNews::MissedAgain, s, effects, |w, who| {
                w.missed_again(who)
            });
        }
        self.alarm = Some(alarm);
    }

    fn remind(&self, id: CheckInId, due_at: Instant, s: &Scene<'_>, effects: &mut Effects) {
        let words = s.words.in_language(self.visit.language);
        let link = self.answer_link(id, due_at, s, effects);
        let pin = self.visit.pin_needed(s.policy);
        let content = Content::Text { body: words.reminder(due_at, &link, pin) };
        let key = MessageKey::CheckIn(id, Ask::Reminder);
        let text = self.to_worker(s, key, Channel::Text, content);
        effects.say.push(Message { check_in: Some(id), priority: Priority::Reminder, ..text });
    }

    fn text_worker(&self, id: CheckInId, due_at: Instant, s: &Scene<'_>, effects: &mut Effects) {
        let words = s.words.in_language(self.visit.language);
        let link = self.answer_link(id, due_at, s, effects);
        let pin = self.visit.pin_needed(s.policy);
        let content = Content::Text { body: words.prompt(due_at, &link, pin) };
        let key = MessageKey::CheckIn(id, Ask::Text);
        let text = self.to_worker(s, key, Channel::Text, content);
        effects.say.push(Message { check_in: Some(id), priority: Priority::Prompt, ..text });
    }

    fn call_worker(&self, id: CheckInId, nth: u32, s: &Scene<'_>, effects: &mut Effects) {
        if !s.channels.contains(&Channel::Call) {
            return;
        }
        let words = s.words.in_language(self.visit.language);
        let script = Script {
            words: words.call(self.visit.pin_needed(s.policy)),
            language: self.visit.language,
            listens: true,
            waits: self.visit.has_pin && !self.visit.pins_begin_apart,
        };
        let key = MessageKey::CheckIn(id, Ask::Call(nth));
        let call = self.to_worker(s, key, Channel::Call, Content::Call(script));
        effects.say.push(Message { check_in: Some(id), priority: Priority::Prompt, ..call });
    }

    fn text_colleagues(
        &self,
        id: CheckInId,
        due_at: Instant,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) {
        let words = s.words.in_language(self.visit.language);
        for (nth, colleague) in self.visit.plan.colleagues.iter().enumerate() {
            if colleague.says == SaysAlong::No {
                continue;
            }
            let link = self.answer_link(id, due_at, s, effects);
            let content = Content::Text { body: words.prompt_colleague(due_at, &link) };
            let key = MessageKey::CheckIn(id, Ask::Colleague(nth));
            let to = colleague.mobile.as_str();
            let text = message(s, key, Channel::Text, to, &colleague.name, content);
            effects.say.push(Message {
                person: colleague.person_id,
                visit: Some(self.visit.id),
                check_in: Some(id),
                priority: Priority::Prompt,
                ..text
            });
        }
    }

    fn answer_link(
        &self,
        id: CheckInId,
        due: Instant,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) -> String {
        let until = due.max(s.now) + minutes(24 * 60);
        effects.link(s, "c", LinkTo::CheckIn(self.visit.id, id), until)
    }

    pub(crate) fn to_worker(
        &self,
        s: &Scene<'_>,
        key: MessageKey,
        channel: Channel,
        content: Content,
    ) -> Message {
        let (to, worker) = (self.visit.plan.mobile.as_str(), &self.visit.worker);
        Message {
            person: Some(worker.id),
            visit: Some(self.visit.id),
            ..message(s, key, channel, to, &worker.name, content)
        }
    }
}
