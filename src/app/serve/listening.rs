//! Listens for requests: cuts off who never finishes one, and finds out where each comes from.

use std::{
    net::IpAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, http::HeaderMap};
use hyper::{Request, body::Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use ipnet::IpNet;
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tower::ServiceExt as _;
use tracing::Instrument as _;

use crate::api::http::limits::Client;

/// How long the head of a request may take to arrive, from its first byte or the last answer on.
const HEAD: Duration = Duration::from_secs(10);

/// How long a new connection may take to ask for anything. The wait for a head begins with its first
/// byte, and only once it is known which version of HTTP is spoken: who says nothing is cut off here.
const FIRST: Duration = Duration::from_secs(15);

/// How often a connection that is still open is asked whether somebody is there.
const STILL_THERE: Duration = Duration::from_secs(20);

/// How long to wait when the system gives no more connections.
const NO_MORE: Duration = Duration::from_millis(100);

/// Serves until `stop`; then finishes what is under way.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    trusted: Vec<IpNet>,
    stop: impl Future<Output = ()>,
) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(STILL_THERE);
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => (stream, peer.ip()),
                Err(why) => {
                    // One that was broken off already, or no more handles: others go on.
                    tracing::warn!(%why, "failed to accept a connection");
                    tokio::time::sleep(NO_MORE).await;
                    continue;
                }
            },
        };
        let (app, trusted) = (app.clone(), trusted.clone());
        let asked = Arc::new(AtomicBool::new(false));
        let asks = asked.clone();
        let answer = tower::service_fn(move |request: Request<Incoming>| {
            asks.store(true, Ordering::Relaxed);
            let mut request = request.map(Body::new);
            let client = client(peer, request.headers(), &trusted);
            request.extensions_mut().insert(Client(client));
            app.clone().oneshot(request)
        });
        let stream: TokioIo<TcpStream> = TokioIo::new(stream);
        let connection = builder.serve_connection(stream, TowerToHyperService::new(answer));
        let connection = graceful.watch(connection.into_owned());
        let serving = async move {
            if let Err(why) = until_it_ends(connection, &asked).await {
                tracing::debug!(%why, "a connection broke");
            }
        };
        tokio::spawn(serving.in_current_span());
    }
    drop(listener);
    graceful.shutdown().await;
}

/// Serves a connection, unless nothing was asked on it in time.
async fn until_it_ends<E>(
    connection: impl Future<Output = Result<(), E>>,
    asked: &AtomicBool,
) -> Result<(), E> {
    let mut connection = pin!(connection);
    match timeout(FIRST, &mut connection).await {
        Ok(ended) => ended,
        Err(_) if asked.load(Ordering::Relaxed) => connection.await,
        Err(_) => Ok(()),
    }
}

/// Who asks: the peer; behind trusted proxies, the last in the line whom none of them vouches for.
/// What stands before that may be made up.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|net| net.contains(ip));
    if !is_trusted(&peer) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let named: Vec<_> =
        lines.flat_map(|line| line.split(',')).map(|ip| ip.trim().parse()).collect();
    let mut last = peer;
    for ip in named.into_iter().rev() {
        let Ok(ip) = ip else { break };
        last = ip;
        if !is_trusted(&ip) {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted = ["10.0.0.0/8".parse().unwrap(), "127.0.0.1/32".parse().unwrap()];
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(seen("192.0.2.7", &["198.51.100.1"]), "192.0.2.7");
        assert_eq!(seen("127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", &["203.0.113.5, 198.51.100.1, 10.1.1.1"]), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", &["203.0.113.5", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", &["203.0.113.5, nonsense"]), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &["10.1.1.1"]), "10.1.1.1");
    }
}
