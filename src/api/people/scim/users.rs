//! People of the directory: `/Users`.

use serde::Serialize;
use serde_json::Value;

use super::{
    answers::{framed, put},
    refusal::address,
    resources::Resource,
};
use crate::{
    api::http::state::AppState,
    model::{
        ids::{PersonId, TeamId},
        people::{
            Person,
            scim::{
                Object,
                filter::Filter,
                member,
                user::{self, UserSaid},
            },
            teams::Team,
        },
    },
    service::{
        Error,
        people::scim::users::{self, SeenUser},
    },
    store::people::provisioned::ProvisionedRecord,
};

pub struct Users;

#[derive(Serialize)]
struct GroupView<'a> {
    #[serde(rename = "$ref")]
    at: String,
    display: &'a str,
    r#type: &'static str,
    value: TeamId,
}

fn view(
    app: &AppState,
    person: &Person,
    record: Option<&ProvisionedRecord>,
    teams: &[Team],
) -> Object {
    let mut shown = user::show(person, record.map(|record| &record.kept));
    let own = teams.iter().filter(|team| team.members.contains(&person.id));
    let groups = own.map(|team| GroupView {
        at: address(app, "Groups", team.id),
        display: &team.name,
        r#type: "direct",
        value: team.id,
    });
    let groups: Vec<_> = groups.collect();
    if !groups.is_empty() {
        put(&mut shown, "groups", &groups);
    }
    let at = address(app, "Users", person.id);
    framed(shown, user::SCHEMA, "User", person.id, &at, record)
}

fn view_seen(app: &AppState, seen: &SeenUser) -> Object {
    view(app, &seen.person, seen.record.as_ref(), &seen.teams)
}

impl Resource for Users {
    type Id = PersonId;
    const SCHEMA: &'static str = user::SCHEMA;
    /// A directory that does not keep somebody's number or roles must not take them away.
    const STAY: &'static [&'static str] =
        &["active", "roles", "phoneNumbers", "emails", "preferredLanguage"];

    async fn list(app: &AppState, filter: Option<&Filter>) -> Result<Vec<Object>, Error> {
        let (found, teams) = users::list(app, filter.cloned()).await?;
        let view =
            |(person, record): &users::KnownUser| view(app, &person.item, record.as_ref(), &teams);
        Ok(found.iter().map(view).collect())
    }

    async fn see(app: &AppState, id: PersonId) -> Result<Object, Error> {
        Ok(view_seen(app, &users::see(app, id).await?))
    }

    async fn create(app: &AppState, mut given: Object) -> Result<Object, Error> {
        if member(&given, "active").is_none() {
            // Whoever is added works here, unless it is said otherwise.
            given.insert("active".into(), Value::Bool(true));
        }
        let said = UserSaid::read(&given)?;
        Ok(view_seen(app, &users::create(app, said).await?))
    }

    async fn change(
        app: &AppState,
        id: PersonId,
        change: impl FnOnce(&Object) -> Result<Object, Error> + Send + 'static,
    ) -> Result<Object, Error> {
        let say = move |person: &Person, record: Option<&ProvisionedRecord>| {
            let kept = record.map(|record| &record.kept);
            Ok(UserSaid::read(&change(&user::show(person, kept))?)?)
        };
        Ok(view_seen(app, &users::change(app, id, say).await?))
    }

    async fn remove(app: &AppState, id: PersonId) -> Result<(), Error> {
        users::remove(app, id).await
    }
}
