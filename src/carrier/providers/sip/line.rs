//! The line to the exchange: it is opened, kept registered, and answers what the exchange asks. Calls that
//! come in are passed on.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use rsipstack::{
    EndpointBuilder,
    dialog::{
        authenticate::Credential, dialog::Dialog, dialog_layer::DialogLayer,
        registration::Registration,
    },
    sip::{HostWithPort, Method, Request, SipMessage, StatusCode, Transport as SipTransport, Uri},
    transaction::{
        Endpoint, TransactionReceiver,
        endpoint::EndpointInnerRef,
        key::{TransactionKey, TransactionRole},
        make_tag,
        transaction::Transaction,
    },
    transport::{SipAddr, TcpListenerConnection, TransportLayer, udp::UdpConnection},
};
use tokio::{
    net::{UdpSocket, lookup_host},
    sync::{Notify, mpsc},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::settings::{SipConfig, Transport};

/// For how long a registration is asked.
const REGISTERED_FOR: u32 = 300;
/// How soon it is tried again.
const AGAIN: Duration = Duration::from_secs(5);
/// How often the exchange is asked whether it is there, or still knows us.
const LOOK: Duration = Duration::from_secs(30);
/// After so many failures in a row a line is opened anew.
const GIVES_UP: u32 = 6;
/// How long the exchange may take to answer; calls are not given to one that takes longer.
const ANSWER: Duration = Duration::from_secs(8);
/// How long it may take to say good-bye.
const GOODBYE: Duration = Duration::from_secs(2);

/// Why something about a line cannot be done.
pub(super) type LineBroken = Box<dyn std::error::Error + Send + Sync>;

/// An open line.
pub(super) struct SipLine {
    pub(super) config: Arc<SipConfig>,
    pub(super) layer: Arc<DialogLayer>,
    pub(super) server: SipAddr,
    /// Our address on it.
    pub(super) own: SocketAddr,
    /// The exchange's address, by which its sound is known.
    pub(super) exchange: Option<IpAddr>,
    /// All of its addresses, from which it may call.
    exchanges: Vec<IpAddr>,
    /// Somebody found that the exchange does not answer.
    pub(super) doubt: Notify,
    endpoint: EndpointInnerRef,
    over: CancellationToken,
}

impl SipLine {
    /// Opens it.
    ///
    /// # Errors
    /// When the exchange's name says nothing, or our own address cannot be used.
    pub(super) async fn open(
        config: Arc<SipConfig>,
        ring: mpsc::UnboundedSender<Transaction>,
    ) -> Result<Self, LineBroken> {
        let port = config.port().unwrap_or(5060);
        let found = addresses(config.host(), port).await?;
        let exchange = exchange(&found)?;
        let ip = match config.own_address {
            Some(ip) => ip,
            None => facing(exchange).await?,
        };
        let over = CancellationToken::new();
        let mut transports = TransportLayer::new(over.clone());
        let kind = match config.transport {
            Transport::Udp => SipTransport::Udp,
            Transport::Tcp => SipTransport::Tcp,
        };
        let host = HostWithPort::try_from(format!("{}:{port}", config.host()))?;
        let server = SipAddr::new(kind, host);
        transports.outbound = Some(server.clone());
        let own = SocketAddr::new(ip, config.own_port);
        let own = listen(&transports, config.transport, own, &over).await?;
        let endpoint = EndpointBuilder::new()
            .with_user_agent("Rugdekking")
            .with_transport_layer(transports)
            .with_cancel_token(over.clone())
            .build();
        let layer = Arc::new(DialogLayer::new(endpoint.inner.clone()));
        let asked = endpoint.incoming_transactions()?;
        tokio::spawn(serve(endpoint.inner.clone()));
        tokio::spawn(answer(asked, layer.clone(), ring));
        let Endpoint { inner: endpoint } = endpoint;
        let (exchange, doubt) = (Some(exchange.ip()), Notify::new());
        let exchanges = found.iter().map(|address| address.ip().to_canonical()).collect();
        Ok(Self { config, layer, server, own, exchange, exchanges, doubt, endpoint, over })
    }

    /// Whether this is the exchange.
    pub(super) fn is_exchange(&self, address: IpAddr) -> bool {
        self.exchanges.contains(&address.to_canonical())
    }

    /// Who we are to the exchange, when it wants to know.
    pub(super) fn credential(&self) -> Option<Credential> {
        let password = self.config.password.as_ref()?;
        Some(Credential {
            username: self.config.user.clone(),
            password: password.expose().to_owned(),
            realm: None,
            auth_username: None,
        })
    }

    /// Where the exchange finds us, and how: without that it brings what belongs to a call by UDP.
    pub(super) fn contact(&self) -> Result<Uri, rsipstack::sip::Error> {
        let how = match self.config.transport {
            Transport::Udp => "",
            Transport::Tcp => ";transport=tcp",
        };
        Uri::try_from(format!("sip:{}@{}{how}", self.config.user, self.own))
    }

    /// Keeps the line alive and tells how it stands, until it is to be opened anew: our address or the
    /// exchange's may have changed.
    pub(super) async fn keep(&self, tell: impl Fn(Result<(), String>)) {
        let mut registration = Registration::new(self.endpoint.clone(), self.credential());
        let mut failures = 0;
        while failures < GIVES_UP {
            let well = match self.config.registers {
                true => self.register(&mut registration, REGISTERED_FOR).await,
                false => self.is_there().await.map(|()| REGISTERED_FOR),
            };
            failures = if well.is_ok() { 0 } else { failures + 1 };
            let pause = well.as_ref().map_or(AGAIN, |seconds| {
                Duration::from_secs(u64::from(*seconds)).mul_f64(0.7).clamp(AGAIN, LOOK)
            });
            tell(well.map(drop));
            // Until it is time to look again, or somebody has a doubt.
            let _ = timeout(pause, self.doubt.notified()).await;
        }
        self.over.cancel();
    }

    async fn register(&self, registration: &mut Registration, for_: u32) -> Result<u32, String> {
        let domain = self.config.domain.as_deref().unwrap_or(self.config.host());
        let server = Uri::try_from(format!("sip:{domain}")).map_err(|why| why.to_string())?;
        match timeout(ANSWER, registration.register(server, Some(for_))).await {
            Err(_) => Err("the exchange does not answer".into()),
            Ok(Err(why)) => Err(why.to_string()),
            Ok(Ok(answer)) if answer.status_code == StatusCode::OK => Ok(registration.expires()),
            Ok(Ok(answer)) => {
                Err(format!("the exchange refuses us with {}", answer.status_code.code()))
            }
        }
    }

    /// Whatever it answers, it is there.
    async fn is_there(&self) -> Result<(), String> {
        let request = self.options().map_err(|why| why.to_string())?;
        let key = TransactionKey::from_request(&request, TransactionRole::Client);
        let key = key.map_err(|why| why.to_string())?;
        let mut asked = Transaction::new_client(key, request, self.endpoint.clone(), None);
        asked.destination = Some(self.server.clone());
        let answered = async {
            asked.send().await.map_err(|why| why.to_string())?;
            while let Some(message) = asked.receive().await {
                match message {
                    SipMessage::Response(answer) if answer.status_code.code() == 503 => break,
                    SipMessage::Response(answer) if answer.status_code.code() >= 200 => {
                        return Ok(());
                    }
                    _ => {}
                }
            }
            Err("the exchange cannot take calls".into())
        };
        timeout(ANSWER, answered).await.unwrap_or(Err("the exchange does not answer".into()))
    }

    fn options(&self) -> Result<Request, LineBroken> {
        let ours = Uri::try_from(self.config.address_of(&self.config.user))?;
        let theirs = Uri::try_from(format!(
            "sip:{}",
            self.config.domain.as_deref().unwrap_or(self.config.host())
        ))?;
        let from = rsipstack::sip::typed::From { display_name: None, uri: ours, params: vec![] };
        let to =
            rsipstack::sip::typed::To { display_name: None, uri: theirs.clone(), params: vec![] };
        let mut own = SipAddr::from(self.own);
        own.r#type = self.server.r#type;
        let via = self.endpoint.get_via(Some(own), None)?;
        let from = from.with_tag(make_tag());
        Ok(self.endpoint.make_request(Method::Options, theirs, via, from, to, 1, None))
    }

    /// Takes leave of the exchange.
    pub(super) async fn close(&self) {
        if self.config.registers {
            let mut registration = Registration::new(self.endpoint.clone(), self.credential());
            let _ = timeout(GOODBYE, self.register(&mut registration, 0)).await;
        }
        self.over.cancel();
    }
}

impl Drop for SipLine {
    fn drop(&mut self) {
        self.over.cancel();
    }
}

impl std::fmt::Debug for SipLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").field("own", &self.own).finish_non_exhaustive()
    }
}

