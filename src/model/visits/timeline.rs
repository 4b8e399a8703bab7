//! What happened, line by line; kept as facts, told as sentences by `texts`.

use serde::{Deserialize, Serialize};

pub use super::timeline_subject::TimelineSubject;
use super::{Missing, RiskReason};
use crate::model::{
    alarms::{Cause, Outcome, alarm_notes::AlarmStep},
    clock::Instant,
    ids::LineId,
    messages::{Channel, MessageState},
};

/// A line of a timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its id; lines of one moment are in the order of their ids.
    pub id: LineId,
    /// Whose timeline it stands on.
    pub subject: TimelineSubject,
    pub at: Instant,
    /// Hidden from those who are out there: it would betray a silent alarm.
    pub hidden: bool,
    pub fact: Fact,
    /// By whom, when by a human.
    pub by: Option<String>,
}

/// By which way somebody answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// A tap in the app.
    App,
    /// The button behind the one-time link.
    Link,
    /// A text reply.
    Text,
    /// A key on the call.
    Call,
    /// The button on a notification.
    Push,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "kind")]
pub enum Fact {
    /// The visit was registered.
    Registered {
        /// Why it is risky.
        risk: Vec<RiskReason>,
        /// What it lacks.
        missing: Vec<Missing>,
    },
    /// It was changed.
    Changed,
    /// The manager agreed.
    Approved {
        /// With which remark.
        note: Option<String>,
    },
    /// The approval fell because the visit was changed.
    ApprovalFell,
    /// The district officer was told.
    OfficerInformed { name: String },
    /// The district officer was not told.
    OfficerNotInformed { because: String },
    /// The district officer pressed 'seen'.
    OfficerSaw { name: String },
    Started {
        /// By itself, not by a tap.
        by_itself: bool,
        /// What it lacked; the manager was told.
        missing: Vec<Missing>,
    },
    /// The worker was asked why it did not start.
    AskedToStart,
    /// The organisation's ladder stands in for the team's.
    LadderGap,
    /// The reminder went out.
    Reminded {
        /// For which moment.
        due_at: Instant,
    },
    /// Call and text went out.
    Prompted {
        /// For which moment.
        due_at: Instant,
        /// How many whole minutes late, after an outage.
        late_minutes: i64,
    },
    /// The second call went out.
    CalledAgain {
        /// For which moment.
        due_at: Instant,
    },
    /// A human said that all is well.
    Confirmed {
        /// For which moment.
        due_at: Instant,
        route: Route,
        /// When it was tapped, if it came later.
        tapped_at: Option<Instant>,
    },
    /// A human said that all is well while nothing was asked, or too late.
    SignOfLife {
        route: Route,
        /// When it was tapped, if it came later.
        tapped_at: Option<Instant>,
    },
    /// Somebody who is out there wrote words that tell more than an answer.
    Wrote { words: String, route: Route },
    /// A wrong PIN was given, or one was needed and not given.
    PinRefused { route: Route },
    /// A colleague said whether they go along.
    ColleagueSaid { along: bool },
    /// The expected end moved.
    Extended {
        /// By how much.
        minutes: u32,
        until: Instant,
        route: Route,
    },
    /// Nobody answered in time.
    Missed {
        /// For which moment.
        due_at: Instant,
    },
    /// An alarm was opened.
    AlarmOpened { cause: Cause },
    /// An open alarm became graver.
    AlarmWorsened { cause: Cause },
    /// The alarm climbed.
    Climbed {
        /// To which rung, from 1.
        rung: u32,
        /// Who was told.
        names: Vec<String>,
    },
    /// A rung was passed over: nobody could be reached on it.
    RungSkipped {
        /// Which, from 1.
        rung: u32,
    },
    /// Nobody at all can be reached; the administrators were told.
    NobodyToTell,
    /// Somebody took the alarm.
    Taken { route: Route },
    /// The owner did not close it in time.
    OwnerLapsed {
        /// Who had it.
        name: String,
    },
    /// Somebody wrote something down about it.
    AlarmNoted {
        /// In their own words.
        text: String,
    },
    /// A step of the procedure was ticked, or the tick was taken away.
    StepTicked {
        step: AlarmStep,
        /// Whether it is done.
        done: bool,
    },
    /// It was closed.
    AlarmClosed {
        /// How it ended.
        outcome: Outcome,
        /// With which remark.
        note: Option<String>,
    },
    /// It was closed by an answer with the PIN.
    AlarmAnswered { route: Route },
    /// Help was pressed by mistake, and taken back before anybody was contacted.
    HelpUndone,
    /// The visit ended.
    Ended {
        route: Route,
        /// Whoever closed the alarm said so.
        #[serde(default)]
        with_alarm: bool,
    },
    /// The visit did not take place.
    Cancelled { reason: Option<String> },
    /// A message went its way (told from the outbox, not kept twice).
    Message {
        /// By which channel.
        channel: Channel,
        to: String,
        /// How it fared.
        state: MessageState,
    },
    /// Somebody asked for no more texts.
    OptedOut,
}

impl Fact {
    /// Its name in the api.
    pub fn name(&self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|v| v.get("kind").and_then(|k| k.as_str()).map(str::to_owned))
            .unwrap_or_default()
    }
}
