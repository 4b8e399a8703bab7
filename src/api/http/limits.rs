//! Slows down whoever floods or guesses, by the address that they come from or by who they are.
//!
//! Nothing that keeps somebody safe is ever refused here: not an answer, a call for help, an alarm
//! taken, nor what a provider brings. The counts are this instance's own and are kept in memory.
//!
//! The algorithm is that of the crate `governor` (GCRA), written out: that crate counts from a clock
//! that never goes back, while ours may, and then keeps nobody out; and it remembers any number of
//! keys.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use chrono::TimeDelta;

use super::{problem::Problem, state::AppState};
use crate::model::{clock::Instant, ids::PersonId};

/// Where a request comes from, as whoever listens found out; without it nobody is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client(pub IpAddr);

/// More addresses are not remembered at once.
const MOST_ADDRESSES: usize = 50_000;

/// What is counted. A whole office may come from one address, so the limits are wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Limited {
    /// Going to the identity provider, or coming back.
    SignIn,
    /// A code by text.
    Code,
    /// A link with a secret that nobody was given, or that is over.
    Miss,
    /// A question to the register of addresses.
    Address,
}

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum RateSubject {
    /// Whoever comes from there.
    Network(IpAddr),
    /// Somebody who is signed in.
    Person(PersonId),
}

impl From<IpAddr> for RateSubject {
    fn from(address: IpAddr) -> Self {
        Self::Network(network(address))
    }
}

impl Limited {
    /// What a request counts as before it is answered.
    fn of(request: &Request) -> Option<Self> {
        match (request.method(), request.uri().path()) {
            (_, "/sign-in" | "/sign-in/callback") => Some(Self::SignIn),
            (&Method::PUT, "/v1/me/mobile") | (&Method::POST, "/v1/me/mobile/verification") => {
                Some(Self::Code)
            }
            _ => None,
        }
    }

    /// How many at once, and how long until there may be one more.
    fn rate(self) -> (u32, TimeDelta) {
        match self {
            Self::SignIn => (120, TimeDelta::milliseconds(500)),
            Self::Code => (60, TimeDelta::seconds(5)),
            Self::Miss => (30, TimeDelta::seconds(10)),
            // Somebody who types asks a few times for each address.
            Self::Address => (60, TimeDelta::seconds(1)),
        }
    }
}

/// Who did how much lately.
#[derive(Clone, Debug, Default)]
pub struct RateLimits(Arc<Mutex<HashMap<(Limited, RateSubject), Instant>>>);

impl RateLimits {
    /// Counts one; or says after how many seconds there may be one. What is kept is the moment at
    /// which all that was done is paid off.
    pub(crate) fn count(
        &self,
        what: Limited,
        who: impl Into<RateSubject>,
        now: Instant,
    ) -> Result<(), i64> {
        let who = who.into();
        let (burst, each) = what.rate();
        let most = each * i32::try_from(burst).unwrap_or(i32::MAX);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_ADDRESSES {
            all.retain(|_, paid| *paid > now);
        }
        let paid = all.get(&(what, who)).copied().unwrap_or(now);
        // A clock that was put back must not keep anybody out.
        let paid = if paid - now > most { now } else { paid.max(now) } + each;
        if paid - now > most {
            return Err((paid - now - most).num_seconds() + 1);
        }
        if all.len() < MOST_ADDRESSES {
            all.insert((what, who), paid);
        }
        Ok(())
    }
}

/// Whoever has one IPv6 address has a whole network of them.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.into(),
            None => IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into()),
        },
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Lets a request through, or asks for patience.
pub async fn slow_down(
    State((app, limits)): State<(AppState, RateLimits)>,
    request: Request,
    next: Next,
) -> Response {
    let Some(Client(from)) = request.extensions().get().copied() else {
        return next.run(request).await;
    };
    let count = |what| limits.count(what, from, app.now()).map_err(patience);
    if let Some(Err(refused)) = Limited::of(&request).map(count) {
        return refused.into_response();
    }
    let path = request.uri().path();
    let secrets = ["/c/", "/a/", "/n/", "/calendars/"];
    let is_link = secrets.iter().any(|start| path.starts_with(start));
    let response = next.run(request).await;
    // Looked up first: whoever holds a true link is let in, however many guess beside them.
    let gone = matches!(response.status(), StatusCode::GONE | StatusCode::NOT_FOUND);
    let missed = is_link && gone;
    match missed.then(|| count(Limited::Miss)) {
        Some(Err(refused)) => refused.into_response(),
        _ => response,
    }
}

/// Asks for patience.
pub(crate) fn patience(seconds: i64) -> Problem {
    let detail = "That is too much at once. Wait a little, or call.";
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", detail)
        .with(|more| more.retry_after = u64::try_from(seconds).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        chrono::DateTime::from_timestamp(1_795_438_800 + seconds, 0).unwrap()
    }

    fn from(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    #[test]
    fn a_burst_is_let_through_and_then_so_many_a_minute() {
        let (limits, here) = (RateLimits::default(), from("192.0.2.1"));
        assert!((0..30).all(|_| limits.count(Limited::Miss, here, at(0)).is_ok()));
        assert_eq!(limits.count(Limited::Miss, here, at(0)), Err(11));
        assert_eq!(limits.count(Limited::Miss, from("192.0.2.2"), at(0)), Ok(()), "others go on");
        assert_eq!(limits.count(Limited::SignIn, here, at(0)), Ok(()), "each thing by itself");
        assert_eq!(limits.count(Limited::Miss, here, at(10)), Ok(()));
        assert!(limits.count(Limited::Miss, here, at(10)).is_err());
        assert!((0..30).all(|_| limits.count(Limited::Miss, here, at(310)).is_ok()));
    }

    #[test]
    fn a_clock_that_is_put_back_keeps_nobody_out() {
        let (limits, here) = (RateLimits::default(), from("192.0.2.1"));
        assert!((0..40).any(|_| limits.count(Limited::Miss, here, at(0)).is_err()));
        assert_eq!(limits.count(Limited::Miss, here, at(-3600)), Ok(()));
    }

    #[test]
    fn a_network_of_ipv6_is_one_and_an_ipv4_in_disguise_is_itself() {
        assert_eq!(network(from("2001:db8:1:2:3::4")), network(from("2001:db8:1:2::9")));
        assert_ne!(network(from("2001:db8:1:2::1")), network(from("2001:db8:1:3::1")));
        assert_eq!(network(from("::ffff:192.0.2.1")), from("192.0.2.1"));
    }
}
