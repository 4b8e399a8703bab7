//! Reads the calendars that people name: over https, from where it may, and no more than fits.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
    header::ACCEPT,
    redirect::Policy,
};

use ipnet::IpNet;

use crate::{
    carrier::setup::{Misconfigured, SettingNames},
    model::{
        input::settings::SettingsReader,
        integrations::calendars::{Source, Where},
        people::devices::HostReach,
    },
};

/// The settings of the section `calendar`.
pub(in crate::carrier) const SETTINGS: SettingNames =
    SettingNames { section: "calendar", plain: &["networks"], secret: &[] };

/// Networks of one's own in which people's calendars may be read.
pub fn networks(read: &mut SettingsReader) -> Vec<IpNet> {
    let remedy = "give networks, like 10.0.0.0/8";
    read.list("calendar.networks", remedy, |network| network.parse().ok()).unwrap_or_default()
}

/// Somebody waits for it with a form open.
const LIMIT: Duration = Duration::from_secs(8);

/// Years of a busy calendar fit in this.
const LONGEST: usize = 4 * 1024 * 1024;

/// Why a calendar could not be read. Never says where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It is not there, or not in time.
    #[error("no answer")]
    NoAnswer,
    /// It answered something else than a calendar.
    #[error("answered {0}")]
    Answered(u16),
    /// There is no end to it.
    #[error("too long")]
    TooLong,
}

#[derive(Debug)]
pub struct CalendarClient {
    client: Client,
    at: Where,
}

impl CalendarClient {
    /// A reader that looks only there.
    ///
    /// # Errors
    /// When no client can be set up.
    pub fn new(at: Where) -> Result<Self, Misconfigured> {
        let builder = Client::builder()
            .timeout(LIMIT)
            .connect_timeout(LIMIT / 2)
            .redirect(Policy::none()) // it could lead where nobody may look
            .no_proxy()
            .user_agent(concat!("rugdekking/", env!("CARGO_PKG_VERSION")));
        let builder = match at.reach {
            HostReach::Public => {
                builder.dns_resolver(Arc::new(Within(at.clone()))).https_only(true)
            }
            HostReach::ThisMachineToo => builder,
        };
        let client = builder
            .build()
            .map_err(|_| Misconfigured(vec!["The HTTP client cannot be set up".into()]))?;
        Ok(Self { client, at })
    }

    /// Where it looks.
    pub fn at(&self) -> &Where {
        &self.at
    }

    /// What a calendar holds now.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub async fn read(&self, source: &Source) -> Result<String, Unread> {
        let asked = self.client.get(source.as_str()).header(ACCEPT, "text/calendar");
        let mut answer = asked.send().await.map_err(|_| Unread::NoAnswer)?;
        if answer.status().as_u16() != 200 {
            return Err(Unread::Answered(answer.status().as_u16()));
        }
        let mut body = vec![];
        while let Some(part) = answer.chunk().await.map_err(|_| Unread::NoAnswer)? {
            if body.len() + part.len() > LONGEST {
                return Err(Unread::TooLong);
            }
            body.extend_from_slice(&part);
        }
        Ok(String::from_utf8_lossy(&body).into_owned())
    }
}

/// Finds only addresses at which we may look, whatever a name server says.
#[derive(Debug)]
struct Within(Where);

impl Resolve for Within {
    fn resolve(&self, name: Name) -> Resolving {
        let (host, at) = (name.as_str().to_owned(), self.0.clone());
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|addr| at.holds(addr.ip())).collect();
            if allowed.is_empty() {
                return Err("the name leads to no address where we may look".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
