//! The people of the demo, who sign in without a provider.

use chrono::TimeDelta;

use crate::{
    model::{
        ids::token,
        people::{Named, Role},
    },
    service::{context::Context, error::Error},
    store::people::{self, sessions},
};

const PERSONAS: [&str; 7] = ["worker", "colleague", "manager", "deputy", "desk", "desk2", "admin"];

/// How long a persona stays signed in.
pub const SESSION_LASTS: TimeDelta = TimeDelta::days(30);

/// A persona's mail address; the demo's accounts are known by these.
pub fn email(persona: &str) -> String {
    format!("{persona}@demo.rugdekking.example")
}

/// A persona that has an account.
#[derive(Clone, Debug)]
pub struct Persona {
    /// What it goes by.
    pub persona: &'static str,
    pub account: Named,
    pub roles: Vec<Role>,
}

/// The personas that have an account.
///
/// # Errors
/// When the store fails.
pub async fn list(ctx: &Context) -> Result<Vec<Persona>, Error> {
    ctx.db
        .read(|tx| {
            Box::pin(async move {
                let mut found = vec![];
                for persona in PERSONAS {
                    if let Some(it) = people::by_email(tx, &email(persona)).await? {
                        let account = Named::from(&it.item);
                        found.push(Persona { persona, account, roles: it.item.roles });
                    }
                }
                Ok(found)
            })
        })
        .await
}

/// Opens a session for a persona, and gives its token.
///
/// # Errors
/// [`Error::Invalid`] when there is no such persona.
pub async fn sign_in(ctx: &Context, persona: String) -> Result<String, Error> {
    let (now, token) = (ctx.now(), token(&*ctx.random));
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let Some(found) = people::by_email(tx, &email(&persona)).await? else {
                    let known = format!("one of {}", PERSONAS.join(", "));
                    return Err(Error::invalid("persona", "invalid", &known));
                };
                sessions::open(tx, &token, found.item.id, now, SESSION_LASTS).await?;
                Ok(token)
            })
        })
        .await
}
