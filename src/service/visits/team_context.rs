//! The team's side of a use case: everything that the model decides with.

use crate::{
    model::{
        clock::Instant,
        ids::{LineId, TeamId, VisitId},
        messages::texts::Words,
        people::teams::Team,
        privacy::access::{Action, Look},
        visits::watch::{Effects, Scene, Watch},
    },
    service::{
        context::Context,
        error::Error,
        people::caller::Caller,
        visits::viewer::{SeenVisit, Viewer},
    },
    store::{self, Tx, Versioned, people::teams, visits::watches},
};

/// A team, at one moment.
#[derive(Clone, Debug)]
pub struct TeamContext {
    /// What every use case needs.
    pub ctx: Context,
    /// The moment of the request.
    pub now: Instant,
    pub team: Team,
    words: Words,
}

impl TeamContext {
    /// This team, now.
    pub fn new(ctx: &Context, team: Team) -> Self {
        let words = ctx.words(ctx.settings.language);
        Self { ctx: ctx.clone(), now: ctx.now(), team, words }
    }

    /// The team with this id, now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn load(tx: &mut Tx, ctx: &Context, id: TeamId) -> Result<Self, store::Error> {
        Ok(Self::new(ctx, teams::to_watch(tx, id).await?))
    }

    /// What decisions are made with.
    pub fn scene(&self) -> Scene<'_> {
        Scene {
            now: self.now,
            policy: &self.team.policy,
            random: &*self.ctx.random,
            words: &self.words,
            channels: &self.ctx.settings.channels,
        }
    }

    /// Saves what became of a watch.
    ///
    /// # Errors
    /// [`Error::Stale`] when somebody else changed it in between.
    pub async fn save(
        self,
        tx: &mut Tx,
        viewer: Viewer,
        before: &Versioned<Watch>,
        (after, effects): (Watch, Effects),
    ) -> Result<SeenVisit, Error> {
        let version = watches::save(tx, before, &after, &effects, &self.scene()).await?;
        Ok(SeenVisit { watch: after, version, viewer, policy: self.team.policy })
    }

    /// A line for the access log: this caller looked at something because of a visit.
    pub fn look(
        &self,
        caller: &Caller,
        action: Action,
        visit: VisitId,
        details: serde_json::Value,
    ) -> Look {
        Look {
            id: LineId::new(&*self.ctx.random, self.now),
            at: self.now,
            person: Some(caller.id()),
            action,
            visit: Some(visit),
            entry: None,
            details,
        }
    }
}
