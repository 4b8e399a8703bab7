//! Teams of the directory: `/Groups`. Who manages a team, and its ladder, are for administrators.

use super::{answers::framed, refusal::address, resources::Resource};
use crate::{
    api::http::state::AppState,
    model::{
        ids::TeamId,
        people::{
            scim::{
                Object,
                filter::Filter,
                group::{self, GroupSaid},
            },
            teams::Team,
        },
    },
    service::{
        Error,
        people::scim::groups::{self, Everybody, KnownGroup},
    },
    store::people::provisioned::ProvisionedRecord,
};

pub struct Groups;

fn bare(
    app: &AppState,
    team: &Team,
    record: Option<&ProvisionedRecord>,
    everybody: &Everybody,
) -> Object {
    let external_id = record.and_then(|record| record.kept.get("externalId")?.as_str());
    let members = team.members.iter().filter_map(|id| everybody.get(id));
    let members = members.map(|person| (person, address(app, "Users", person.id)));
    group::show(team, external_id, members)
}

fn view(app: &AppState, (team, record): &KnownGroup, everybody: &Everybody) -> Object {
    let shown = bare(app, &team.item, record.as_ref(), everybody);
    let at = address(app, "Groups", team.item.id);
    framed(shown, group::SCHEMA, "Group", team.item.id, &at, record.as_ref())
}

impl Resource for Groups {
    type Id = TeamId;
    const SCHEMA: &'static str = group::SCHEMA;
    const STAY: &'static [&'static str] = &["members"];

    async fn list(app: &AppState, _: Option<&Filter>) -> Result<Vec<Object>, Error> {
        let (all, everybody) = groups::list(app).await?;
        Ok(all.iter().map(|known| view(app, known, &everybody)).collect())
    }

    async fn see(app: &AppState, id: TeamId) -> Result<Object, Error> {
        let (known, everybody) = groups::see(app, id).await?;
        Ok(view(app, &known, &everybody))
    }

    async fn create(app: &AppState, given: Object) -> Result<Object, Error> {
        let (made, everybody) = groups::create(app, GroupSaid::read(&given)?).await?;
        Ok(view(app, &made, &everybody))
    }

    async fn change(
        app: &AppState,
        id: TeamId,
        change: impl FnOnce(&Object) -> Result<Object, Error> + Send + 'static,
    ) -> Result<Object, Error> {
        let here = app.clone();
        let say = move |(team, record): &KnownGroup, everybody: &Everybody| {
            let now = bare(&here, &team.item, record.as_ref(), everybody);
            Ok(GroupSaid::read(&change(&now)?)?)
        };
        let (changed, everybody) = groups::change(app, id, say).await?;
        Ok(view(app, &changed, &everybody))
    }

    async fn remove(app: &AppState, id: TeamId) -> Result<(), Error> {
        groups::remove(app, id).await
    }
}
