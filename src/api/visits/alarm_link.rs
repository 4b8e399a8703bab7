//! The pages behind the link of an alarm. One press takes it; addresses and numbers are shown after a second
//! step, for the link may have been forwarded.

use axum::{http::header::SET_COOKIE, response::Response};

use super::link_page::{LinkPageParts, show};
use crate::{
    api::{
        http::{problem::Problem, state::AppState},
        people::auth::{cookie_name, oidc::cookie},
    },
    model::{
        alarms::AlarmState,
        ids::{AlarmId, PersonId},
        visits::timeline::Route,
    },
    service::{
        alarms::handling::{TakenAlarm, take_by_route},
        messages::phrases::not_taken_phrase,
        visits::{
            link_codes::{self, CodeSent, KNOWN_LASTS},
            links,
        },
    },
};

/// The cookie of a phone on which a code was given.
pub(super) fn phone_cookie(app: &AppState) -> String {
    format!("{}-phone", cookie_name(app))
}

/// The link of an alarm, held by whoever it was sent to, or was forwarded to.
pub(super) struct AlarmLink<'a> {
    pub(super) app: &'a AppState,
    pub(super) parts: &'a LinkPageParts,
    pub(super) secret: String,
    pub(super) alarm: AlarmId,
    pub(super) person: PersonId,
    /// What the phone keeps since a code was given on it.
    pub(super) phone: Option<String>,
}

impl AlarmLink<'_> {
    /// What is the matter, and who has it already.
    pub(super) async fn open(&self) -> Result<Response, Problem> {
        let (alarm, who) = links::alarm(self.app, self.alarm).await?;
        let words = &self.parts.words;
        let state = match &alarm.state {
            AlarmState::Open { .. } => None,
            AlarmState::Owned { by, .. } if by.id == self.person => {
                let taken = links::taken(self.app, self.alarm).await?;
                return self.yours(&taken, None, false).await;
            }
            AlarmState::Owned { by, .. } => Some(words.taken_by(&by.name)),
            AlarmState::Closed { .. } => Some(words.alarm_over()),
        };
        let line = words.alarm_line(&who, alarm.cause, alarm.opened_at);
        Ok(show(self.parts.ask_take(&line, state.as_deref())))
    }

    /// Takes it, or goes on to what is shown to its owner alone.
    pub(super) async fn press(&self, step: &str, code: Option<&str>) -> Result<Response, Problem> {
        if step.is_empty() {
            return self.take().await;
        }
        let (alarm, _) = links::alarm(self.app, self.alarm).await?;
        let is_theirs =
            matches!(&alarm.state, AlarmState::Owned { by, .. } if by.id == self.person);
        match (is_theirs, step, code) {
            (true, "send", _) => self.send_code().await,
            (true, "code", Some(code)) => self.give_code(code).await,
            _ => self.open().await,
        }
    }

    async fn take(&self) -> Result<Response, Problem> {
        match take_by_route(self.app, self.alarm, self.person, Route::Link).await {
            Ok(taken) => self.yours(&taken, None, false).await,
            Err(why) if why.is_failure() => Err(why.into()),
            Err(why) => Ok(show(self.parts.done(&not_taken_phrase(&why, &self.parts.words)))),
        }
    }

    async fn yours(
        &self,
        taken: &TakenAlarm,
        said: Option<&str>,
        is_sent: bool,
    ) -> Result<Response, Problem> {
        let is_known = link_codes::is_known(self.app, self.phone.clone(), self.person).await?;
        Ok(show(match is_known {
            true => self.parts.yours(taken.visit.as_ref(), taken.silent),
            false => self.parts.yours_unproven(taken.silent, said, is_sent),
        }))
    }

    async fn send_code(&self) -> Result<Response, Problem> {
        let t = self.parts.words.link_texts();
        let (said, is_sent) =
            match link_codes::send(self.app, self.secret.clone(), self.person).await? {
                CodeSent::Sent | CodeSent::JustSent => (t.code_sent, true),
                CodeSent::NoNumber => (t.no_number, false),
            };
        let taken = links::taken(self.app, self.alarm).await?;
        self.yours(&taken, Some(said), is_sent).await
    }

    async fn give_code(&self, code: &str) -> Result<Response, Problem> {
        let taken = links::taken(self.app, self.alarm).await?;
        let given = link_codes::give(self.app, self.secret.clone(), self.person, code);
        let Some(token) = given.await? else {
            return self
                .yours(&taken, Some(self.parts.words.link_texts().code_refused), true)
                .await;
        };
        let mut page = show(self.parts.yours(taken.visit.as_ref(), taken.silent));
        let kept = cookie(self.app, &phone_cookie(self.app), &token, KNOWN_LASTS);
        page.headers_mut().append(SET_COOKIE, kept);
        Ok(page)
    }
}
