//! Who was told and asked already: another number for one visit, of which nobody knows that it is right
//! until an answer came from it, and the district officer.

use super::{
    NumberTest, OfficerNotice, State, Visit,
    watch::{Effects, Notice, Scene, Watch, message},
};
use crate::model::{
    clock::Instant,
    ids::{MessageId, OfficerId},
    messages::{Channel, Content, Message, MessageKey, topics::VisitTopic},
    phone::Phone,
};

/// How many numbers of one visit are asked: a visit that is changed again and again is no way to flood
/// the phones of others. What is asked no more stays untested.
const MOST_ASKS: u32 = 3;

impl Visit {
    /// Whether nobody knows that its number is right.
    pub fn is_number_untested(&self) -> bool {
        matches!(self.number_test, NumberTest::Untested { .. })
    }

    /// Whether this officer was told of it as it is now.
    pub(super) fn is_told(&self, officer: OfficerId) -> bool {
        matches!(&self.officer, Some(OfficerNotice::Informed { officer_id, told_start, .. })
            if *officer_id == officer && *told_start == Some(self.plan.starts_at))
    }
}

impl Watch {
    /// Asks the number of the visit whether it is right, unless it is the worker's own.
    pub fn test_number(&mut self, own: Option<&Phone>, s: &Scene<'_>, effects: &mut Effects) {
        let visit = &mut self.visit;
        let number = &visit.plan.mobile;
        if own == Some(number) {
            visit.number_test = NumberTest::Own;
            return;
        }
        visit.number_test = NumberTest::Untested { since: s.now };
        if number.is_mobile() && visit.number_asks < MOST_ASKS {
            visit.number_asks += 1;
            let words = s.words.in_language(visit.language);
            let body = words.number_test(&visit.worker.name, visit.plan.starts_at);
            let key = MessageKey::NumberCode(visit.worker.id, MessageId::new(s.random, s.now));
            let (to, name) = (number.as_str(), &visit.worker.name);
            let text = message(s, key, Channel::Text, to, name, Content::Text { body });
            effects.say.push(Message { visit: Some(visit.id), ..text });
        }
        if matches!(visit.state, State::UnderWay { .. }) {
            effects.notices.push(Notice::Managers(VisitTopic::NumberUntested));
        }
    }

    /// Something came from this number: it is right, when it is that of the visit.
    #[must_use]
    pub fn number_answered(mut self, number: &Phone, now: Instant) -> Self {
        if self.visit.plan.mobile == *number && self.visit.is_number_untested() {
            self.visit.number_test = NumberTest::Answered { at: now };
        }
        self
    }
}
