//! Signing in by OpenID Connect: to the provider with PKCE, back with a code, and then a session.

use axum::{
    Json, Router,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    SignIn, cookie_name, cookie_named,
    flow::{self, Answer, Failed},
    identity::{Identity, account},
    logout, pages, refuse_cross_site,
};
use crate::{
    api::{changing, problem::Problem, state::House},
    model::ids::{self, LineId, PersonId, digest},
    store::{devices, sessions, sessions::Origin},
};

/// How long a session lasts: a working day, and some.
const SESSION_LASTS: TimeDelta = TimeDelta::hours(12);
/// How long somebody may take at the provider.
const SIGN_IN_LASTS: TimeDelta = TimeDelta::minutes(10);

/// The routes; they lie outside `/v1`.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/sign-in", get(leave))
        .route("/sign-in/callback", get(come_back))
        .route("/sign-out", post(sign_out))
        .route("/sign-out/back-channel", post(logout::told))
}

/// What is kept here while somebody is at the provider.
#[derive(Serialize, Deserialize)]
struct Kept {
    secrets: flow::Secrets,
    /// Of the browser that left: a code that comes back in another one is somebody else's.
    browser: String,
    /// Whether they left for an extra check.
    #[serde(default)]
    steps_up: bool,
    /// The screen that they came from.
    #[serde(default)]
    back: String,
}

/// How somebody leaves.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Leaving {
    step_up: Option<bool>,
    back: Option<String>,
}

impl Leaving {
    /// The screen to come back to: one of our own app, or its first.
    fn back(&self) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_".contains(c);
        let screen = self.back.as_deref().unwrap_or_default();
        let ours = screen.starts_with('/') && screen.len() <= 200 && screen.chars().all(plain);
        if ours { format!("#{screen}") } else { String::new() }
    }
}

/// Sends somebody to the provider.
async fn leave(
    State(house): State<House>,
    Query(leaving): Query<Leaving>,
) -> Result<Response, Page> {
    let sign_in = sign_in(&house)?;
    let now = house.now();
    let known = sign_in.provider.known(now).await.map_err(|_| Page::Unavailable)?;
    let (state, browser) = (ids::token(&*house.dice), ids::token(&*house.dice));
    let secrets = flow::Secrets::new(&*house.dice);
    let steps_up = leaving.step_up == Some(true);
    let to = flow::address(sign_in, &known, &callback(&house), &state, &secrets, steps_up)?;
    let back = leaving.back();
    let kept = json!(Kept { secrets, browser: digest(&browser), steps_up, back });
    let write = house.db.write(move |tx| {
        Box::pin(
            async move { sessions::begin_sign_in(tx, &state, &kept, now + SIGN_IN_LASTS).await },
        )
    });
    write.await.map_err(Problem::from)?;
    let cookie = cookie(&house, &browser_cookie(&house), &browser, SIGN_IN_LASTS);
    Ok(redirect(&to, [cookie]))
}

#[derive(Deserialize)]
struct Back {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
}

/// Takes somebody in who comes back from the provider.
async fn come_back(
    State(house): State<House>,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, Page> {
    let sign_in = sign_in(&house)?;
    let now = house.now();
    let kept = take_kept(&house, &headers, &back).await?;
    let elsewhere = back.iss.is_some_and(|iss| iss != sign_in.provider.settings.issuer);
    let Some(code) = back.code.filter(|_| !elsewhere) else { return Err(Page::Failed) };
    let answer = Answer { code, secrets: kept.secrets, callback: callback(&house) };
    let who = flow::redeem(sign_in, answer, &*house.dice, now).await?;
    if kept.steps_up && !sign_in.is_strong(who.acr.as_deref()) {
        return Err(Page::NoExtraCheck);
    }
    let token = ids::token(&*house.dice);
    let before = cookie_named(&headers, cookie_name(&house));
    if !take_in(&house, sign_in, who, token.clone(), before).await? {
        tracing::info!("somebody without an account signed in");
        return Err(Page::NoAccount);
    }
    let cookies = [
        cookie(&house, cookie_name(&house), &token, SESSION_LASTS),
        cookie(&house, &browser_cookie(&house), "", TimeDelta::zero()),
    ];
    Ok(redirect(&format!("{}/{}", house.settings.public_url, kept.back), cookies))
}

/// Opens a session for whoever this is, in place of the one before. False without an account.
async fn take_in(
    house: &House,
    sign_in: &SignIn,
    who: Identity,
    token: String,
    before: Option<String>,
) -> Result<bool, Problem> {
    let now = house.now();
    let gives_roles = sign_in.provider.settings.gives_roles;
    let line = LineId::new(&*house.dice, now);
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let Some(found) = account(tx, &who).await? else { return Ok(false) };
            let id: PersonId = found.item.id;
            if gives_roles {
                changing::take_roles(tx, found, &who.roles, (line, now)).await?;
            }
            if let Some(before) = before {
                // Its devices go on: whoever comes back with an extra check has the same phone.
                sessions::replace(tx, &before, &token, id).await?;
            }
            let origin = Origin { sid: who.sid, acr: who.acr };
            sessions::open_from(tx, &token, id, &origin, now, SESSION_LASTS).await?;
            Ok::<_, Problem>(true)
        })
    });
    work.await
}

