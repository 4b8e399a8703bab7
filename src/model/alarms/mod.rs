//! An alarm: climbs its ladder until somebody takes it, and on again when it is not closed in time.

pub mod alarm_notes;
pub mod climbing;
pub mod coverage;
pub mod gaps;
pub mod handling;
pub mod ladder;
pub mod watchdog;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{
    alarms::alarm_notes::Note,
    clock::{Instant, minutes},
    ids::{AlarmId, OfficerId, PersonId, TeamId, VisitId},
    input::newer,
    people::Named,
    visits::timeline_subject::TimelineSubject,
};

/// Why the alarm was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = AlarmCause)]
pub enum Cause {
    /// Nobody answered at the agreed time.
    MissedCheckIn,
    /// Somebody asked for help; also a cause that only a newer program knows.
    #[default]
    Panic,
    /// The duress PIN was given.
    Duress,
    Drill,
}

impl Cause {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::MissedCheckIn, Self::Panic, Self::Duress, Self::Drill];

    /// How grave; an open alarm only ever gets graver.
    fn weight(self) -> u8 {
        match self {
            Self::Drill => 0,
            Self::MissedCheckIn => 1,
            Self::Panic => 2,
            Self::Duress => 3,
        }
    }
}

/// Where the phone was.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    #[schema(minimum = -90, maximum = 90)]
    pub latitude: f64,
    #[schema(minimum = -180, maximum = 180)]
    pub longitude: f64,
    #[serde(default)]
    #[schema(minimum = 0)]
    pub accuracy_metres: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alarm {
    pub id: AlarmId,
    /// The visit; a drill has none.
    pub visit: Option<VisitId>,
    /// The team whose ladder it climbs.
    pub team: TeamId,
    #[serde(deserialize_with = "newer::or_usual")]
    pub cause: Cause,
    /// Opened without a sign on the worker's phone; it never calls or texts that phone.
    pub silent: bool,
    /// Whether the worker's own screens show an alarm. A silent one shows only once a check-in is
    /// missed as well, as any other visit would.
    pub shown_to_worker: bool,
    /// Since when they show it. A silent alarm that shows later must not tell that it is older.
    #[serde(default)]
    pub shown_at: Option<Instant>,
    /// Whether somebody asked for help openly; then no PIN from out there closes it.
    pub help_pressed: bool,
    /// Until when the worker's screen offers to undo the press on 'Help'.
    #[serde(default)]
    pub undo_until: Option<Instant>,
    /// When it was opened.
    pub opened_at: Instant,
    /// Who has it.
    pub state: AlarmState,
    /// How many rounds of the ladder were climbed.
    pub rounds: u32,
    /// How many rungs the ladder had at the last round.
    pub rungs: u32,
    /// Where the phone was, if it said so.
    pub position: Option<Position>,
    /// Who had it and did not close it in time.
    pub previous_owner: Option<Named>,
    /// Everybody who was told, in order.
    pub told: Vec<Told>,
    /// What was written down meanwhile, in order.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// Who took it first. That stays, whoever has it later and when it is over.
    #[serde(default)]
    pub first_taken: Option<Taken>,
}

/// Somebody took an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    pub by: Named,
    pub at: Instant,
}

/// Who has an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "is")]
pub enum AlarmState {
    /// Nobody yet: the next round is at this time.
    Open { next_round_at: Instant },
    /// Somebody took it, and has until then to close it.
    Owned { by: Named, at: Instant, until: Instant },
    /// It is over.
    Closed {
        /// Who closed it; nobody when a drill ended by itself.
        #[serde(default)]
        by: Option<Named>,
        at: Instant,
        /// How it ended.
        outcome: Outcome,
        /// What was remarked.
        note: Option<String>,
    },
}

/// How it ended; `undone` was taken back with the PIN before anybody was contacted, and
/// `drill-taken` and `drill-untaken` are drills that ended by themselves. These cannot be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everybody is safe.
    Safe,
    /// Nothing was the matter; a note says why it went off.
    FalseAlarm,
    /// Help was sent.
    HelpSent,
    Incident,
    /// Help was pressed by mistake, and the PIN took it back before anybody was contacted.
    Undone,
    /// A drill that was taken, and that nobody closed in time.
    DrillTaken,
    /// A drill that nobody took in one round of the ladder.
    DrillUntaken,
}

/// Somebody who was told of an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// The account, when it is one.
    pub person: Option<PersonId>,
    /// The officer, when it is one.
    pub officer: Option<OfficerId>,
    pub name: String,
    /// The number, for later news.
    pub number: Option<String>,
    /// On which rung, from 1.
    pub rung: u32,
    pub at: Instant,
}

/// Why an alarm cannot be taken or closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AlarmFault {
    /// Those who are out there never own their own alarm.
    #[error("whoever is on the visit cannot take its alarm")]
    OutThere,
    /// Somebody was first.
    #[error("{} has it", .0.name)]
    OwnedBy(Named),
    /// It is over.
    #[error("the alarm is closed")]
    Closed,
    /// A false alarm needs a word on why it went off.
    #[error("say why it was a false alarm")]
    NoteNeeded,
    /// Only who pressed can undo it, with the PIN.
    #[error("an alarm is undone with the PIN, not closed as undone")]
    NotUndone,
    /// Only time ends a drill by itself.
    #[error("a drill ends by itself, and is not closed so")]
    NotByItself,
}

