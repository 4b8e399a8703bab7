//! Listens. REST for people and programs, provider callbacks, events, and the web app.

pub mod access;
pub mod addresses;
pub mod aftercare;
pub mod alarm_notes;
pub mod alarms;
pub mod answering;
pub mod auth;
pub mod calendar_feed;
pub mod calendars;
pub mod callbacks;
pub mod calling;
pub mod changes;
pub mod changing;
pub mod channel_tests;
mod checking;
pub mod counter;
pub mod coverage;
pub mod demo;
pub mod devices;
pub mod docs;
pub mod drills;
pub mod events;
pub mod exports;
pub mod gateway;
pub mod health;
pub mod helping;
pub mod idempotency;
pub mod importing;
pub mod imports;
pub mod inbound;
pub mod inbound_text;
pub mod incident_steps;
mod incident_view;
pub mod incidents;
pub mod json;
pub mod kpn;
mod letter_mail;
pub mod letters;
pub mod limits;
pub mod link_page;
pub mod links;
mod markup;
pub mod me;
pub mod measures;
pub mod metrics;
pub mod officer_notices;
mod officer_page;
pub mod officers;
pub mod openapi;
pub mod organisation;
pub mod pages;
pub mod people;
pub mod person_exports;
pub mod policy;
pub mod problem;
pub mod push_answer;
mod push_receipt;
pub mod register;
pub mod register_checks;
pub mod registering;
pub mod replanning;
mod reports;
pub mod requests;
pub mod retention;
pub mod said;
pub mod sandbox;
pub mod scim;
pub mod shell;
pub mod state;
mod taking_in;
pub mod teams;
mod unannounced;
pub mod visit_input;
pub mod visit_list;
pub mod visit_view;
pub mod visits;
pub mod watching;
pub mod web;
pub mod webhooks;

use axum::Router;
use state::House;

/// Everything that is listened to, with what holds for every answer around it.
pub fn router(house: House) -> Router {
    let mut routes = Router::new()
        .nest("/v1", v1())
        .merge(me::first_question())
        .merge(links::routes())
        .merge(callbacks::routes())
        .merge(gateway::routes())
        .merge(kpn::routes())
        .merge(calendar_feed::feed_routes())
        .merge(auth::oidc::routes())
        .merge(health::routes())
        .merge(metrics::routes())
        .merge(docs::routes())
        .merge(scim::routes(house.clone()))
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
        .merge(alarm_notes::routes())
        .merge(drills::routes())
        .merge(events::routes())
        .merge(me::routes())
        .merge(channel_tests::routes())
        .merge(calendars::routes())
        .merge(calendar_feed::routes())
        .merge(devices::routes())
        .merge(people::routes())
        .merge(teams::routes())
        .merge(coverage::routes())
        .merge(reports::routes())
        .merge(organisation::routes())
        .merge(policy::routes())
        .merge(retention::routes())
        .merge(webhooks::routes())
        .merge(officers::routes())
        .merge(addresses::routes())
        .merge(register::routes())
        .merge(register_checks::routes())
        .merge(imports::routes())
        .merge(exports::routes())
        .merge(measures::routes())
        .merge(letters::routes())
        .merge(letter_mail::routes())
        .merge(requests::routes())
        .merge(person_exports::routes())
        .merge(incidents::routes())
        .merge(incident_steps::routes())
        .merge(aftercare::routes())
        .merge(access::routes())
        .merge(openapi::routes())
        .fallback(shell::nothing_there)
}
