//! A call's sound over RTP: what we say goes out, and the keys that are pressed come in (RFC 4733).

use std::{io, net::IpAddr, time::Duration};

use tokio::{
    net::UdpSocket,
    sync::{mpsc, watch},
    time::{Instant, Interval, MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use super::{
    keys::{KeypadReceiver, VERSION},
    sdp::Agreed,
};

/// One packet holds so much.
const FRAME: Duration = Duration::from_millis(20);
/// So many samples.
const SAMPLES: usize = 160;
/// No telephone sends a larger packet.
const LARGEST: usize = 2048;

/// What was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A key: a digit, `*` or `#`.
    Key(char),
    /// Nothing until the end.
    Nothing,
    /// The call is over.
    HungUp,
}

/// The sound of one call.
#[derive(Debug)]
pub struct Media {
    socket: UdpSocket,
    agreed: watch::Receiver<Agreed>,
    /// Who may tell keys beside whom was agreed on: the exchange itself.
    exchange: Option<IpAddr>,
    over: CancellationToken,
    /// Keys that come beside the sound, by SIP INFO.
    signalled: mpsc::UnboundedReceiver<char>,
    until: Instant,
    ticks: Interval,
    sequence: u16,
    timestamp: u32,
    source: u32,
    keys: KeypadReceiver,
}

impl Media {
    /// The sound of a call that was answered, until it is `over` or has lasted for `longest`.
    pub fn new(
        socket: UdpSocket,
        agreed: watch::Receiver<Agreed>,
        exchange: Option<IpAddr>,
        signalled: mpsc::UnboundedReceiver<char>,
        over: CancellationToken,
        longest: Duration,
        source: u32,
    ) -> Self {
        let mut ticks = interval(FRAME);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let until = Instant::now() + longest;
        let (sequence, timestamp) = (0, 0);
        let keys = KeypadReceiver::default();
        Self {
            socket,
            agreed,
            exchange,
            over,
            signalled,
            until,
            ticks,
            sequence,
            timestamp,
            source,
            keys,
        }
    }

    /// Says it until a key is pressed.
    pub async fn say(&mut self, sound: &[i16]) -> Heard {
        for frame in sound.chunks(SAMPLES) {
            match self.hear_during(frame).await {
                Heard::Nothing => {}
                heard => return heard,
            }
        }
        Heard::Nothing
    }

    /// Says all of it, whatever is pressed meanwhile.
    pub async fn tell(&mut self, sound: &[i16]) {
        for frame in sound.chunks(SAMPLES) {
            while let heard @ (Heard::Key(_) | Heard::HungUp) = self.hear_during(frame).await {
                if heard == Heard::HungUp {
                    return;
                }
            }
        }
    }

    /// Waits for a key. The line is never dead: an exchange may take that for a call that is over.
    pub async fn wait(&mut self, patience: Duration) -> Heard {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            match self.hear_during(&[]).await {
                Heard::Nothing => {}
                heard => return heard,
            }
        }
        Heard::Nothing
    }

    /// Sends one frame at its time. Keys that came before the end of the call still count.
    async fn hear_during(&mut self, frame: &[i16]) -> Heard {
        let mut packet = [0; LARGEST];
        loop {
            tokio::select! {
                biased;
                came = self.socket.recv_from(&mut packet) => match came {
                    Ok((size, from)) if self.is_theirs(from.ip()) => {
                        let kind = self.agreed.borrow().keys;
                        if let Some(key) = self.keys.hear(&packet[..size], kind) {
                            return Heard::Key(key);
                        }
                    }
                    // Whoever is not there yet says so; the call itself is not over for that.
                    Ok(_) | Err(_) => tokio::task::yield_now().await,
                },
                Some(key) = self.signalled.recv() => {
                    if self.keys.hear_signalled(key) {
                        return Heard::Key(key);
                    }
                }
                () = self.over.cancelled() => return Heard::HungUp,
                _ = self.ticks.tick() => {
                    if Instant::now() >= self.until {
                        return Heard::HungUp;
                    }
                    self.send(frame).await;
                    return Heard::Nothing;
                }
            }
        }
    }

    fn is_theirs(&self, from: IpAddr) -> bool {
        from == self.agreed.borrow().remote.ip() || Some(from) == self.exchange
    }

    async fn send(&mut self, frame: &[i16]) {
        let Agreed { remote, codec, .. } = *self.agreed.borrow();
        let mut packet = Vec::with_capacity(12 + SAMPLES);
        packet.extend([VERSION, codec.payload_type()]);
        packet.extend(self.sequence.to_be_bytes());
        packet.extend(self.timestamp.to_be_bytes());
        packet.extend(self.source.to_be_bytes());
        let silence = std::iter::repeat_n(&0, SAMPLES.saturating_sub(frame.len()));
        packet.extend(frame.iter().chain(silence).map(|sample| codec.encode(*sample)));
        self.sequence = self.sequence.wrapping_add(1);
        self.timestamp = self.timestamp.wrapping_add(SAMPLES as u32);
        if let Err(why) = self.socket.send_to(&packet, remote).await {
            tracing::debug!(%why, "sound was not sent");
        }
    }
}

