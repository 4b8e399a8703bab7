//! Which keys are pressed, as RTP tells it (RFC 4733): each in several packets, so that losing some
//! loses nothing.
//!
//! Read here rather than by a crate (`rtp`, `rtp-types`): those refuse a packet whose padding is odd,
//! which still tells a key, and would save a dozen lines.

use std::collections::VecDeque;

/// How every packet begins.
pub(super) const VERSION: u8 = 2 << 6;

/// How many keys back a packet may still come late.
const REMEMBERED: usize = 16;

/// What a packet tells of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KeyEvent {
    /// Its number: 0 to 9, 10 for `*`, 11 for `#`.
    number: u8,
    /// When it began, by the sender's clock: the same in all packets of one key.
    began: u32,
    /// How long it was held so far, by the same clock.
    held: u16,
    /// The first packet says that it is the first.
    is_first: bool,
    /// The last ones say that it was let go.
    is_over: bool,
}

/// Hears keys, each once.
#[derive(Debug, Default)]
pub struct KeypadReceiver {
    /// By when it began and which it was: some senders give all keys one time.
    told: VecDeque<(u32, u8)>,
    last: Option<KeyEvent>,
    /// Keys that were told by SIP INFO, and may come by RTP as well.
    signalled: VecDeque<char>,
}

impl KeypadReceiver {
    /// Whether a key that was told by SIP INFO is new. Some exchanges tell each key in both ways: then
    /// what comes by RTP counts.
    pub fn hear_signalled(&mut self, key: char) -> bool {
        if self.last.is_some() {
            return false;
        }
        self.signalled.push_back(key);
        true
    }

    /// The key that a packet tells of, the first time that it does. `kind` is what was agreed on for
    /// keys; without it none is heard.
    pub fn hear(&mut self, packet: &[u8], kind: Option<u8>) -> Option<char> {
        let event = KeyEvent::read(packet, kind?)?;
        let key = (event.began, event.number);
        let is_new = !self.told.contains(&key) && !self.goes_on(event);
        self.told.truncate(REMEMBERED - 1);
        self.told.push_front(key);
        self.last = Some(event);
        if !is_new {
            return None;
        }
        let key = event.key()?;
        // The first ones may have come by SIP INFO already.
        if self.signalled.front() == Some(&key) {
            self.signalled.pop_front();
            return None;
        }
        Some(key)
    }

    /// Some senders move the time of a key on while it is held, or when they tell once more that it
    /// was let go. A key that is pressed again is new: it says so, or the one before was let go.
    fn goes_on(&self, event: KeyEvent) -> bool {
        self.last.is_some_and(|last| {
            let told_again = event.is_over && event.held == last.held;
            last.number == event.number && !event.is_first && (!last.is_over || told_again)
        })
    }
}

/// The key that a SIP INFO tells of: `application/dtmf-relay` (`Signal=1`), or `application/dtmf`.
pub fn read_signal(body: &str) -> Option<char> {
    let named = |line: &str| {
        let (name, value) = line.split_once('=')?;
        name.trim().eq_ignore_ascii_case("signal").then(|| value.trim().to_owned())
    };
    let value = body.lines().find_map(named).unwrap_or_else(|| body.trim().to_owned());
    match value.as_str() {
        "10" => Some('*'),
        "11" => Some('#'),
        one => one.parse().ok().filter(|key: &char| key.is_ascii_digit() || "*#".contains(*key)),
    }
}

impl KeyEvent {
    fn key(self) -> Option<char> {
        char::from_digit(u32::from(self.number), 10).or(match self.number {
            10 => Some('*'),
            11 => Some('#'),
            _ => None,
        })
    }

