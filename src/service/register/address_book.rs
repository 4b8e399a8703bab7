//! Addresses, offered while somebody types one; nothing waits for it.

use std::fmt::Debug;

use async_trait::async_trait;

use crate::{
    model::{
        people::Role,
        register::{address::Address, suggestions::Suggestion},
    },
    service::{error::Error, people::caller::Caller},
};

/// Fewer letters tell nothing yet.
const LEAST: usize = 3;

/// Who knows all addresses. It answers within some seconds, whatever happens.
#[async_trait]
pub trait AddressBook: Debug + Send + Sync {
    /// The addresses that may be meant; `None` when nobody answers.
    async fn suggest(&self, text: &str) -> Option<Vec<Suggestion>>;

    /// The whole address; `None` when nobody answers, or there is none.
    async fn look_up(&self, id: &str) -> Option<Address>;
}

/// Lets in who writes addresses down.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn authorise(caller: &Caller) -> Result<(), Error> {
    let roles = [Role::Worker, Role::Manager, Role::AggressionDesk];
    if roles.into_iter().any(|role| caller.person.is(role)) {
        return Ok(());
    }
    Err(Error::Forbidden("Your role does not allow this."))
}

/// What came of asking for addresses.
#[derive(Clone, Debug)]
pub enum AddressSuggestions {
    /// Nobody is asked here.
    Off,
    /// Nobody answered.
    Silent,
    /// The addresses that may be meant.
    Answered(Vec<Suggestion>),
}

/// The addresses that may be meant by what was typed so far.
pub async fn suggest(book: Option<&dyn AddressBook>, text: &str) -> AddressSuggestions {
    let Some(book) = book else { return AddressSuggestions::Off };
    let found = match text.trim() {
        short if short.chars().count() < LEAST => Some(vec![]),
        text => book.suggest(text).await,
    };
    found.map_or(AddressSuggestions::Silent, AddressSuggestions::Answered)
}

/// The whole address behind a suggestion; nothing when nobody answers, or there is none.
pub async fn look_up(book: Option<&dyn AddressBook>, id: &str) -> Option<Address> {
    match book {
        Some(book) => book.look_up(id).await,
        None => None,
    }
}