impl Alarm {
    /// A fresh alarm; its first round is due at once.
    pub fn open(
        id: AlarmId,
        visit: Option<VisitId>,
        team: TeamId,
        cause: Cause,
        now: Instant,
    ) -> Self {
        let silent = cause == Cause::Duress;
        Self {
            id,
            visit,
            team,
            cause,
            silent,
            shown_to_worker: !silent,
            shown_at: (!silent).then_some(now),
            help_pressed: cause == Cause::Panic,
            undo_until: None,
            opened_at: now,
            state: AlarmState::Open { next_round_at: now },
            rounds: 0,
            rungs: 0,
            position: None,
            previous_owner: None,
            told: vec![],
            notes: vec![],
            first_taken: None,
        }
    }

    /// How long after it was opened somebody first took it.
    pub fn seconds_until_taken(&self) -> Option<i64> {
        self.first_taken.as_ref().map(|taken| (taken.at - self.opened_at).num_seconds())
    }

    /// When it next asks for attention; never once it is closed.
    pub fn next_wake(&self) -> Option<Instant> {
        match &self.state {
            AlarmState::Open { next_round_at } => Some(*next_round_at),
            AlarmState::Owned { until, .. } => Some(*until),
            AlarmState::Closed { .. } => None,
        }
    }

    /// The timeline that tells of it: its visit's, or its own when it is a drill.
    pub fn timeline(&self) -> TimelineSubject {
        self.visit.map_or(TimelineSubject::Drill(self.id), TimelineSubject::Visit)
    }

    /// Whether it is over.
    pub fn is_closed(&self) -> bool {
        matches!(self.state, AlarmState::Closed { .. })
    }

    /// Its state's name in the api.
    pub fn state_name(&self) -> &'static str {
        match self.state {
            AlarmState::Open { .. } => "open",
            AlarmState::Owned { .. } => "owned",
            AlarmState::Closed { .. } => "closed",
        }
    }

    /// The rung that it reached, from 1; 0 before its first round.
    pub fn rung(&self) -> u32 {
        self.rounds.min(self.rungs)
    }

    /// Takes it for `by`. Taking again what one has gives new time.
    ///
    /// # Errors
    /// When `by` is out there, somebody else was first, or it is over.
    pub fn take(
        mut self,
        by: Named,
        out_there: &[PersonId],
        now: Instant,
        owned_for: TimeDelta,
    ) -> Result<Self, AlarmFault> {
        if out_there.contains(&by.id) {
            return Err(AlarmFault::OutThere);
        }
        let at = match &self.state {
            AlarmState::Open { .. } => now,
            AlarmState::Owned { by: owner, at, .. } if owner.id == by.id => *at,
            AlarmState::Owned { by: owner, .. } => return Err(AlarmFault::OwnedBy(owner.clone())),
            AlarmState::Closed { .. } => return Err(AlarmFault::Closed),
        };
        self.first_taken.get_or_insert_with(|| Taken { by: by.clone(), at });
        self.state = AlarmState::Owned { by, at, until: now + owned_for };
        Ok(self)
    }

    /// Closes it.
    ///
    /// # Errors
    /// When it is over, a false alarm comes without a note, or with an outcome that cannot be chosen.
    pub fn close(
        mut self,
        by: Named,
        outcome: Outcome,
        note: Option<String>,
        now: Instant,
    ) -> Result<Self, AlarmFault> {
        if self.is_closed() {
            return Err(AlarmFault::Closed);
        }
        if outcome == Outcome::FalseAlarm && note.is_none() {
            return Err(AlarmFault::NoteNeeded);
        }
        if outcome == Outcome::Undone {
            return Err(AlarmFault::NotUndone);
        }
        if matches!(outcome, Outcome::DrillTaken | Outcome::DrillUntaken) {
            return Err(AlarmFault::NotByItself);
        }
        self.state = AlarmState::Closed { by: Some(by), at: now, outcome, note };
        Ok(self)
    }

    /// Makes it graver: panic on top of a missed check-in, duress on top of either. An owner keeps
    /// it; without one the next round is now.
    #[must_use]
    pub fn worsen(mut self, cause: Cause, now: Instant) -> Self {
        if cause.weight() > self.cause.weight() {
            self.cause = cause;
        }
        self.silent |= cause == Cause::Duress;
        if cause == Cause::Panic {
            self.help_pressed = true;
            self.show(now);
        }
        if let AlarmState::Open { next_round_at } = &mut self.state {
            *next_round_at = now;
        }
        self
    }

    /// From now on the worker's own screens show it.
    pub fn show(&mut self, now: Instant) {
        if !self.shown_to_worker {
            self.shown_to_worker = true;
            self.shown_at = Some(now);
        }
    }

    /// How a drill ends by itself, once it is time: its owner did not close it, or it climbed every
    /// rung once and nobody took it. A real alarm never does, it climbs on.
    pub fn drill_over(&self, now: Instant) -> Option<Outcome> {
        let climbed = self.rounds > 0 && self.rounds >= self.rungs;
        match &self.state {
            _ if self.cause != Cause::Drill => None,
            AlarmState::Owned { until, .. } if *until <= now => Some(Outcome::DrillTaken),
            AlarmState::Open { next_round_at } if climbed && *next_round_at <= now => {
                Some(Outcome::DrillUntaken)
            }
            _ => None,
        }
    }

    /// An owner who did not close it in time loses it; it climbs on at once.
    #[must_use]
    pub fn lapse(mut self, now: Instant) -> Self {
        if let AlarmState::Owned { by, until, .. } = &self.state
            && *until <= now
        {
            self.previous_owner = Some(by.clone());
            self.state = AlarmState::Open { next_round_at: now };
        }
        self
    }
}

/// How long an owner has, by the team's policy.
pub fn owned_for(policy: &super::people::teams::WatchPolicy) -> TimeDelta {
    minutes(policy.owned_minutes)
}
