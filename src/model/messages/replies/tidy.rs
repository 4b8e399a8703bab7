//! A text as it came, taken apart: its words, its signs, its numbers; without what phones add.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Most codes that are looked at in one text: each takes a while to prove.
pub const MOST_CODES: usize = 6;

/// What a text consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tidy {
    /// Its words and numbers in lower case, without marks, as far as the sender wrote them.
    pub words: Vec<String>,
    /// Its pictures, as far as the sender put them there.
    pub signs: Vec<Sign>,
    /// Whether it asks something.
    pub asks: bool,
    /// Every number of four to six digits, also when its digits stand apart.
    pub codes: Vec<String>,
    /// Whether there are more codes than are looked at, or a longer number.
    pub other_digits: bool,
    /// Whether a number has a plus before it.
    pub plus: bool,
    /// Whether it quotes what was said before, as a thumb up on our own question does.
    pub quotes: bool,
    /// Whether help is asked for below what was signed.
    pub cries_below: bool,
    /// The digits of codes that were written apart.
    pieces: Vec<String>,
}

/// What a picture says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Yes,
    No,
    Help,
    /// It says nothing that the words do not.
    Kind,
    /// Nobody can tell.
    Odd,
}

impl Tidy {
    /// Takes a text apart.
    pub fn of(body: &str) -> Self {
        let plain = plain(body);
        let (said, quotes) = without_quotes(&plain);
        let (own, added) = own_words(&said);
        let mut tidy = Self { asks: own.contains(['?', '؟', '？']), quotes, ..Self::default() };
        tidy.take_apart(own);
        tidy.spell_out();
        let mut after_plus = own.split('+').skip(1).map(str::trim_start);
        tidy.plus = after_plus.any(|after| after.starts_with(|c: char| c.is_ascii_digit()));
        tidy.cries_below = CRIES.iter().any(|cry| added.contains(cry));
        let numbers = |text: &str| numbers(text).map(str::to_owned).collect::<Vec<_>>();
        let mut all = numbers(own);
        tidy.other_digits = all.iter().any(|number| number.len() > 6) || is_one_more(own);
        // Also in what is quoted or signed: nobody knows where somebody who is forced puts it.
        all.extend(numbers(&plain));
        for pieces in apart(own).into_iter().filter(|some| is_code(&some.concat())) {
            all.push(pieces.concat());
            tidy.pieces.extend(pieces);
        }
        for code in all.into_iter().filter(|number| is_code(number)) {
            if !tidy.codes.contains(&code) {
                tidy.codes.push(code);
            }
        }
        tidy.other_digits |= tidy.codes.len() > MOST_CODES;
        tidy.codes.truncate(MOST_CODES);
        tidy
    }

    fn take_apart(&mut self, text: &str) {
        let mut word = String::new();
        for c in text.chars().chain([' ']) {
            let same = |last: char| last.is_ascii_digit() == c.is_ascii_digit();
            if c.is_alphanumeric() && word.chars().last().is_none_or(same) {
                word.push(c);
                continue;
            }
            if !word.is_empty() {
                self.words.push(std::mem::take(&mut word));
            }
            if c.is_alphanumeric() {
                word.push(c);
            } else if let Some(sign) = sign(c) {
                self.signs.push(sign);
            }
        }
    }

    /// `h u l p` is a word, and so is `h3lp`.
    fn spell_out(&mut self) {
        let is_letter = |word: &String| {
            let mut letters = word.chars();
            letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
        };
        let runs = self.words.chunk_by(|a, b| is_letter(a) && is_letter(b));
        let spelled = runs.flat_map(|run| match run.len() > 2 {
            true => vec![run.concat()],
            false => run.to_vec(),
        });
        self.words = spelled.collect();
        let read = |some: &[String]| some.concat().replace('1', "l").replace('3', "e");
        let cries: Vec<_> = self.words.windows(3).map(read).collect();
        let is_cry = |word: &String| matches!(word.as_str(), "help" | "hulp");
        self.words.extend(cries.into_iter().filter(is_cry));
    }

    /// Whether this word is a number that could be a PIN, or one of its digits.
    pub fn is_code(&self, word: &String) -> bool {
        self.codes.contains(word) || self.pieces.contains(word)
    }
}

/// Lower case, digits as everybody's, no accents, no marks that nobody sees.
fn plain(body: &str) -> String {
    let kept = body.nfkd().filter(|c| !is_combining_mark(*c) && !is_unseen(*c));
    kept.flat_map(char::to_lowercase)
        .filter(|c| !is_combining_mark(*c))
        .map(|c| match c {
            'ı' => 'i',
            '٠'..='٩' => digit(c, '٠'),
            '۰'..='۹' => digit(c, '۰'),
            c => c,
        })
        .collect()
}

fn digit(c: char, zero: char) -> char {
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
}

/// Marks of direction and joining, the look of a picture, the colour of a hand.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0000}'..='\u{e007f}')
}

