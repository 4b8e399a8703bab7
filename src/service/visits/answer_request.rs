//! What an answer for a visit is, and what the rules make of it.

use crate::{
    model::{
        clock::Instant,
        ids::{CheckInId, VisitId},
        people::pins::Proof,
        phone::Phone,
        visits::{
            Visit,
            answers::{Answer, Reply, Saying, refusal},
            timeline::Route,
            watch::{Effects, Watch},
        },
    },
    service::{
        error::Error,
        people::caller::Caller,
        visits::{
            team_context::TeamContext,
            viewer::{SeenVisit, Viewer, authorise},
        },
    },
    store::{Versioned, visits::watches::WatchChange},
};

/// What somebody says about a visit.
#[derive(Clone, Debug)]
pub struct AnswerRequest {
    /// About which visit.
    pub visit: VisitId,
    /// Who says it, and by which way.
    pub by: AnsweredBy,
    /// What is said.
    pub saying: Saying,
    /// What was written, where that tells more than what is said.
    pub words: Option<String>,
    /// What could be a PIN, as digits.
    pub codes: Vec<String>,
    /// The check-in that was asked, when the way of answering tells.
    pub asked: Option<CheckInId>,
    /// When it was tapped, when the phone says so.
    pub tapped_at: Option<Instant>,
}

/// Who answers, and by which way.
#[derive(Clone, Debug)]
pub enum AnsweredBy {
    /// Somebody who is signed in, in the app.
    Caller(Box<Caller>),
    /// Whoever pressed the button behind a one-time link.
    Link,
    /// Whoever pressed the button on a notification.
    Button,
    /// Whoever has this number, by text. Brought twice under one id of the provider it is done once.
    Text {
        from: Phone,
        /// The provider's id of the text.
        id: Option<String>,
    },
    /// Whoever picked up a call to this number, or called from it.
    Call {
        /// The number, when it is one.
        to: Option<Phone>,
    },
}

impl AnsweredBy {
    pub(in crate::service) fn route(&self) -> Route {
        match self {
            Self::Caller(_) => Route::App,
            Self::Link => Route::Link,
            Self::Button => Route::Push,
            Self::Text { .. } => Route::Text,
            Self::Call { .. } => Route::Call,
        }
    }

    /// The number by which it came.
    pub(super) fn number(&self) -> Option<&Phone> {
        match self {
            Self::Text { from, .. } => Some(from),
            Self::Call { to } => to.as_ref(),
            _ => None,
        }
    }
}

/// What came of an answer.
#[derive(Clone, Debug)]
pub struct AnswerOutcome {
    /// As told to who gave it.
    pub reply: Reply,
    /// The visit afterwards.
    pub seen: SeenVisit,
}

/// An answer whose PIN was looked at.
#[derive(Clone, Debug)]
pub(in crate::service) struct ProvenAnswer {
    pub(super) request: AnswerRequest,
    /// The name that goes on the timeline.
    name: String,
    proof: Proof,
    may_undo: bool,
}

impl ProvenAnswer {
    /// An answer by somebody of this name, whose PIN proves this.
    pub(in crate::service) fn new(request: AnswerRequest, (name, proof): (String, Proof)) -> Self {
        // Whoever calls for help in the app has a screen to undo it, and a PIN.
        let may_undo = match &request.by {
            AnsweredBy::Caller(caller) => caller.person.pins.is_some(),
            _ => false,
        };
        Self { request, name, proof, may_undo }
    }

    /// Whether a code came along that is not theirs.
    pub(super) fn is_refused(&self) -> bool {
        self.proof.is_refused()
    }

    /// What is told of such a code.
    pub(super) fn refusal(&self) -> Reply {
        refusal(self.proof)
    }

    /// The number of the colleague who answers, when it is one.
    fn colleague(&self, visit: &Visit) -> Option<Phone> {
        let mut along = visit.plan.colleagues.iter();
        let found = match &self.request.by {
            AnsweredBy::Caller(caller) => along.find(|c| c.person_id == Some(caller.id())),
            by => along.find(|c| by.number() == Some(&c.mobile) && c.mobile != visit.plan.mobile),
        };
        found.map(|colleague| colleague.mobile.clone())
    }

    fn answer(&self, visit: &Visit, now: Instant) -> Answer {
        Answer {
            colleague: self.colleague(visit),
            saying: self.request.saying,
            words: self.request.words.clone(),
            route: self.request.by.route(),
            by: self.name.clone(),
            proof: self.proof,
            tapped_at: self.request.tapped_at.unwrap_or(now),
            asked: self.request.asked,
            may_undo: self.may_undo,
        }
    }

    pub(super) fn decide(&self, before: &Watch, team: TeamContext) -> Result<Decided, Error> {
        let viewer = match &self.request.by {
            AnsweredBy::Caller(caller) => authorise(caller, &before.visit)?,
            _ => Viewer::OutThere,
        };
        let (scene, before, answer) =
            (team.scene(), before.clone(), self.answer(&before.visit, team.now));
        let (after, effects, reply) = match (viewer, answer.saying) {
            // Somebody who watches over it may say that it ended, or ask for help for it.
            (Viewer::Minder { .. }, Saying::Ended) => {
                let (after, effects) = before.end_by_manager(&self.name, &scene)?;
                (after, effects, Reply::Ended)
            }
            (Viewer::Minder { .. }, Saying::Well | Saying::MoreTime(_)) => {
                return Err(Error::Forbidden("Only who is on the visit can answer for it."));
            }
            // Who watches over it has no screen in hand to undo a call for help.
            (Viewer::Minder { .. }, _) => {
                before.answer(&Answer { may_undo: false, ..answer }, &scene)
            }
            _ => before.answer(&answer, &scene),
        };
        let after = match self.request.by.number() {
            Some(number) => after.number_answered(number, team.now),
            None => after,
        };
        Ok(Decided { team, viewer, after, effects, reply })
    }
}

/// What an answer comes to.
pub(super) struct Decided {
    team: TeamContext,
    viewer: Viewer,
    after: Watch,
    effects: Effects,
    reply: Reply,
}

impl Decided {
    pub(super) fn change<'a>(&'a self, before: &'a Versioned<Watch>) -> WatchChange<'a> {
        WatchChange { before, after: &self.after, effects: &self.effects, scene: self.team.scene() }
    }

    pub(super) fn outcome(self, version: i64) -> AnswerOutcome {
        let policy = self.team.team.policy;
        let seen = SeenVisit { watch: self.after, version, viewer: self.viewer, policy };
        AnswerOutcome { reply: self.reply, seen }
    }
}