    fn read(packet: &[u8], keys: u8) -> Option<Self> {
        let [flags, kind, _, _, t0, t1, t2, t3, ..] = *packet else { return None };
        if flags & 0xc0 != VERSION || kind & 0x7f != keys {
            return None;
        }
        let sources = 4 * usize::from(flags & 0x0f);
        let extension = if flags & 0x10 == 0 {
            0
        } else {
            let size = packet.get(14 + sources..16 + sources)?;
            4 + 4 * usize::from(u16::from_be_bytes([size[0], size[1]]))
        };
        let [number, volume, h0, h1, ..] = *packet.get(12 + sources + extension..)? else {
            return None;
        };
        Some(Self {
            number,
            began: u32::from_be_bytes([t0, t1, t2, t3]),
            held: u16::from_be_bytes([h0, h1]),
            is_first: kind & 0x80 != 0,
            is_over: volume & 0x80 != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: u8 = 101;

    fn packet(event: KeyEvent) -> Vec<u8> {
        let mut packet = vec![VERSION, if event.is_first { 0x80 } else { 0 } | KEYS, 0, 1];
        packet.extend(event.began.to_be_bytes());
        let volume = if event.is_over { 0x80 | 10 } else { 10 };
        packet.extend([0, 0, 0, 7, event.number, volume]);
        packet.extend(event.held.to_be_bytes());
        packet
    }

    #[test]
    fn a_signal_is_read_in_both_forms() {
        for (body, key) in [
            ("Signal=1\r\nDuration=160\r\n", Some('1')),
            ("signal = 9\nduration = 250", Some('9')),
            ("Signal=*", Some('*')),
            ("Signal=11\r\n", Some('#')),
            ("7", Some('7')),
            ("Duration=160", None),
            ("Signal=12", None),
            ("", None),
        ] {
            assert_eq!(read_signal(body), key, "{body}");
        }
    }

    #[test]
    fn a_key_that_is_told_in_both_ways_is_heard_once() {
        let mut keys = KeypadReceiver::default();
        assert!(keys.hear_signalled('1'));
        assert_eq!(keys.hear(&packet(held(1, 100, 160)), Some(KEYS)), None);
        assert_eq!(keys.hear(&packet(held(3, 5000, 160)), Some(KEYS)), Some('3'));
        assert!(!keys.hear_signalled('3'));
    }

    fn held(number: u8, began: u32, held: u16) -> KeyEvent {
        KeyEvent { number, began, held, is_first: held == 160, is_over: false }
    }

    fn let_go(number: u8, began: u32, held: u16) -> KeyEvent {
        KeyEvent { number, began, held, is_first: false, is_over: true }
    }

    fn heard(events: &[KeyEvent]) -> String {
        let mut keys = KeypadReceiver::default();
        events.iter().filter_map(|event| keys.hear(&packet(*event), Some(KEYS))).collect()
    }

    #[test]
    fn a_key_is_heard_once_however_often_it_is_told() {
        let once = [held(5, 1, 160), held(5, 1, 320), let_go(5, 1, 480), let_go(5, 1, 480)];
        assert_eq!(heard(&once), "5");
        let again = [held(5, 9, 160), held(5, 9, 320), let_go(5, 9, 480), let_go(5, 1, 480)];
        assert_eq!(heard(&[once, again].concat()), "55");
    }

    #[test]
    fn of_a_key_any_packet_will_do() {
        for only in [held(0, 1, 160), held(0, 1, 320), let_go(0, 1, 480)] {
            assert_eq!(heard(&[only]), "0");
            assert_eq!(heard(&[let_go(0, 9, 640), only]), "00", "and the same key before it");
        }
    }

    #[test]
    fn a_key_whose_time_moves_on_is_one_key() {
        let moves = [held(0, 1, 160), held(0, 161, 320), let_go(0, 321, 480), let_go(0, 481, 480)];
        assert_eq!(heard(&moves), "0");
        let then = [held(0, 900, 160), let_go(0, 900, 320), held(7, 990, 160)];
        assert_eq!(heard(&[&moves[..], &then].concat()), "007");
    }

    #[test]
    fn keys_that_all_carry_one_time_are_told_apart_by_their_numbers() {
        let first = |number| KeyEvent { is_first: true, ..held(number, 5000, 160) };
        let code = [1, 3, 7, 9, 11].map(|n| [first(n), held(n, 5000, 320), let_go(n, 5000, 480)]);
        assert_eq!(heard(&code.concat()), "1379#");
        let late = [code.concat(), vec![let_go(1, 5000, 480)]].concat();
        assert_eq!(heard(&late), "1379#", "a packet that comes late is no other key");
    }

    #[test]
    fn a_tone_that_is_no_key_is_none_and_nothing_was_agreed_on_without_a_kind() {
        assert_eq!(heard(&[held(11, 1, 160), held(16, 2, 160), held(10, 3, 160)]), "#*");
        assert_eq!(KeypadReceiver::default().hear(&packet(held(1, 1, 160)), None), None);
    }

    #[test]
    fn broken_packets_are_no_keys() {
        let good = packet(held(1, 9, 160));
        assert!(KeyEvent::read(&good, KEYS).is_some());
        assert!((0..good.len()).all(|size| KeyEvent::read(&good[..size], KEYS).is_none()));
        for (at, value) in [(0, 0), (1, 8), (0, VERSION | 1), (0, VERSION | 0x10)] {
            let mut bad = good.clone();
            bad[at] = value;
            assert_eq!(KeyEvent::read(&bad, KEYS), None, "{at}");
        }
    }
}
