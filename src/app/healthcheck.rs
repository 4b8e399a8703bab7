//! Asks a running service how it is, for container runtimes and service managers.

use std::{fmt, time::Duration};

use reqwest::{Client, redirect::Policy};

/// The longest that an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Does the process answer at all?
    Live,
    /// Does it watch?
    Ready,
}

/// Why the answer was not a good one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwell(pub String);

impl fmt::Display for Unwell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unwell {}

impl Question {
    /// The address of the answer, at a service that lives at `base`.
    pub fn url(self, base: &str) -> String {
        let path = match self {
            Self::Live => "/health/live",
            Self::Ready => "/health/ready",
        };
        format!("{}{path}", base.trim_end_matches('/'))
    }
}

/// Asks at `url` (see [`Question::url`]).
///
/// # Errors
/// When nobody answers in time, or with anything but success. A redirect is no success: it may
/// lead to a page that answers for whoever does not.
pub async fn ask(url: &str) -> Result<(), Unwell> {
    let client = Client::builder().timeout(PATIENCE).redirect(Policy::none()).build();
    let client = client.map_err(|e| Unwell(format!("cannot ask: {e}")))?;
    match client.get(url).send().await {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(Unwell(format!("answers {}", answer.status()))),
        Err(e) if e.is_timeout() => Err(Unwell("does not answer in time".into())),
        Err(e) => Err(Unwell(format!("cannot be reached: {}", e.without_url()))),
    }
}
