//! Colleagues who go along: each is told so and says whether that is true; and who ends a visit ends it for
//! all of them, which the others hear.

use super::{
    Colleague, SaysAlong, State, Visit,
    timeline::Fact,
    watch::{Effects, Notice, Scene, Watch, message},
};
use crate::model::{
    clock::Instant,
    ids::PersonId,
    messages::{
        Channel, Content, Message, MessageKey, Priority, message_key::ColleagueNews,
        topics::VisitTopic,
    },
    phone::Phone,
};

impl Visit {
    /// The colleagues who go along, for all that anybody knows.
    pub fn along(&self) -> impl Iterator<Item = &Colleague> {
        self.plan.colleagues.iter().filter(|colleague| colleague.says != SaysAlong::No)
    }

    /// The accounts that are out there; they never own its alarm.
    pub fn people_out(&self) -> Vec<PersonId> {
        let along = self.along().filter_map(|c| c.person_id);
        std::iter::once(self.worker.id).chain(along).collect()
    }

    /// The numbers of those who are out there; an alarm never calls or texts them.
    pub fn numbers_out(&self) -> Vec<Phone> {
        let along = self.along().map(|c| c.mobile.clone());
        std::iter::once(self.plan.mobile.clone()).chain(along).collect()
    }

    /// Whether this number was told to go along on it, and it has not begun.
    pub fn asks_along(&self, number: &Phone) -> bool {
        let named = self.plan.colleagues.iter().any(|colleague| colleague.mobile == *number);
        named && matches!(self.state, State::Ahead { .. })
    }
}

impl Watch {
    /// Those who were named before have said what they said; the others are told that they are named.
    pub(super) fn ask_colleagues(
        &mut self,
        before: &[Colleague],
        s: &Scene<'_>,
        effects: &mut Effects,
    ) {
        let (start, who) = (self.visit.plan.starts_at, self.visit.worker.name.clone());
        let words = s.words.in_language(self.visit.language);
        for nth in 0..self.visit.plan.colleagues.len() {
            let colleague = &mut self.visit.plan.colleagues[nth];
            match before.iter().find(|known| known.mobile == colleague.mobile) {
                Some(known) => colleague.says = known.says,
                None => {
                    let body = words.goes_along(&who, start);
                    effects.say.push(self.to_colleague(nth, ColleagueNews::Named, body, s));
                }
            }
        }
    }

    /// A colleague says whether they go along. Where they do not, whoever counted on it has to know.
    #[must_use]
    pub fn colleague_says(
        mut self,
        from: &Phone,
        says: SaysAlong,
        s: &Scene<'_>,
    ) -> (Self, Effects) {
        let mut effects = Effects::default();
        let mut along = self.visit.plan.colleagues.iter_mut();
        let Some(colleague) = along.find(|c| c.mobile == *from && c.says != says) else {
            return (self, effects);
        };
        colleague.says = says;
        let name = colleague.name.clone();
        let is_along = says == SaysAlong::Yes;
        effects.note(self.visit.id, s, Fact::ColleagueSaid { along: is_along }, Some(&name));
        if !is_along {
            let words = s.words.in_language(self.visit.language);
            let body = words.goes_not_along(&name, self.visit.plan.starts_at);
            effects.say.push(self.news_to_worker(ColleagueNews::NotAlong, body, s));
            if self.visit.is_risky() {
                effects.notices.push(Notice::Managers(VisitTopic::ColleagueNotAlong));
            }
        }
        (self, effects)
    }

    /// Whoever answers is there, so that a colleague need not say it again.
    pub(super) fn is_there(&mut self, from: &Phone, s: &Scene<'_>, effects: &mut Effects) {
        let (watch, more) = self.clone().colleague_says(from, SaysAlong::Yes, s);
        *self = watch;
        effects.extend(more);
    }

    /// One of them said that it ended, for all; the others are asked to say so when that is not true.
    pub(super) fn tell_of_end(
        &self,
        (by, from): (&str, Option<&Phone>),
        s: &Scene<'_>,
        effects: &mut Effects,
    ) {
        let words = s.words.in_language(self.visit.language);
        let body = words.ended_for_you(by);
        if from.is_some() {
            effects.say.push(self.news_to_worker(ColleagueNews::Ended, body.clone(), s));
        }
        for (nth, colleague) in self.visit.plan.colleagues.iter().enumerate() {
            if Some(&colleague.mobile) != from && colleague.says != SaysAlong::No {
                effects.say.push(self.to_colleague(nth, ColleagueNews::Ended, body.clone(), s));
            }
        }
    }

    fn news_key(&self, news: ColleagueNews, to: usize, at: Instant) -> MessageKey {
        let at_micros = at.timestamp_micros();
        MessageKey::Colleague { visit: self.visit.id, news, at_micros, to }
    }

    /// To the worker, who is the first of those out there.
    fn news_to_worker(&self, news: ColleagueNews, body: String, s: &Scene<'_>) -> Message {
        let key = self.news_key(news, 0, s.now);
        let text = self.to_worker(s, key, Channel::Text, Content::Text { body });
        Message { priority: Priority::Prompt, ..text }
    }

    fn to_colleague(
        &self,
        nth: usize,
        news: ColleagueNews,
        body: String,
        s: &Scene<'_>,
    ) -> Message {
        let colleague = &self.visit.plan.colleagues[nth];
        let (key, to) = (self.news_key(news, nth + 1, s.now), colleague.mobile.as_str());
        let text = message(s, key, Channel::Text, to, &colleague.name, Content::Text { body });
        let person = colleague.person_id;
        Message { person, visit: Some(self.visit.id), priority: Priority::Prompt, ..text }
    }
}