/// A socket for sound, on an even port as is customary.
///
/// # Errors
/// When no port is left.
pub async fn open(own: IpAddr, (first, last): (u16, u16)) -> io::Result<UdpSocket> {
    let mut refused = io::Error::from(io::ErrorKind::AddrInUse);
    for port in (first..=last).filter(|port| port % 2 == 0) {
        match UdpSocket::bind((own, port)).await {
            Ok(socket) => return Ok(socket),
            Err(why) => refused = why,
        }
    }
    Err(refused)
}

#[cfg(test)]
mod tests {
    use super::super::g711::Codec;
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn key(timestamp: u32, event: u8) -> Vec<u8> {
        let mut packet = vec![VERSION, 0x80 | 101, 0, 1];
        packet.extend(timestamp.to_be_bytes());
        packet.extend([0, 0, 0, 7, event, 10, 0, 160]);
        packet
    }

    async fn call() -> (Media, UdpSocket, watch::Sender<Agreed>, CancellationToken) {
        let ours = UdpSocket::bind((HERE, 0)).await.unwrap();
        let theirs = UdpSocket::bind((HERE, 0)).await.unwrap();
        theirs.connect(ours.local_addr().unwrap()).await.unwrap();
        let remote = theirs.local_addr().unwrap();
        let agreed = Agreed { remote, codec: Codec::ALaw, keys: Some(101) };
        let (change, agreed) = watch::channel(agreed);
        let over = CancellationToken::new();
        let (_, signalled) = mpsc::unbounded_channel();
        let longest = Duration::from_secs(9);
        let media = Media::new(ours, agreed, None, signalled, over.clone(), longest, 7);
        (media, theirs, change, over)
    }

    #[tokio::test]
    async fn a_key_is_heard_once_however_often_it_is_told_and_stops_what_is_said() {
        let (mut media, theirs, _agreed, _over) = call().await;
        for (timestamp, event) in [(1, 5), (1, 5), (2, 5), (2, 5), (1, 5), (3, 11), (4, 16)] {
            theirs.send(&key(timestamp, event)).await.unwrap();
        }
        for expected in ['5', '5', '#'] {
            assert_eq!(media.say(&[0; 16_000]).await, Heard::Key(expected));
        }
        assert_eq!(media.wait(Duration::from_millis(100)).await, Heard::Nothing);
    }

    #[tokio::test]
    async fn what_only_has_to_be_told_is_told_whole() {
        let (mut media, theirs, _agreed, over) = call().await;
        theirs.send(&key(1, 5)).await.unwrap();
        media.tell(&[1000; 3 * SAMPLES]).await;
        let mut packet = [0; 400];
        for sequence in 0..3 {
            theirs.recv(&mut packet).await.unwrap();
            assert_eq!(packet[3], sequence);
        }
        over.cancel();
        media.tell(&[1000; 80_000]).await;
    }

    #[tokio::test]
    async fn what_is_said_arrives_and_silence_too() {
        let (mut media, theirs, _agreed, _over) = call().await;
        assert_eq!(media.say(&[1000; 200]).await, Heard::Nothing);
        let mut packet = [0; 400];
        for (sequence, first, last) in [(0, 1000, 1000), (1, 1000, 0)] {
            assert_eq!(theirs.recv(&mut packet).await.unwrap(), 172);
            assert_eq!((packet[0], packet[1], packet[3]), (VERSION, 8, sequence));
            let encoded = [first, last].map(|sample| Codec::ALaw.encode(sample));
            assert_eq!([packet[12], packet[171]], encoded);
        }
    }

    #[tokio::test]
    async fn a_key_that_came_before_the_end_counts() {
        let (mut media, theirs, _agreed, over) = call().await;
        theirs.send(&key(1, 1)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        over.cancel();
        assert_eq!(media.wait(Duration::from_secs(1)).await, Heard::Key('1'));
        assert_eq!(media.wait(Duration::from_secs(1)).await, Heard::HungUp);
    }

    #[tokio::test]
    async fn nobody_else_presses_keys() {
        let (mut media, theirs, agreed, _over) = call().await;
        let elsewhere = Agreed { remote: "192.0.2.1:9".parse().unwrap(), ..*agreed.borrow() };
        agreed.send(elsewhere).unwrap();
        theirs.send(&key(1, 1)).await.unwrap();
        assert_eq!(media.wait(Duration::from_millis(60)).await, Heard::Nothing);
    }
}
