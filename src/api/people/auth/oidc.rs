//! Signing in by OpenID Connect: to the provider with PKCE, back with a code, and then a session.

use axum::{
    Json, Router,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::json;

use super::{
    cookie_name, cookie_named,
    flow::{self, ProviderAnswer},
    logout, pages,
    provider::Failed,
    refuse_cross_site,
    sign_in::SignIn,
};
use crate::{
    api::http::{problem::Problem, state::AppState},
    model::ids,
    service::{
        Error,
        people::{
            sessions,
            sign_in::{self, PendingSignIn, SESSION_LASTS, SIGN_IN_LASTS},
        },
    },
};

/// The routes; they lie outside `/v1`.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/sign-in", get(leave))
        .route("/sign-in/callback", get(come_back))
        .route("/sign-out", post(sign_out))
        .route("/sign-out/back-channel", post(logout::told))
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
    State(app): State<AppState>,
    Query(leaving): Query<Leaving>,
) -> Result<Response, SignInPage> {
    let sign_in = sign_in(&app)?;
    let now = app.now();
    let known = sign_in.provider.known(now).await.map_err(|_| SignInPage::Unavailable)?;
    let (state, browser) = (ids::token(&*app.random), ids::token(&*app.random));
    let secrets = flow::Secrets::new(&*app.random);
    let steps_up = leaving.step_up == Some(true);
    let to = flow::address(sign_in, &known, &callback(&app), &state, &secrets, steps_up)?;
    let pending = PendingSignIn::new(secrets, &browser, steps_up, leaving.back());
    sign_in::begin(&app, state, &pending).await?;
    let cookie = cookie(&app, &browser_cookie(&app), &browser, SIGN_IN_LASTS);
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
    State(app): State<AppState>,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, SignInPage> {
    let sign_in = sign_in(&app)?;
    let now = app.now();
    let kept = take_kept(&app, &headers, &back).await?;
    let elsewhere = back.iss.is_some_and(|iss| iss != sign_in.provider.settings.issuer);
    let Some(code) = back.code.filter(|_| !elsewhere) else { return Err(SignInPage::Failed) };
    let answer = ProviderAnswer { code, secrets: kept.secrets, callback: callback(&app) };
    let who = flow::redeem(sign_in, answer, &*app.random, now).await?;
    if kept.steps_up && !sign_in.is_strong(who.acr.as_deref()) {
        return Err(SignInPage::NoExtraCheck);
    }
    let before = cookie_named(&headers, cookie_name(&app));
    let opened = sign_in::complete(&app, who, before).await?;
    let Some(token) = opened else {
        tracing::info!("sign-in refused: no account");
        return Err(SignInPage::NoAccount);
    };
    let cookies = [
        cookie(&app, cookie_name(&app), &token, SESSION_LASTS),
        cookie(&app, &browser_cookie(&app), "", TimeDelta::zero()),
    ];
    Ok(redirect(&format!("{}/{}", app.settings.public_url, kept.back), cookies))
}

/// What was kept under the state that came back, if this is the browser that left. Once only.
async fn take_kept(
    app: &AppState,
    headers: &HeaderMap,
    back: &Back,
) -> Result<PendingSignIn<flow::Secrets>, SignInPage> {
    let state = back.state.clone().ok_or(SignInPage::Failed)?;
    let browser = cookie_named(headers, &browser_cookie(app)).ok_or(SignInPage::Failed)?;
    let kept = sign_in::resume(app, state, &browser).await?;
    kept.ok_or(SignInPage::Failed)
}

/// Ends the session here, and tells where to end the one at the provider.
async fn sign_out(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    refuse_cross_site(&axum::http::Method::POST, &headers, &app)?;
    if let Some(token) = cookie_named(&headers, cookie_name(&app)) {
        sessions::sign_out(&app, token).await?;
    }
    let gone = [(header::SET_COOKIE, cookie(&app, cookie_name(&app), "", TimeDelta::zero()))];
    let Some(sign_in) = &app.sign_in else {
        return Ok((StatusCode::NO_CONTENT, gone).into_response());
    };
    // A provider that cannot be asked keeps nobody from signing out here.
    let known = sign_in.provider.known(app.now()).await.ok();
    let at = known.and_then(|known| sign_in.provider.way_out(&known, &app.settings.public_url));
    Ok(match at {
        Some(at) => (StatusCode::OK, gone, Json(json!({ "providerUrl": at }))).into_response(),
        None => (StatusCode::NO_CONTENT, gone).into_response(),
    })
}

fn sign_in(app: &AppState) -> Result<&SignIn, SignInPage> {
    app.sign_in.as_deref().ok_or_else(|| SignInPage::Problem(Problem::not_found()))
}

fn callback(app: &AppState) -> String {
    format!("{}/sign-in/callback", app.settings.public_url)
}

fn browser_cookie(app: &AppState) -> String {
    format!("{}-sign-in", cookie_name(app))
}

/// A cookie for this host alone, which no script reads.
pub(crate) fn cookie(app: &AppState, name: &str, value: &str, lasts: TimeDelta) -> HeaderValue {
    let secure = if name.starts_with("__Host-") { "; Secure" } else { "" };
    debug_assert_eq!(app.settings.public_url.starts_with("https:"), !secure.is_empty());
    let age = lasts.num_seconds();
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn redirect(to: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    let Ok(location) = HeaderValue::try_from(to) else { return SignInPage::Failed.into_response() };
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What somebody sees instead of being signed in.
enum SignInPage {
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

impl From<Error> for SignInPage {
    fn from(why: Error) -> Self {
        Self::Problem(why.into())
    }
}

impl From<Failed> for SignInPage {
    fn from(why: Failed) -> Self {
        match why {
            Failed::Refused => Self::Failed,
            Failed::Unavailable => Self::Unavailable,
        }
    }
}

impl IntoResponse for SignInPage {
    fn into_response(self) -> Response {
        use crate::model::messages::texts::account::{
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