/// What the sender wrote, without what they quote; and whether they quote anything.
fn without_quotes(text: &str) -> (String, bool) {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('>'));
    let mut own = lines.collect::<Vec<_>>().join("\n");
    let mut quotes = false;
    for (open, close) in [('“', '”'), ('‘', '’'), ('«', '»'), ('„', '“'), ('"', '"')]
    {
        let Some(from) = own.find(open) else { continue };
        let after = from + open.len_utf8();
        let until = own[after..].rfind(close).map_or(own.len(), |at| after + at + close.len_utf8());
        // A word or two between quotes may be the sender's own.
        if own[after..until].split_whitespace().count() > 2 {
            own.replace_range(from..until, " ");
            quotes = true;
        }
    }
    for ours in ["alles goed? antwoord", "antwoord ok", "answer ok"] {
        if let Some(from) = own.find(ours) {
            own.truncate(from);
            quotes = true;
        }
    }
    (own, quotes)
}

/// `+1` and `-1` are no `1`.
fn is_one_more(text: &str) -> bool {
    text.match_indices(['+', '-']).any(|(at, _)| {
        let mut after = text[at + 1..].chars();
        let one = after.next() == Some('1') && !after.next().is_some_and(char::is_alphanumeric);
        let one = one && !text[at + 2..].trim_start().starts_with(['u', 'h']);
        one && !text[..at].trim_end().ends_with(char::is_numeric)
    })
}

/// With these words a phone or a greeting begins what is no part of the answer.
const ADDED: [&str; 13] = [
    "--",
    "verzonden vanaf",
    "verzonden vanuit",
    "verstuurd vanaf",
    "verstuurd vanuit",
    "sent from",
    "gesendet von",
    "met vriendelijke groet",
    "vriendelijke groet",
    "hartelijke groet",
    "met hartelijke groet",
    "outlook voor",
    "get outlook",
];

/// What is a cry for help also below a greeting, where a name and an office may hold the word.
const CRIES: [&str; 6] = ["help me", "help mij", "help ons", "sos", "bel 112", "\u{1f198}"];

/// Greetings after which only a name comes.
const GREETINGS: [&str; 8] =
    ["groet", "groeten", "groetjes", "grtz", "grt", "gr", "mvg", "regards"];

/// Whether with this line, in lower case, begins what is no part of what the sender wrote.
pub(super) fn begins_added(line: &str) -> bool {
    let line = line.trim_start();
    let first = line.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    ADDED.iter().any(|words| line.starts_with(words)) || GREETINGS.contains(&first)
}

/// What the sender wrote, and what was added below it.
fn own_words(text: &str) -> (&str, &str) {
    let begins = |from: usize| text[from..].trim_start_matches([' ', '\t']);
    let mut ends: Vec<usize> = text
        .match_indices('\n')
        .map(|(at, _)| at + 1)
        .filter(|at| ADDED.iter().any(|words| begins(*at).starts_with(words)))
        .collect();
    // A greeting may stand on the same line, but something has to be said before it.
    for words in ADDED.iter().skip(1).chain(&GREETINGS) {
        let whole = |at: &usize| {
            let before = text[..*at].chars().last();
            let after = text[*at + words.len()..].chars().next();
            before.is_some_and(|c| !c.is_alphanumeric())
                && after.is_none_or(|c| !c.is_alphanumeric())
        };
        ends.extend(text.match_indices(words).map(|(at, _)| at).find(whole));
    }
    let end = ends.into_iter().filter(|at| !text[..*at].trim().is_empty()).min();
    text.split_at(end.unwrap_or(text.len()))
}

fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty())
}

fn is_code(number: &str) -> bool {
    (4..=6).contains(&number.len())
}

/// Numbers whose digits were written apart: `1 3 7 9`, `13-79`; of `+15 1 3 7 9` also the last four.
fn apart(text: &str) -> Vec<Vec<String>> {
    let together = text.split(|c: char| !c.is_ascii_digit() && !matches!(c, ' ' | '-' | '.' | ','));
    let mut found: Vec<Vec<String>> = vec![];
    for some in together {
        let pieces: Vec<String> = numbers(some).map(str::to_owned).collect();
        found.extend(pieces.chunk_by(|a, b| a.len() == 1 && b.len() == 1).map(<[String]>::to_vec));
        found.extend(pieces.chunk_by(|a, b| a.len() <= 3 && b.len() <= 3).map(<[String]>::to_vec));
    }
    found.retain(|pieces| pieces.len() > 1);
    found.dedup();
    found
}

fn sign(c: char) -> Option<Sign> {
    Some(match c {
        '👍' | '👌' | '✅' | '✔' | '☑' | '🆗' | '🙆' => Sign::Yes,
        '👎' => Sign::No,
        '🆘' | '🚨' | '🚑' | '🚓' | '🚒' => Sign::Help,
        '😊' | '🙂' | '😀' | '😃' | '😄' | '😁' | '😉' | '😎' | '😌' | '😇' | '🤗' | '🙏'
        | '💪' | '👏' | '🙌' | '🤝' | '❤' | '💚' | '💙' | '☺' | '👋' | '🏠' | '🚗' | '🚙'
        | '🚘' | '🚲' | '🎉' | '☕' | '😅' | '☀' | '💯' | '🏁' | '🔚' => {
            Sign::Kind
        }
        c if u32::from(c) >= 0x2190 && !c.is_alphanumeric() => Sign::Odd,
        _ => return None,
    })
}
