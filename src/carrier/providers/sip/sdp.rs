//! What is agreed about a call's sound: what we offer, and what the other side makes of it.
//!
//! Read here rather than by a crate (`sdp`, `sdp-types`): those refuse a whole description for one odd
//! line that says nothing about our sound, and then somebody who picked up would be hung up on.

use std::net::{IpAddr, SocketAddr};

use super::g711::Codec;

/// The number that we propose for keys; the other side may choose its own.
const KEYS: u8 = 101;

/// What the other side takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// Where it wants to hear us.
    pub remote: SocketAddr,
    /// In which way.
    pub codec: Codec,
    /// The number under which it tells keys, if it does.
    pub keys: Option<u8>,
}

/// Our offer, or our answer to a new one: it is always the same.
pub fn offer(own: SocketAddr, session: u32, version: u32) -> String {
    let family = if own.is_ipv4() { "IP4" } else { "IP6" };
    let (ip, port) = (own.ip(), own.port());
    [
        "v=0".to_owned(),
        format!("o=- {session} {version} IN {family} {ip}"),
        "s=-".into(),
        format!("c=IN {family} {ip}"),
        "t=0 0".into(),
        format!("m=audio {port} RTP/AVP 8 0 {KEYS}"),
        "a=rtpmap:8 PCMA/8000".into(),
        "a=rtpmap:0 PCMU/8000".into(),
        format!("a=rtpmap:{KEYS} telephone-event/8000"),
        format!("a=fmtp:{KEYS} 0-15"),
        "a=ptime:20".into(),
        "a=sendrecv".into(),
        String::new(),
    ]
    .join("\r\n")
}

/// Reads what the other side takes; nothing when there is no sound in it that we can make.
pub fn read(text: &str) -> Option<Agreed> {
    let mut ip: Option<IpAddr> = None;
    let mut audio: Option<(u16, Vec<u8>)> = None;
    let mut keys = None;
    let mut ours = true; // Before the first stream, and within the one with our sound.
    for line in text.lines().map(str::trim_end) {
        match line.split_once('=') {
            Some(("m", stream)) => {
                ours = audio.is_none() && stream.starts_with("audio ");
                if ours {
                    audio = read_audio(stream);
                }
            }
            Some(("c", place)) if ours => {
                ip = place.split_whitespace().nth(2).and_then(|ip| ip.parse().ok());
            }
            Some(("a", it)) if ours && audio.is_some() => keys = keys.or_else(|| read_keys(it)),
            _ => {}
        }
    }
    let (port, formats) = audio.filter(|(port, _)| *port > 0)?;
    let codec = formats.iter().find_map(|format| Codec::of(*format))?;
    let keys = keys.filter(|keys| formats.contains(keys));
    Some(Agreed { remote: SocketAddr::new(ip?, port), codec, keys })
}

fn read_audio(stream: &str) -> Option<(u16, Vec<u8>)> {
    let mut words = stream.split(' ').skip(1);
    let port = words.next()?.parse().ok()?;
    let plain = words.next()? == "RTP/AVP";
    plain.then(|| (port, words.filter_map(|format| format.parse().ok()).collect()))
}

fn read_keys(attribute: &str) -> Option<u8> {
    let (format, what) = attribute.strip_prefix("rtpmap:")?.split_once(' ')?;
    what.to_ascii_lowercase().starts_with("telephone-event/8000").then(|| format.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "v=0\r\no=- 1 2 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\n\
        t=0 0\r\nm=audio 4000 RTP/AVP 0 8 97\r\na=rtpmap:0 PCMU/8000\r\n\
        a=rtpmap:97 Telephone-Event/8000\r\na=sendrecv\r\n";

    #[test]
    fn the_other_side_chooses() {
        let agreed = read(ANSWER).unwrap();
        assert_eq!(agreed.remote.to_string(), "10.0.0.9:4000");
        assert_eq!((agreed.codec, agreed.keys), (Codec::MuLaw, Some(97)));
        let elsewhere = ANSWER.replace("a=sendrecv", "c=IN IP4 10.0.0.10");
        assert_eq!(read(&elsewhere).unwrap().remote.to_string(), "10.0.0.10:4000");
    }

    #[test]
    fn another_stream_does_not_count() {
        let two = format!("{ANSWER}m=video 9 RTP/AVP 96\r\nc=IN IP4 10.0.0.11\r\n");
        assert_eq!(read(&two), read(ANSWER));
        let video_first = ANSWER.replace("m=audio", "m=video 7 RTP/AVP 8\r\nm=audio");
        assert_eq!(read(&video_first), read(ANSWER));
    }

    #[test]
    fn without_keys_or_sound_that_is_seen() {
        assert_eq!(read(&ANSWER.replace("8 97", "8")).unwrap().keys, None);
        for (good, bad) in [
            ("m=audio 4000", "m=audio 0"),
            ("0 8 97", "9 97"),
            ("RTP/AVP", "RTP/SAVP"),
            ("c=IN IP4 10.0.0.9", "c=IN IP4 nowhere"),
            ("m=audio 4000 RTP/AVP 0 8 97", ""),
        ] {
            assert_eq!(read(&ANSWER.replace(good, bad)), None, "{bad}");
        }
        assert_eq!(read("\u{0}=\r\nm=audio"), None);
    }

    #[test]
    fn our_offer_can_be_read_by_ourselves() {
        for own in ["10.0.0.5:40000", "[fd00::5]:40000"] {
            let own = own.parse().unwrap();
            let agreed = read(&offer(own, 7, 1)).unwrap();
            assert_eq!(agreed, Agreed { remote: own, codec: Codec::ALaw, keys: Some(101) });
        }
    }
}
