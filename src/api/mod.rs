//! Listens. REST for people and programs, provider callbacks, events, and the web app.

pub mod access;
pub mod alarms;
pub mod answering;
pub mod auth;
pub mod callbacks;
pub mod changes;
pub mod demo;
pub mod docs;
pub mod drills;
pub mod events;
pub mod health;
pub mod idempotency;
pub mod inbound;
pub mod inbound_text;
pub mod json;
pub mod link_page;
pub mod links;
mod markup;
pub mod me;
pub mod metrics;
pub mod officer_notices;
pub mod officers;
pub mod openapi;
pub mod organisation;
pub mod pages;
pub mod people;
pub mod problem;
pub mod register;
pub mod register_checks;
pub mod registering;
pub mod said;
pub mod sandbox;
pub mod shell;
pub mod state;
pub mod teams;
pub mod visit_input;
pub mod visit_list;
pub mod visit_view;
pub mod visits;
pub mod watching;
pub mod web;

use axum::Router;
use state::House;

/// Everything that is listened to, with what holds for every answer around it.
pub fn router(house: House) -> Router {
    let mut routes = Router::new()
        .nest("/v1", v1())
        .merge(links::routes())
        .merge(callbacks::routes())
        .merge(auth::oidc::routes())
        .merge(health::routes())
        .merge(metrics::routes())
        .merge(docs::routes())
        .merge(web::routes());
    if house.settings.demo {
        routes = routes.merge(demo::routes()).merge(sandbox::routes());
    }
    shell::around(routes.with_state(house.clone()), house)
}

fn v1() -> Router<House> {
    Router::new()
        .merge(visits::routes())
        .merge(answering::routes())
        .merge(alarms::routes())
        .merge(drills::routes())
        .merge(events::routes())
        .merge(me::routes())
        .merge(people::routes())
        .merge(teams::routes())
        .merge(organisation::routes())
        .merge(officers::routes())
        .merge(register::routes())
        .merge(register_checks::routes())
        .merge(access::routes())
        .merge(openapi::routes())
        .fallback(shell::nothing_there)
}
