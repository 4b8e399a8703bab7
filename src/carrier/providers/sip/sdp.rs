//! What is agreed about a call's sound: what we offer, and what the other side makes of it.
//!
//! Read here rather than by a crate (`sdp`, `sdp-types`): those refuse a whole description for one odd
//! line that says nothing about our sound, and then somebody who picked up would be hung up on.

use std::net::SocketAddr;

use tokio::net::lookup_host;

use super::g711::Codec;

/// The number that we propose for keys; the other side may choose its own.
const KEYS: u8 = 101;

/// What the other side says that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Described {
    /// Where it wants to hear us; RFC 4566 (5.7) lets this be a name.
    host: String,
    port: u16,
    codec: Codec,
    keys: Option<u8>,
}

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

/// Our offer, or our answer to a new one on the same call: it is always the same.
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

/// Our answer to what whoever calls offers: their sound as we make it, and none of their other streams
/// (RFC 3264, 6). Nothing when there is no sound in it that we can make.
pub fn answer(own: SocketAddr, session: u32, offered: &str) -> Option<String> {
    let Described { codec, keys, .. } = described(offered)?;
    let family = if own.is_ipv4() { "IP4" } else { "IP6" };
    let ip = own.ip();
    let mut lines = vec![
        "v=0".to_owned(),
        format!("o=- {session} 1 IN {family} {ip}"),
        "s=-".into(),
        format!("c=IN {family} {ip}"),
        "t=0 0".into(),
    ];
    let mut found = false;
    for stream in offered.lines().filter_map(|line| line.trim_end().strip_prefix("m=")) {
        if !found && stream.starts_with("audio ") && read_audio(stream).is_some() {
            found = true;
            lines.extend(our_stream(own.port(), codec, keys));
        } else {
            lines.push(declined(stream)?);
        }
    }
    lines.push(String::new());
    Some(lines.join("\r\n"))
}

fn our_stream(port: u16, codec: Codec, keys: Option<u8>) -> Vec<String> {
    let (number, name) = match codec {
        Codec::ALaw => (codec.payload_type(), "PCMA"),
        Codec::MuLaw => (codec.payload_type(), "PCMU"),
    };
    let formats = keys.map_or_else(|| number.to_string(), |keys| format!("{number} {keys}"));
    let mut lines =
        vec![format!("m=audio {port} RTP/AVP {formats}"), format!("a=rtpmap:{number} {name}/8000")];
    if let Some(keys) = keys {
        lines.push(format!("a=rtpmap:{keys} telephone-event/8000"));
        lines.push(format!("a=fmtp:{keys} 0-15"));
    }
    lines.extend(["a=ptime:20".to_owned(), "a=sendrecv".to_owned()]);
    lines
}

/// A stream that is not ours, at no port.
fn declined(stream: &str) -> Option<String> {
    let (media, rest) = stream.split_once(' ')?;
    let (_, rest) = rest.split_once(' ')?;
    Some(format!("m={media} 0 {rest}"))
}

/// Why nothing can be said on a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSound {
    /// There is no sound in it that we can make.
    #[error("offers no G.711")]
    NotOurs,
    /// Where it wants to hear us cannot be found.
    #[error("names a place for sound that cannot be found")]
    Nowhere,
}

/// Reads what the other side takes.
///
/// # Errors
/// When there is no sound in it that we can make, or nobody knows where to send it.
pub async fn read(text: &str) -> Result<Agreed, NoSound> {
    let Described { host, port, codec, keys } = described(text).ok_or(NoSound::NotOurs)?;
    let mut found = lookup_host((host, port)).await.map_err(|_| NoSound::Nowhere)?;
    Ok(Agreed { remote: found.next().ok_or(NoSound::Nowhere)?, codec, keys })
}

fn described(text: &str) -> Option<Described> {
    let mut host = None;
    let mut audio: Option<(u16, Vec<u8>)> = None;
    let mut keys = None;
    let mut named = vec![];
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
                host = place.split_whitespace().nth(2).map(str::to_owned);
            }
            Some(("a", it)) if ours && audio.is_some() => {
                keys = keys.or_else(|| read_keys(it));
                named.extend(read_format(it));
            }
            _ => {}
        }
    }
    let (port, formats) = audio.filter(|(port, _)| *port > 0)?;
    let codec = formats.iter().find_map(|format| Codec::of(*format))?;
    // Who takes our number for keys and says nothing of it means what we offered.
    let keys = keys.or((!named.contains(&KEYS)).then_some(KEYS));
    let keys = keys.filter(|keys| formats.contains(keys));
    Some(Described { host: host?, port, codec, keys })
}

