//! What every handler needs, handed in by whoever wires the house.

use std::{ops::Deref, sync::Arc};

use axum::extract::FromRef;

use crate::{
    api::people::auth::sign_in::SignIn,
    model::{
        messages::{callbacks::CallbackReceiver, carrier_state::Carriers},
        privacy::secret::Secret,
    },
    service::{
        Context,
        context::time_machine::TimeMachine,
        integrations::{calendar_reader::CalendarReader, changes::Changes},
        register::address_book::AddressBook,
    },
};

/// The house as the api sees it.
#[derive(Clone, Debug)]
pub struct AppState {
    /// What use cases need.
    pub context: Context,
    /// The style sheet with the municipality's own colours.
    pub theme: Arc<str>,
    /// The secret of the municipality's directory, when it keeps people and teams here.
    pub scim_token: Option<Secret>,
    /// What a monitor shows to see figures; without it only one on this machine sees them.
    pub metrics_token: Option<Secret>,
    /// Whether this is a demo: personas, sandbox phones, a clock that can be moved.
    pub is_demo: bool,
    /// Moves the clock, in the demo only.
    pub time_machine: Option<Arc<dyn TimeMachine>>,
    /// The carriers whose providers send something.
    pub callbacks: Vec<Arc<dyn CallbackReceiver>>,
    /// Where people sign in, when that is set up.
    pub sign_in: Option<Arc<SignIn>>,
    /// Who reads people's own calendars, when they are read.
    pub calendars: Option<Arc<dyn CalendarReader>>,
    /// How those who speak are doing.
    pub carriers: Arc<dyn Carriers>,
    /// Who knows all addresses, unless nobody is asked.
    pub addresses: Option<Arc<dyn AddressBook>>,
    /// Who listens to what changes.
    pub changes: Changes,
}

/// What is only listened with; what use cases need is the context.
impl Deref for AppState {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.context
    }
}

impl FromRef<AppState> for Context {
    fn from_ref(app: &AppState) -> Self {
        app.context.clone()
    }
}
