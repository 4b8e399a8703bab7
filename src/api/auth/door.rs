//! The door: whose sessions are shown at the same moment is looked up together.

use std::sync::Arc;

use axum::http::StatusCode;
use tokio::sync::oneshot;

use crate::{
    api::{problem::Problem, state::House},
    store::{
        Error,
        queue::{Queue, Shift},
        sessions::{self, Held},
    },
};

/// How many are looked up at once.
const TOGETHER: usize = 64;

type Told = Result<Option<Held>, Problem>;
type Waiting = (String, oneshot::Sender<Told>);

/// The door, and who waits at it.
#[derive(Clone, Debug, Default)]
pub struct Door(Arc<Queue<Waiting>>);

impl Door {
    /// Whose session this token opens, if it is still open.
    pub async fn ask(&self, house: &House, token: String) -> Told {
        // Who looks at each unit of work sees each look in one of its own.
        if house.db.is_gated() {
            return by_itself(house, token).await;
        }
        let (teller, told) = oneshot::channel();
        if let Some(shift) = self.0.join((token, teller)) {
            tokio::spawn(serve(house.clone(), shift));
        }
        told.await.unwrap_or_else(|_| {
            // Nobody is signed out for it.
            let detail = "Who you are could not be looked up. Try again, or call.";
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal-error", detail))
        })
    }
}

async fn serve(house: House, mut shift: Shift<Waiting>) {
    while !shift.is_over() {
        let (tokens, tellers): (Vec<_>, Vec<_>) = shift.next_few(TOGETHER).into_iter().unzip();
        match look(&house, tokens.clone()).await {
            // Whoever went away meanwhile does not hear it.
            Ok(all) => all.into_iter().zip(tellers).for_each(|(held, to)| drop(to.send(Ok(held)))),
            // One that cannot be read takes nobody along.
            Err(_) => drop(tokio::spawn(one_by_one(house.clone(), tokens, tellers))),
        }
    }
}

async fn one_by_one(house: House, tokens: Vec<String>, tellers: Vec<oneshot::Sender<Told>>) {
    for (token, teller) in tokens.into_iter().zip(tellers) {
        drop(teller.send(by_itself(&house, token).await));
    }
}

async fn by_itself(house: &House, token: String) -> Told {
    Ok(look(house, vec![token]).await?.pop().flatten())
}

async fn look(house: &House, tokens: Vec<String>) -> Result<Vec<Option<Held>>, Error> {
    let now = house.now();
    house
        .db
        .read(move |tx| Box::pin(async move { sessions::held_all(tx, &tokens, now).await }))
        .await
}