/// The number of a format that is named.
fn read_format(attribute: &str) -> Option<u8> {
    attribute.strip_prefix("rtpmap:")?.split_once(' ')?.0.parse().ok()
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

    #[tokio::test]
    async fn the_other_side_chooses() {
        let agreed = read(ANSWER).await.unwrap();
        assert_eq!(agreed.remote.to_string(), "10.0.0.9:4000");
        assert_eq!((agreed.codec, agreed.keys), (Codec::MuLaw, Some(97)));
        let elsewhere = ANSWER.replace("a=sendrecv", "c=IN IP4 10.0.0.10");
        assert_eq!(read(&elsewhere).await.unwrap().remote.to_string(), "10.0.0.10:4000");
    }

    #[tokio::test]
    async fn it_may_say_where_it_is_by_name() {
        let named = ANSWER.replace("c=IN IP4 10.0.0.9", "c=IN IP4 localhost");
        let agreed = read(&named).await.unwrap();
        assert!(agreed.remote.ip().is_loopback() && agreed.remote.port() == 4000);
        let lost = ANSWER.replace("c=IN IP4 10.0.0.9", "c=IN IP4 no-such-place.invalid");
        assert_eq!(read(&lost).await, Err(NoSound::Nowhere));
    }

    #[test]
    fn our_own_number_for_keys_needs_no_name() {
        let keys = |text: &str| described(text).unwrap().keys;
        let unnamed = "c=IN IP4 10.0.0.9\r\nm=audio 40000 RTP/AVP 8 101\r\n";
        assert_eq!(keys(unnamed), Some(101));
        assert_eq!(keys(&format!("{unnamed}a=rtpmap:101 opus/48000/2\r\n")), None);
        assert_eq!(keys(&unnamed.replace("8 101", "8")), None);
    }

    #[test]
    fn another_stream_does_not_count() {
        let two = format!("{ANSWER}m=video 9 RTP/AVP 96\r\nc=IN IP4 10.0.0.11\r\n");
        assert_eq!(described(&two), described(ANSWER));
        let video_first = ANSWER.replace("m=audio", "m=video 7 RTP/AVP 8\r\nm=audio");
        assert_eq!(described(&video_first), described(ANSWER));
    }

    #[test]
    fn without_keys_or_sound_that_is_seen() {
        assert_eq!(described(&ANSWER.replace("8 97", "8")).unwrap().keys, None);
        for (good, bad) in [
            ("m=audio 4000", "m=audio 0"),
            ("0 8 97", "9 97"),
            ("RTP/AVP", "RTP/SAVP"),
            ("c=IN IP4 10.0.0.9", "c=IN IP4"),
            ("m=audio 4000 RTP/AVP 0 8 97", ""),
        ] {
            assert_eq!(described(&ANSWER.replace(good, bad)), None, "{bad}");
        }
        assert_eq!(described("\u{0}=\r\nm=audio"), None);
    }

    #[tokio::test]
    async fn our_answer_takes_what_was_offered_and_declines_other_streams() {
        let own = "10.0.0.5:40000".parse().unwrap();
        let told = answer(own, 7, ANSWER).unwrap();
        assert!(told.contains("\r\nm=audio 40000 RTP/AVP 0 97\r\n"), "{told}");
        let read = read(&told).await.unwrap();
        assert_eq!(read, Agreed { remote: own, codec: Codec::MuLaw, keys: Some(97) });
        let video = ANSWER.replace("m=audio", "m=video 9 RTP/AVP 96\r\nm=audio");
        let video = format!("{video}m=audio 5000 RTP/AVP 8\r\n");
        let told = answer(own, 7, &video).unwrap();
        let streams: Vec<_> = told.lines().filter(|line| line.starts_with("m=")).collect();
        assert_eq!(
            streams,
            ["m=video 0 RTP/AVP 96", "m=audio 40000 RTP/AVP 0 97", "m=audio 0 RTP/AVP 8"]
        );
        let quiet = answer(own, 7, &ANSWER.replace("8 97", "8")).unwrap();
        assert!(quiet.contains("m=audio 40000 RTP/AVP 0\r\n") && !quiet.contains("event"));
        for nothing in ["", "v=0\r\n", &ANSWER.replace("0 8 97", "9")] {
            assert_eq!(answer(own, 7, nothing), None, "{nothing}");
        }
    }

    #[tokio::test]
    async fn our_offer_can_be_read_by_ourselves() {
        for own in ["10.0.0.5:40000", "[fd00::5]:40000"] {
            let own = own.parse().unwrap();
            let agreed = read(&offer(own, 7, 1)).await.unwrap();
            assert_eq!(agreed, Agreed { remote: own, codec: Codec::ALaw, keys: Some(101) });
        }
    }
}
