//! The demo's clock is moved while the running engine has something in its hands.

use std::{sync::Arc, time::Duration};

use rugdekking::{
    app::{demo::time_machine::Skipper, privacy::retention::Retention, serve::clock::DemoClock},
    engine::Engine,
    model::{
        clock::Clock as _,
        messages::{Message, MessageState},
    },
    service::context::time_machine::TimeMachine as _,
    store::{
        Db, Error,
        messages::{self, claims::Lane},
    },
};

use crate::{
    messages::carrier_support::text,
    support::{on_both, town::Town},
};

const A_WHILE: Duration = Duration::from_millis(200);

async fn what_is_in_hand_has_arrived_when_the_clock_was_moved(db: Db) {
    let town = Town::new(db).await;
    let clock = Arc::new(DemoClock::default());
    let engine = Engine { clock: clock.clone(), ..town.engine.clone() };
    let now = clock.now();
    let message = Message { created_at: now, ..text("x") };
    let id = message.id;
    let written = town.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { messages::insert(tx, &message).await })
    });
    written.await.unwrap();
    assert_eq!(engine.claim(Lane::Main, || 10).await.unwrap().len(), 1);
    let machine = Skipper::new(engine, clock, Retention::of(&town.app));
    let arrives = async {
        tokio::time::sleep(A_WHILE).await;
        let taken = town.db.write::<_, Error, _>(move |tx| {
            Box::pin(async move { messages::handed_over(tx, id, "a", None, true, now).await })
        });
        taken.await.unwrap();
    };
    let moved = async {
        machine.skip(Duration::from_secs(2)).await.unwrap();
        let found = town.db.read(move |tx| Box::pin(messages::load(tx, id)));
        found.await.unwrap().state
    };
    let (state, ()) = tokio::join!(moved, arrives);
    assert_eq!(state, MessageState::Delivered);
}

on_both!(what_is_in_hand_has_arrived_when_the_clock_was_moved);