async fn addresses(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let found = timeout(ANSWER, lookup_host(format!("{host}:{port}"))).await;
    Ok(found.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))?.collect())
}

fn exchange(found: &[SocketAddr]) -> io::Result<SocketAddr> {
    let four = found.iter().find(|address| address.is_ipv4());
    four.or(found.first()).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// Our address on the way to the exchange; nothing is sent for it.
async fn facing(exchange: SocketAddr) -> io::Result<IpAddr> {
    let any: IpAddr = match exchange {
        SocketAddr::V4(_) => std::net::Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).await?;
    socket.connect(exchange).await?;
    Ok(socket.local_addr()?.ip())
}

async fn listen(
    transports: &TransportLayer,
    transport: Transport,
    own: SocketAddr,
    over: &CancellationToken,
) -> Result<SocketAddr, LineBroken> {
    match transport {
        Transport::Udp => {
            let udp = UdpConnection::create_connection(own, None, Some(over.child_token())).await?;
            let own = udp.get_addr().get_socketaddr()?;
            transports.add_transport(udp.into());
            Ok(own)
        }
        Transport::Tcp => {
            // The library binds it later and only warns; this tells at once.
            drop(tokio::net::TcpListener::bind(own).await?);
            transports.add_transport(TcpListenerConnection::new(own, None).await?.into());
            Ok(own)
        }
    }
}

async fn serve(endpoint: EndpointInnerRef) {
    if let Err(why) = endpoint.serve().await {
        tracing::error!(%why, "SIP connection lost");
    }
}

/// What belongs to a call goes to that call, and who calls to whoever answers.
async fn answer(
    mut asked: TransactionReceiver,
    layer: Arc<DialogLayer>,
    ring: mpsc::UnboundedSender<Transaction>,
) {
    while let Some(mut request) = asked.recv().await {
        let call = layer.match_dialog(&request);
        if call.is_none() && request.original.method == Method::Invite {
            let _ = ring.send(request);
            continue;
        }
        tokio::spawn(async move {
            let status = match (call, &request.original.method) {
                (Some(Dialog::Invite(mut call)), _) => {
                    if let Err(why) = call.handle(&mut request).await {
                        tracing::debug!(%why, "a request within a call");
                    }
                    return;
                }
                (_, Method::Ack) => return,
                (_, Method::Options) => StatusCode::OK,
                _ => StatusCode::CallTransactionDoesNotExist,
            };
            refuse(request, status).await;
        });
    }
}

/// Answers a request with nothing but this, and sees to it that it arrives.
pub(super) async fn refuse(mut request: Transaction, status: StatusCode) {
    if request.reply(status).await.is_ok() {
        while request.receive().await.is_some() {}
    }
}
