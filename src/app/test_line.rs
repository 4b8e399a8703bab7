//! The line to the exchange that a test from the command line opens for itself: the service has its
//! own, in another process.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use tokio::{
    net::{TcpListener, UdpSocket},
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::{carrier_test::becomes, serve::Trouble};
use crate::{
    carrier::{
        Carrier as _, LineState,
        sip::{Listener, Said, Sip},
    },
    config::{Config, Sip as SipSettings},
    model::{ids::MessageId, messages::Receipt},
    store::Db,
};

/// For how long the exchange is waited for.
const WITHIN: Duration = Duration::from_secs(10);
/// How often it is looked whether the line is up.
const LOOK: Duration = Duration::from_millis(50);
/// The usual port.
const USUAL: u16 = 5060;

/// That the service's port is in use, and which one is used instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) from: u16,
    pub(super) to: u16,
}

/// The same settings with another port where the service that runs here has its own.
///
/// # Errors
/// When no port is free.
pub(super) async fn beside_a_service(config: &Config) -> Result<(Config, Option<Moved>), Trouble> {
    let mut config = config.clone();
    let Some(sip) = &mut config.sip else { return Ok((config, None)) };
    let from = sip.own_port.unwrap_or(USUAL);
    if !is_taken(sip, from).await {
        return Ok((config, None));
    }
    let to = bound(sip, SocketAddr::new(own(sip)[0], 0)).await?;
    sip.own_port = Some(to);
    Ok((config, Some(Moved { from, to })))
}

/// Our address as far as it was said, or any.
fn own(sip: &SipSettings) -> Vec<IpAddr> {
    let any = vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
    sip.own_address.map_or(any, |address| vec![address])
}

async fn is_taken(sip: &SipSettings, port: u16) -> bool {
    for address in own(sip) {
        let bound = bound(sip, SocketAddr::new(address, port)).await;
        if bound.is_err_and(|why| why.kind() == io::ErrorKind::AddrInUse) {
            return true;
        }
    }
    false
}

async fn bound(sip: &SipSettings, own: SocketAddr) -> io::Result<u16> {
    let own = match sip.tcp {
        true => TcpListener::bind(own).await?.local_addr()?,
        false => UdpSocket::bind(own).await?.local_addr()?,
    };
    Ok(own.port())
}

/// An open line.
#[derive(Debug)]
pub(super) struct TestLine {
    sip: Arc<Sip>,
    serving: JoinHandle<()>,
}

impl TestLine {
    /// Opens it, and waits until the exchange is there. Where it stays away the call tells.
    pub(super) async fn open(sip: Arc<Sip>, db: Db) -> Self {
        let serving = tokio::spawn(sip.clone().serve(Arc::new(Ends { db })));
        let opening = async {
            while sip.line() != LineState::Up {
                sleep(LOOK).await;
            }
        };
        let _ = timeout(WITHIN, opening).await;
        Self { sip, serving }
    }

    /// Ends what is still on it, and takes leave of the exchange.
    pub(super) async fn close(self) {
        self.sip.close().await;
        self.serving.abort();
    }
}

/// Writes down how calls ended, where the test looks for it.
#[derive(Debug)]
struct Ends {
    db: Db,
}

#[async_trait]
impl Listener for Ends {
    /// A test asks nothing.
    async fn keys(&self, _: MessageId, _: &str) -> Option<Said> {
        None
    }

    async fn ended(&self, id: MessageId, receipt: Receipt) {
        if let Err(why) = becomes(&self.db, id, receipt.state()).await {
            tracing::error!(message = %id, %why, "the end of a call was not written down");
        }
    }
}
