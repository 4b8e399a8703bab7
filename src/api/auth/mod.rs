//! Who is calling: a session's cookie or a bearer token, and what that person may do.

mod bearer;
mod client_key;
mod door;
mod flow;
mod identity;
mod jwt;
mod logout;
pub mod oidc;
mod pages;
mod provider;

pub use client_key::ClientKey;
pub use door::Door;
pub use provider::OidcSettings;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, StatusCode, request::Parts},
};

use self::{identity::Entra, provider::Provider};
use super::{problem::Problem, state::House};
use crate::{
    model::{
        ids::{PersonId, TeamId},
        people::{Person, Role},
        teams::Team,
    },
    store::{Error, Tx, Versioned, people, teams},
};

/// Where people sign in: the organisation's OpenID provider.
#[derive(Debug)]
pub struct SignIn {
    provider: Provider,
}

impl SignIn {
    /// Signing in at this provider, which need not be up yet.
    ///
    /// # Errors
    /// When the issuer is no address, in words for whoever configures it.
    pub fn new(settings: OidcSettings) -> Result<Self, String> {
        Provider::new(settings).map(|provider| Self { provider })
    }

    /// Whether the provider made as sure who it is as the desk's work asks for.
    fn is_strong(&self, acr: Option<&str>) -> bool {
        let wanted = &self.provider.settings.step_up_acr;
        wanted.is_empty() || acr.is_some_and(|acr| wanted.iter().any(|wanted| wanted == acr))
    }

    /// What is kept of all that the provider says it did to make sure: what we ask for, when it did.
    fn strength(&self, acr: Option<&str>, entra: &Entra) -> Option<String> {
        let plain = |said: &&str| said.len() <= 200 && !said.chars().any(char::is_control);
        let said = acr.into_iter().chain(entra.contexts());
        let said: Vec<_> = said.filter(plain).collect();
        let wanted = said.iter().find(|said| self.is_strong(Some(said)));
        wanted.or(said.first()).map(|said| (*said).to_owned())
    }
}

/// The person who calls, with the teams that there are.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account.
    pub person: Person,
    /// The version of the account.
    pub version: i64,
    /// All teams.
    pub teams: Vec<Team>,
    /// Whether it was made as sure who it is as the desk's work asks for.
    pub is_strong: bool,
}

impl Caller {
    /// Its id.
    pub fn id(&self) -> PersonId {
        self.person.id
    }

    /// Whether it manages this team.
    pub fn manages(&self, team: TeamId) -> bool {
        self.person.is(Role::Manager)
            && self.teams.iter().any(|t| t.id == team && t.is_managed_by(self.id()))
    }

    /// Refuses who does not hold this role, and sends the desk to an extra check where that is asked
    /// for. Nothing that keeps somebody safe comes by here: calling for help and taking an alarm ask
    /// for no role.
    ///
    /// # Errors
    /// 403.
    pub fn must_be(&self, role: Role) -> Result<(), Problem> {
        if !self.person.is(role) {
            return Err(Problem::forbidden("Your role does not allow this."));
        }
        if role == Role::AggressionDesk {
            self.as_desk()?;
        }
        Ok(())
    }

    /// Whether it may do as the desk what nothing else lets it do: sitting there, and after the extra
    /// check where that is asked for.
    ///
    /// # Errors
    /// 403 when the check is still to be done.
    pub fn as_desk(&self) -> Result<bool, Problem> {
        match (self.person.is(Role::AggressionDesk), self.is_strong) {
            (true, false) => Err(step_up()),
            (desk, _) => Ok(desk),
        }
    }
}

impl FromRequestParts<House> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Problem> {
        let found = match bearer(&parts.headers) {
            Some(token) if bearer::is_jwt(&token) => of_subject(house, &token).await?,
            Some(token) => of_session(house, token).await?,
            None => {
                refuse_cross_site(&parts.method, &parts.headers, house)?;
                let token = cookie_named(&parts.headers, cookie_name(house));
                of_session(house, token.ok_or_else(Problem::unauthenticated)?).await?
            }
        };
        found.filter(|caller| caller.person.active).ok_or_else(Problem::unauthenticated)
    }
}

/// 403 with the way to go: this asks for an extra check at the identity provider.
fn step_up() -> Problem {
    let detail = "This asks for an extra check when signing in.";
    Problem::new(StatusCode::FORBIDDEN, "step-up-needed", detail)
        .with("stepUpUrl", "/sign-in?step-up=true")
}

async fn of_session(house: &House, token: String) -> Result<Option<Caller>, Problem> {
    let Some(held) = house.door.ask(house, token).await? else { return Ok(None) };
    let sign_in = house.sign_in.as_ref();
    // Without a provider there is nowhere to go for an extra check.
    let is_strong = sign_in.is_none_or(|it| it.is_strong(held.acr.as_deref()));
    let Versioned { version, item: person } = held.person;
    Ok(Some(Caller { version, person, teams: held.teams, is_strong }))
}

async fn of_subject(house: &House, token: &str) -> Result<Option<Caller>, Problem> {
    let sign_in = house.sign_in.as_ref().ok_or_else(Problem::unauthenticated)?;
    let read = bearer::read(sign_in, token, house.now()).await?;
    let is_strong = sign_in.is_strong(read.acr.as_deref());
    let given = sign_in.provider.settings.gives_roles.then(|| read.entra.roles());
    let work = house.db.read(move |tx| {
        Box::pin(async move {
            let found = people::by_subject(tx, &read.subject).await?;
            let Some(mut found) = found else { return Ok(None) };
            if let Some(given) = given {
                found.item.roles.retain(|role| given.contains(role));
            }
            with_teams(tx, found, is_strong).await.map(Some)
        })
    });
    Ok(work.await?)
}

async fn with_teams(
    tx: &mut Tx,
    found: Versioned<Person>,
    is_strong: bool,
) -> Result<Caller, Error> {
    let teams = teams::all(tx).await?.into_iter().map(|t| t.item).collect();
    Ok(Caller { version: found.version, person: found.item, teams, is_strong })
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let given = headers.get("authorization")?.to_str().ok()?;
    let (scheme, token) = given.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// The token of the session in which a request was made; a program's own token is none.
pub fn session_token(headers: &HeaderMap, house: &House) -> Option<String> {
    let token = bearer(headers).or_else(|| cookie_named(headers, cookie_name(house)));
    token.filter(|token| !bearer::is_jwt(token))
}

/// The session cookie's name: `__Host-` binds it to this host over TLS; plain on a local demo.
pub fn cookie_name(house: &House) -> &'static str {
    if house.settings.public_url.starts_with("https:") { "__Host-rugdekking" } else { "rugdekking" }
}

fn cookie_named(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all("cookie")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(n, v)| (n == name).then(|| v.to_owned()))
}

/// A cookie counts for a change only when our own page sends it: the browser says so itself in
/// `Sec-Fetch-Site` or `Origin` (a program that is no browser sends neither, and holds no cookie
/// that it was not given).
fn refuse_cross_site(method: &Method, headers: &HeaderMap, house: &House) -> Result<(), Problem> {
    if method.is_safe() {
        return Ok(());
    }
    let says = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let ours = match (says("sec-fetch-site"), says("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin == house.settings.public_url,
        (None, None) => true,
    };
    if ours { Ok(()) } else { Err(Problem::forbidden("This came from another site.")) }
}
