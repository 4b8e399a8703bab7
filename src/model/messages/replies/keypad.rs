//! Which keys somebody pressed on a call, and what they say.

use crate::model::visits::answers::Saying;

/// What keys say.
#[derive(Clone, Debug, PartialEq)]
pub struct Pressed {
    pub saying: Saying,
    /// What could be a PIN in them: `12580` is a PIN of five digits, or key 1 and a PIN of four.
    pub codes: Vec<String>,
}

impl Pressed {
    fn plain(saying: Saying) -> Option<Self> {
        Some(Self { saying, codes: vec![] })
    }

    /// The code that was asked after a key for more time, or for the end, goes with that key.
    fn after(self, before: &str) -> Self {
        let is_code = self.saying == Saying::Well && !self.codes.is_empty();
        match keys(before).map(|pressed| pressed.saying) {
            Some(saying @ Saying::Help(_)) => Self { saying, ..self },
            Some(saying @ (Saying::MoreTime(_) | Saying::Ended)) if is_code => {
                Self { saying, ..self }
            }
            _ => self,
        }
    }
}

/// The key for which a code is asked, out of all that was pressed so far: it goes along with what is
/// pressed next. Nothing of a code is in it.
pub fn key_before_code(digits: &str) -> Option<&'static str> {
    let pressed = digits.split('#').filter_map(keys).rfind(|it| it.codes.is_empty())?;
    match pressed.saying {
        Saying::MoreTime(_) => Some("2"),
        Saying::Ended => Some("*"),
        _ => None,
    }
}

/// What keys on a call say; nothing when nobody can tell. A key that is pressed again, in panic or
/// because nothing was heard, or that the line doubles, is that key. What was pressed before stands
/// in front of a hash.
pub fn keys(digits: &str) -> Option<Pressed> {
    let digits = digits.trim();
    // No PIN holds a star, so that it is never the first key of one.
    if digits.starts_with('*') && digits.bytes().all(|b| matches!(b, b'*' | b'#')) {
        return Pressed::plain(Saying::Ended);
    }
    if let Some((before, last)) = digits.trim_end_matches('#').rsplit_once('#')
        && !before.is_empty()
    {
        return keys(last).map(|pressed| pressed.after(before));
    }
    let digits = digits.trim_matches(['#', '*']);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let only = |key: u8| digits.bytes().all(|b| b == key);
    let is_key = digits.len() < 4;
    match digits {
        "112" => Pressed::plain(Saying::Help(None)),
        _ if only(b'9') => Pressed::plain(Saying::Help(None)),
        _ if is_key && only(b'1') => Pressed::plain(Saying::Well),
        _ if is_key && only(b'2') => Pressed::plain(Saying::MoreTime(15)),
        _ => with_code(digits),
    }
}

/// A code, with or without the key that it goes with before it.
fn with_code(digits: &str) -> Option<Pressed> {
    let is_code = |digits: &&str| (4..=6).contains(&digits.len());
    let after_key = digits.strip_prefix(['1', '2']).filter(is_code);
    let whole = Some(digits).filter(is_code);
    let codes: Vec<_> = whole.into_iter().chain(after_key).map(str::to_owned).collect();
    // A PIN of five digits may begin with a 2; then fifteen minutes more are given as well.
    let saying = match after_key {
        Some(_) if digits.starts_with('2') => Saying::MoreTime(15),
        _ => Saying::Well,
    };
    (!codes.is_empty()).then_some(Pressed { saying, codes })
}

/// For how many minutes somebody on no visit asks to be watched, by a key on a call.
pub fn watch_minutes(digits: &str) -> Option<u32> {
    let digits = digits.trim().trim_end_matches('#');
    let first = digits.bytes().next()?;
    if digits.len() > 3 || !digits.bytes().all(|b| b == first) {
        return None;
    }
    match first {
        b'3' => Some(30),
        b'6' => Some(60),
        b'8' => Some(90),
        _ => None,
    }
}
