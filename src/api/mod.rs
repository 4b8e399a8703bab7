//! Listens. REST for people and programs, provider callbacks, events, and the web app.

pub mod alarms;
pub mod demo;
pub mod docs;
pub mod health;
pub mod http;
pub mod incidents;
pub mod integrations;
pub mod messages;
pub mod people;
pub mod privacy;
pub mod register;
pub mod visits;

use axum::Router;
use http::state::AppState;
use utoipa_axum::router::OpenApiRouter;

/// Everything that is listened to, with what holds for every answer around it.
pub fn router(app: AppState) -> Router {
    let mut routes = Router::new()
        .nest("/v1", v1().into())
        .merge(people::me::first_question())
        .merge(visits::links::routes())
        .merge(messages::callbacks::routes())
        .merge(integrations::calendar_feed::feed_routes())
        .merge(people::auth::oidc::routes())
        .merge(health::routes())
        .merge(health::metrics::routes())
        .merge(docs::routes())
        .merge(people::scim::routes(app.clone()))
        .merge(http::web::routes());
    if app.is_demo {
        routes = routes.merge(demo::routes()).merge(demo::sandbox::routes());
    }
    http::around(routes.with_state(app.clone()), app)
}

/// What the contract tells of.
pub(crate) fn v1() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .merge(visits::routes())
        .merge(visits::answering::routes())
        .merge(alarms::routes())
        .merge(alarms::alarm_notes::routes())
        .merge(alarms::drills::routes())
        .merge(integrations::events::routes())
        .merge(people::me::routes())
        .merge(messages::channel_tests::routes())
        .merge(integrations::calendars::routes())
        .merge(integrations::calendar_feed::routes())
        .merge(people::devices::routes())
        .merge(people::routes())
        .merge(people::teams::routes())
        .merge(alarms::coverage::routes())
        .merge(visits::reports::routes())
        .merge(people::organisation::routes())
        .merge(incidents::policy::routes())
        .merge(privacy::retention::routes())
        .merge(integrations::webhooks::routes())
        .merge(visits::officers::routes())
        .merge(register::addresses::routes())
        .merge(register::routes())
        .merge(register::register_checks::routes())
        .merge(register::imports::routes())
        .merge(register::exports::routes())
        .merge(incidents::measures::routes())
        .merge(incidents::letters::routes())
        .merge(incidents::letter_mail::routes())
        .merge(privacy::requests::routes())
        .merge(privacy::person_exports::routes())
        .merge(incidents::routes())
        .merge(incidents::incident_steps::routes())
        .merge(incidents::aftercare::routes())
        .merge(privacy::access::routes())
        .merge(docs::openapi::routes())
        .fallback(http::nothing_there)
}
