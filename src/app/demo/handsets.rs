//! The demo's phones, kept in the database.

use async_trait::async_trait;

use crate::{
    carrier::sandbox::Handsets,
    model::{clock::SharedClock, ids::MessageId},
    store::{Db, Error, messages::sandbox},
};

/// Phones that live in the database.
#[derive(Clone, Debug)]
pub struct DatabasePhones {
    pub db: Db,
    /// What tells when something arrives.
    pub clock: SharedClock,
    /// Who the texts are from.
    pub sender: String,
}

#[async_trait]
impl Handsets for DatabasePhones {
    async fn text(&self, id: MessageId, number: &str, body: &str) -> Result<(), String> {
        let text = sandbox::Text {
            number: number.to_owned(),
            at: self.clock.now(),
            sender: self.sender.clone(),
            body: body.to_owned(),
        };
        self.db
            .write(move |tx| Box::pin(async move { sandbox::text(tx, id, &text).await }))
            .await
            .map_err(|why: Error| why.to_string())
    }

    async fn ring(&self, id: MessageId, number: &str) -> Result<(), String> {
        let (number, at) = (number.to_owned(), self.clock.now());
        self.db
            .write(move |tx| Box::pin(async move { sandbox::ring(tx, id, &number, at).await }))
            .await
            .map_err(|why: Error| why.to_string())
    }
}