/// What was kept under the state that came back, if this is the browser that left. Once only.
async fn take_kept(house: &House, headers: &HeaderMap, back: &Back) -> Result<Kept, Page> {
    let now = house.now();
    let state = back.state.clone().ok_or(Page::Failed)?;
    let browser = cookie_named(headers, &browser_cookie(house)).ok_or(Page::Failed)?;
    let taken = house
        .db
        .write(move |tx| Box::pin(async move { sessions::finish_sign_in(tx, &state, now).await }));
    let taken = taken.await.map_err(Problem::from)?.ok_or(Page::Failed)?;
    let kept: Kept = serde_json::from_value(taken).map_err(|_| Page::Failed)?;
    if kept.browser == digest(&browser) { Ok(kept) } else { Err(Page::Failed) }
}

/// Ends the session here, and tells where to end the one at the provider.
async fn sign_out(State(house): State<House>, headers: HeaderMap) -> Result<Response, Problem> {
    refuse_cross_site(&axum::http::Method::POST, &headers, &house)?;
    if let Some(token) = cookie_named(&headers, cookie_name(&house)) {
        let write = house.db.write(move |tx| {
            Box::pin(async move {
                devices::forget_session(tx, &token).await?;
                sessions::close(tx, &token).await
            })
        });
        write.await?;
    }
    let gone = [(header::SET_COOKIE, cookie(&house, cookie_name(&house), "", TimeDelta::zero()))];
    let Some(sign_in) = &house.sign_in else {
        return Ok((StatusCode::NO_CONTENT, gone).into_response());
    };
    // A provider that cannot be asked keeps nobody from signing out here.
    let known = sign_in.provider.known(house.now()).await.ok();
    let at = known.and_then(|known| sign_in.provider.way_out(&known, &house.settings.public_url));
    Ok(match at {
        Some(at) => (StatusCode::OK, gone, Json(json!({ "providerUrl": at }))).into_response(),
        None => (StatusCode::NO_CONTENT, gone).into_response(),
    })
}

fn sign_in(house: &House) -> Result<&SignIn, Page> {
    house.sign_in.as_deref().ok_or_else(|| Page::Problem(Problem::not_found()))
}

fn callback(house: &House) -> String {
    format!("{}/sign-in/callback", house.settings.public_url)
}

fn browser_cookie(house: &House) -> String {
    format!("{}-sign-in", cookie_name(house))
}

fn cookie(house: &House, name: &str, value: &str, lasts: TimeDelta) -> HeaderValue {
    let secure = if name.starts_with("__Host-") { "; Secure" } else { "" };
    debug_assert_eq!(house.settings.public_url.starts_with("https:"), !secure.is_empty());
    let age = lasts.num_seconds();
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn redirect(to: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    let Ok(location) = HeaderValue::try_from(to) else { return Page::Failed.into_response() };
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What somebody sees instead of being signed in.
enum Page {
    /// The answer of the provider cannot be used.
    Failed,
    /// There is no account for this person.
    NoAccount,
    /// The provider did not do the extra check that was asked for.
    NoExtraCheck,
    /// The provider cannot be reached.
    Unavailable,
    /// Something of our own.
    Problem(Problem),
}

impl From<Problem> for Page {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Failed> for Page {
    fn from(why: Failed) -> Self {
        match why {
            Failed::Refused => Self::Failed,
            Failed::Unavailable => Self::Unavailable,
        }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        use crate::model::texts::account::{
            no_account, no_extra_check, sign_in_failed, sign_in_unavailable,
        };
        match self {
            Self::Failed => pages::plain(StatusCode::BAD_REQUEST, sign_in_failed),
            Self::NoAccount => pages::plain(StatusCode::FORBIDDEN, no_account),
            Self::NoExtraCheck => pages::plain(StatusCode::FORBIDDEN, no_extra_check),
            Self::Unavailable => pages::plain(StatusCode::SERVICE_UNAVAILABLE, sign_in_unavailable),
            Self::Problem(problem) => problem.into_response(),
        }
    }
}
