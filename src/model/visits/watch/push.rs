//! Notifications beside what is texted and called. Nothing ever waits for one: it may be fastest,
//! and it may never come.

use super::{Effects, LinkTo, Scene, Watch, alarm::Climb, message};
use crate::model::{
    alarms::ladder::Contact,
    clock::{Instant, minutes},
    ids::CheckInId,
    messages::{
        Channel, Content, Message, MessageKey, Priority,
        message_key::Ask,
        notifications::{Button, Notification, NotificationSubject, ShownNotification},
        texts::Words,
    },
};

impl Watch {
    /// Asks on the worker's devices whether all is well, for as long as that is being asked. The
    /// button answers only this check-in; where a PIN is needed it opens the app at its field.
    pub(crate) fn push_worker(
        &self,
        id: CheckInId,
        nth: u32,
        due_at: Instant,
        asked_at: Instant,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) {
        if !s.channels.contains(&Channel::Push) {
            return;
        }
        let words = s.words.in_language(self.visit.language);
        let missed_at = asked_at + minutes(s.policy.miss_minutes);
        let until = match nth {
            1 => asked_at + minutes(s.policy.second_call_minutes),
            _ => missed_at,
        };
        let pin = self.visit.pin_needed(s.policy);
        let token = (!pin).then(|| effects.secret(s, LinkTo::Answer(self.visit.id, id), missed_at));
        let about = NotificationSubject::CheckIn(self.visit.id, id);
        let shown = ShownNotification {
            body: words.push_prompt(due_at),
            opens: about.opens(pin),
            receipt: None,
            well: Some(words.well_button(token)),
            ..shown(&words, about)
        };
        let content = Content::Push(Notification { until, shown });
        let key = MessageKey::CheckIn(id, Ask::Push(nth));
        let push = self.to_worker(s, key, Channel::Push, content);
        effects.say.push(Message {
            to: String::new(),
            check_in: Some(id),
            priority: Priority::Beside,
            ..push
        });
    }
}

impl Climb<'_> {
    /// Tells on somebody's devices that there is an alarm, until the next round does.
    pub(crate) fn push_contact(
        &self,
        key: MessageKey,
        contact: &Contact,
        until: Instant,
        s: &Scene<'_>,
    ) -> Message {
        let words = s.words.in_language(contact.language);
        let about = NotificationSubject::Alarm(self.alarm.id);
        let shown = ShownNotification {
            body: words.push_alarm(self.alarm.cause, self.alarm.opened_at),
            opens: about.opens(false),
            ..shown(&words, about)
        };
        let content = Content::Push(Notification { until, shown });
        Message {
            person: contact.person,
            visit: self.alarm.visit,
            alarm: Some(self.alarm.id),
            priority: Priority::Beside,
            ..message(s, key, Channel::Push, "", &contact.name, content)
        }
    }
}

fn shown(words: &Words, about: NotificationSubject) -> ShownNotification {
    ShownNotification {
        tag: about.tag(),
        lang: words.language,
        title: "Rugdekking".into(),
        body: String::new(),
        opens: about.opens(false),
        open: words.open_button(),
        receipt: None,
        well: None,
    }
}

impl Words {
    fn well_button(&self, token: Option<String>) -> Button {
        Button {
            label: self.link_texts().well.into(),
            token,
            sending: self.push_sending(),
            unsent: self.push_unsent(),
        }
    }
}
