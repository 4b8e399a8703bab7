//! A text as its sender spelled it, in words and numbers: names of streets keep their capitals.

use crate::model::messages::replies::{spotting::holds, tidy::begins_added};

/// What stands around a word and says nothing.
const AROUND: [char; 9] = ['.', ';', ':', '!', '?', '"', '(', ')', '…'];

/// A word or number.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    /// In lower case.
    pub(super) word: String,
    /// Whether a comma, a new line or something that was taken out stands before it.
    pub(super) apart: bool,
}

impl Piece {
    pub(super) fn new(text: &str, apart: bool) -> Self {
        Self { text: text.to_owned(), word: text.to_lowercase(), apart }
    }

    /// Whether it is one of these words.
    pub(super) fn is(&self, known: &str) -> bool {
        holds(known, &self.word)
    }

    pub(super) fn is_number(&self) -> bool {
        !self.word.is_empty() && self.word.bytes().all(|b| b.is_ascii_digit())
    }

    pub(super) fn begins_with_digit(&self) -> bool {
        self.word.starts_with(|c: char| c.is_ascii_digit())
    }

    /// Whether it is written without capitals.
    pub(super) fn is_lower(&self) -> bool {
        self.text == self.word
    }
}

/// The words and numbers that the sender wrote, without what a phone or a greeting adds below.
pub(super) fn pieces(body: &str) -> Vec<Piece> {
    let own = body.lines().take_while(|line| !begins_added(&line.to_lowercase()));
    let mut found = vec![];
    for part in own.map(with_points).flat_map(|line| split(&line)) {
        let mut apart = true;
        for text in part.split_whitespace() {
            let text = text.trim_matches(AROUND);
            // `START45`.
            let (word, rest) = match text.split_at_checked("start".len()) {
                Some((word, rest))
                    if word.eq_ignore_ascii_case("start")
                        && rest.starts_with(|c: char| c.is_ascii_digit()) =>
                {
                    (word, rest)
                }
                _ => ("", text),
            };
            for text in [word, rest].into_iter().filter(|text| !text.is_empty()) {
                found.push(Piece::new(text, std::mem::take(&mut apart)));
            }
        }
    }
    found
}

/// `1,5` and `1½` are numbers with a point.
fn with_points(line: &str) -> String {
    let line: Vec<char> = line.chars().collect();
    let digit =
        |at: Option<usize>| at.and_then(|at| line.get(at)).is_some_and(char::is_ascii_digit);
    let mut plain = String::new();
    for (at, c) in line.iter().enumerate() {
        let before = digit(at.checked_sub(1));
        let decimal =
            before && digit(Some(at + 1)) && !digit(at.checked_sub(2)) && !digit(Some(at + 2));
        match c {
            ',' if decimal => plain.push('.'),
            '½' if before => plain.push_str(".5"),
            '½' => plain.push_str("0.5"),
            c => plain.push(*c),
        }
    }
    plain
}

fn split(line: &str) -> Vec<String> {
    line.split(',').map(str::to_owned).collect()
}
