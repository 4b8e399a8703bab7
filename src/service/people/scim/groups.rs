//! Teams of the directory: added, changed, removed.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{gaps, is_shown, taken};
use crate::{
    model::{
        ids::{LineId, PersonId, TeamId},
        people::{
            Person,
            scim::{
                Object,
                group::{self, GroupSaid},
            },
            teams::{Ladder, Team, WatchPolicy},
        },
        privacy::access::Action,
    },
    service::{context::Context, error::Error, people::accounts::by_itself},
    store::{
        Tx, Versioned,
        people::{
            self,
            provisioned::{self, ProvisionedRecord},
            teams,
        },
        privacy::access,
    },
};

/// Everybody whom the directory sees.
pub type Everybody = BTreeMap<PersonId, Person>;

/// A team, with what the directory said of it.
pub type KnownGroup = (Versioned<Team>, Option<ProvisionedRecord>);

async fn everybody(tx: &mut Tx) -> Result<Everybody, Error> {
    let records = provisioned::people(tx).await?;
    let all = people::all(tx).await?.into_iter().map(|found| (found.item.id, found.item));
    Ok(all.filter(|(id, _)| is_shown(records.get(id))).collect())
}

/// All teams that the directory sees.
async fn all(tx: &mut Tx) -> Result<Vec<KnownGroup>, Error> {
    let mut records = provisioned::teams(tx).await?;
    let found = teams::all(tx).await?.into_iter();
    let found = found.map(|team| {
        let record = records.remove(&team.item.id);
        (team, record)
    });
    Ok(found.filter(|(_, record)| is_shown(record.as_ref())).collect())
}

async fn load(tx: &mut Tx, id: TeamId) -> Result<KnownGroup, Error> {
    let found = all(tx).await?.into_iter().find(|(team, _)| team.item.id == id);
    found.ok_or(Error::NotFound)
}

/// All teams that the directory sees, and everybody whom it sees.
///
/// # Errors
/// When the store fails.
pub async fn list(ctx: &Context) -> Result<(Vec<KnownGroup>, Everybody), Error> {
    ctx.db
        .read(|tx| {
            Box::pin(async move {
                let everybody = everybody(tx).await?;
                Ok((all(tx).await?, everybody))
            })
        })
        .await
}

/// A team that the directory sees, and everybody whom it sees.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn see(ctx: &Context, id: TeamId) -> Result<(KnownGroup, Everybody), Error> {
    ctx.db.read(move |tx| Box::pin(async move { shown(tx, id).await })).await
}

async fn shown(tx: &mut Tx, id: TeamId) -> Result<(KnownGroup, Everybody), Error> {
    Ok((load(tx, id).await?, everybody(tx).await?))
}

/// Adds a team, as an administrator would: with the usual times and ladder, and no managers yet. One
/// that was removed before and comes back under its name is the same.
///
/// # Errors
/// [`Error::Directory`] when its name is taken, or it names whom nobody knows.
pub async fn create(ctx: &Context, said: GroupSaid) -> Result<(KnownGroup, Everybody), Error> {
    let at = ctx.clone();
    ctx.write(move |tx| {
        Box::pin(async move {
            let named = teams::all(tx).await?.into_iter().find(|team| team.item.name == said.name);
            let known = match named {
                Some(found) => {
                    let records = provisioned::teams(tx).await?;
                    if is_shown(records.get(&found.item.id)) {
                        return Err(taken("Another team has this displayName."));
                    }
                    found
                }
                None => {
                    let team = Team {
                        id: TeamId::new(&*at.random, at.now()),
                        name: said.name.clone(),
                        members: vec![],
                        managers: vec![],
                        deputies: vec![],
                        policy: WatchPolicy::default(),
                        ladder: Ladder::default(),
                    };
                    teams::insert(tx, &team).await?;
                    Versioned { version: 1, item: team }
                }
            };
            let id = known.item.id;
            keep(tx, &at, (known, None), said, "added").await?;
            let has = gaps::among(tx, &at, &[id]).await?;
            gaps::tell(tx, &at, &Default::default(), &has).await?;
            shown(tx, id).await
        })
    })
    .await
}

/// Changes a team into what `say` makes of what is known.
///
/// # Errors
/// [`Error::NotFound`], what `say` says, or [`Error::Directory`] when its name is taken.
pub async fn change(
    ctx: &Context,
    id: TeamId,
    say: impl FnOnce(&KnownGroup, &Everybody) -> Result<GroupSaid, Error> + Send + 'static,
) -> Result<(KnownGroup, Everybody), Error> {
    let at = ctx.clone();
    ctx.write(move |tx| {
        Box::pin(async move {
            let known = load(tx, id).await?;
            let said = say(&known, &everybody(tx).await?)?;
            let others = teams::all(tx).await?;
            if others.iter().any(|it| it.item.id != id && it.item.name == said.name) {
                return Err(taken("Another team has this displayName."));
            }
            keep(tx, &at, known, said, "changed").await?;
            shown(tx, id).await
        })
    })
    .await
}

async fn keep(
    tx: &mut Tx,
    ctx: &Context,
    (found, record): KnownGroup,
    said: GroupSaid,
    what: &str,
) -> Result<(), Error> {
    let everybody = everybody(tx).await?;
    if said.members.iter().any(|id| !everybody.contains_key(id)) {
        return Err(group::unknown().into());
    }
    let Versioned { version, item: before } = found;
    let mut kept = Object::new();
    kept.extend(said.external_id.map(|id| ("externalId".to_owned(), Value::String(id))));
    let team = Team { name: said.name, members: said.members, ..before.clone() };
    let same = record.as_ref().is_some_and(|record| record.kept == kept);
    if same && team == before {
        return Ok(());
    }
    if team != before {
        teams::save(tx, &team, version).await?;
    }
    let now = ctx.now();
    let created_at = record.map_or(now, |record| record.created_at);
    let record = ProvisionedRecord { hidden: false, created_at, changed_at: now, kept };
    provisioned::save_team(tx, team.id, &record).await?;
    log(tx, ctx, team.id, what).await
}

async fn log(tx: &mut Tx, ctx: &Context, id: TeamId, what: &str) -> Result<(), Error> {
    let details = json!({ "teamId": id, "by": "directory", "what": what });
    let line = LineId::new(&*ctx.random, ctx.now());
    let look = by_itself(line, ctx.now(), Action::TeamProvisioned, details);
    Ok(access::log_look(tx, &look).await?)
}

/// Removes a team: nobody goes on new visits for it, and it is shown no more. What is under way for it
/// is still watched over, by its managers.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn remove(ctx: &Context, id: TeamId) -> Result<(), Error> {
    let at = ctx.clone();
    ctx.write(move |tx| {
        Box::pin(async move {
            let (found, record) = load(tx, id).await?;
            let team = Team { members: vec![], ..found.item };
            teams::save(tx, &team, found.version).await?;
            let now = at.now();
            let created_at = record.map_or(now, |record| record.created_at);
            let kept = Object::new();
            let record = ProvisionedRecord { hidden: true, created_at, changed_at: now, kept };
            provisioned::save_team(tx, id, &record).await?;
            log(tx, &at, id, "removed").await
        })
    })
    .await
}
