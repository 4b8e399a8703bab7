//! Messages for the carriers' tests.

use chrono::DateTime;
use rugdekking::model::{
    ids::MessageId,
    messages::{Channel, Content, Message, Priority, Script, language::Language},
};
use uuid::Uuid;

/// The number that must never show up in a refusal.
pub const NUMBER: &str = "+31612345678";

/// A text that asks whether all is well.
pub fn text(body: &str) -> Message {
    Message {
        id: MessageId(Uuid::from_u128(7)),
        key: "check-in/1/text".into(),
        channel: Channel::Text,
        to: NUMBER.into(),
        name: String::new(),
        person: None,
        visit: None,
        alarm: None,
        check_in: None,
        priority: Priority::Prompt,
        content: Content::Text { body: body.into() },
        deliver_by: None,
        attempts: 0,
        instead: None,
        created_at: DateTime::from_timestamp(1_795_438_800, 0).expect("a moment"),
    }
}

/// A call that asks the same and listens for keys.
pub fn call(words: &str) -> Message {
    let script =
        Script { words: words.into(), language: Language::Nl, listens: true, waits: false };
    Message { channel: Channel::Call, content: Content::Call(script), ..text("") }
}

/// A mail.
pub fn mail(to: &str, subject: &str, body: &str) -> Message {
    let content = Content::mail(subject, body);
    Message { channel: Channel::Mail, to: to.into(), content, ..text("") }
}

/// A text about an alarm.
pub fn alarm() -> Message {
    Message { priority: Priority::Alarm, ..text("Alarm") }
}
