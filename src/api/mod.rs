//! Listens. REST for people and programs, provider callbacks, events, and the web app.

pub mod access;
pub mod alarms;
pub mod answering;
pub mod auth;
pub mod callbacks;
pub mod demo;
pub mod drills;
pub mod idempotency;
pub mod inbound;
pub mod inbound_text;
pub mod json;
pub mod link_page;
pub mod links;
pub mod me;
pub mod officer_notices;
pub mod officers;
pub mod organisation;
pub mod pages;
pub mod people;
pub mod problem;
pub mod register;
pub mod register_checks;
pub mod registering;
pub mod said;
pub mod sandbox;
pub mod state;
pub mod teams;
pub mod visit_input;
pub mod visit_list;
pub mod visit_view;
pub mod visits;
pub mod watching;

/// Everything that is listened to.
pub fn router(house: state::House) -> axum::Router {
    let v1 = axum::Router::new()
        .merge(visits::routes())
        .merge(answering::routes())
        .merge(alarms::routes())
        .merge(drills::routes())
        .merge(me::routes())
        .merge(people::routes())
        .merge(teams::routes())
        .merge(organisation::routes())
        .merge(officers::routes())
        .merge(register::routes())
        .merge(register_checks::routes())
        .merge(access::routes());
    let mut all = axum::Router::new()
        .nest("/v1", v1)
        .merge(links::routes())
        .merge(callbacks::routes())
        .merge(auth::oidc::routes());
    if house.settings.demo {
        all = all.merge(demo::routes()).merge(sandbox::routes());
    }
    all.with_state(house)
}
