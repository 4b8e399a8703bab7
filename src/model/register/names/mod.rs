//! Names of people, compared by keys that survive the ways in which Dutch names are written.
//!
//! A name becomes surname keys and initials. Two names may be the same person when they share a
//! surname and their initials do not contradict; an absent initial contradicts nothing.

use std::collections::BTreeSet;

use super::folding::fold;

/// The small words before a Dutch or foreign surname (as folded).
const PARTICLES: [&str; 46] = [
    "van", "von", "vom", "vd", "vdr", "vanden", "vander", "de", "den", "der", "ter", "ten", "te",
    "het", "t", "s", "in", "int", "op", "aan", "by", "onder", "over", "uit", "uyt", "voor", "la",
    "le", "les", "du", "des", "da", "das", "di", "do", "dos", "del", "della", "el", "al", "l",
    "zu", "zur", "zum", "bin", "ibn",
];
/// Parts of a farm's name, as in Oude Elferink; on their own they are a surname.
const FARM: [&str; 8] = ["oude", "groot", "groote", "grote", "klein", "kleine", "nieuwe", "lutke"];
/// What may stand before a name without being part of it.
const TITLES: [&str; 32] = [
    "dhr",
    "hr",
    "heer",
    "meneer",
    "mynheer",
    "mevr",
    "mevrouw",
    "mw",
    "mej",
    "mejuffrouw",
    "mv",
    "fam",
    "familie",
    "gezin",
    "erven",
    "wed",
    "weduwe",
    "en",
    "prof",
    "professor",
    "dr",
    "drs",
    "mr",
    "ir",
    "ing",
    "ds",
    "jhr",
    "mrs",
    "ms",
    "miss",
    "dame",
    "heren",
];
/// What may stand behind a name without being part of it.
const SUFFIXES: [&str; 10] =
    ["jr", "sr", "junior", "senior", "msc", "bsc", "phd", "mba", "llm", "zn"];
/// What joins the surnames of a married person.
const JOINS: [&str; 6] = ["ev", "eg", "wv", "geb", "geboren", "gehuwd"];
/// No name has more words that matter; keeps the number of keys small.
const MOST_WORDS: usize = 16;

/// What of a name is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameKeys {
    surnames: BTreeSet<String>,
    initials: BTreeSet<char>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NameKind {
    Particle,
    Initial,
    Full,
}

#[derive(Clone, Debug)]
struct Word {
    text: String,
    /// A hyphen ties it to the word before.
    tied: bool,
    /// A dot follows.
    dotted: bool,
    kind: NameKind,
}

impl NameKeys {
    /// Reads a name as people write it: `J. de Wit`, `Wit, J. de`, `mevr. A. Jansen-de Wit`.
    pub fn of(name: &str) -> Self {
        let folded = fold(name);
        let (before, after) = folded.split_once(',').unwrap_or((&folded, ""));
        let (before, after) = (read(before), read(after));
        let mut keys = Self::default();
        if after.is_empty() {
            keys.plain(before);
        } else if before.iter().all(|w| w.kind == NameKind::Initial) {
            keys.plain([before, after].concat());
        } else {
            let (surname, initials) = split_trailing_initials(before);
            keys.surname(&surname);
            keys.given(&initials);
            keys.given(&after);
        }
        keys
    }

    /// The keys under which a person of this name is filed.
    pub fn to_file(&self) -> Vec<String> {
        let plain = self.surnames.iter().map(|surname| format!("n:{surname}"));
        plain.chain(self.with_initials(self.initials.is_empty())).collect()
    }

    /// The keys under which people are filed who may be the person of this name.
    pub fn to_find(&self) -> Vec<String> {
        if self.initials.is_empty() {
            return self.surnames.iter().map(|surname| format!("n:{surname}")).collect();
        }
        self.with_initials(true).collect()
    }

    /// Whether both may be the same person.
    pub fn matches(&self, other: &Self) -> bool {
        let no_contradiction = self.initials.is_empty()
            || other.initials.is_empty()
            || !self.initials.is_disjoint(&other.initials);
        no_contradiction && !self.surnames.is_disjoint(&other.surnames)
    }

    /// A key for each surname with each initial; `-` stands for "no initial known".
    fn with_initials(&self, also_none: bool) -> impl Iterator<Item = String> {
        let none = also_none.then_some('-');
        self.surnames.iter().flat_map(move |surname| {
            self.initials.iter().copied().chain(none).map(move |i| format!("n:{surname}|{i}"))
        })
    }

    /// Reads a name in the order of speech, or with its initials behind it.
    fn plain(&mut self, words: Vec<Word>) {
        let (words, trailing) = split_trailing_initials(words);
        self.given(&trailing);
        let start = surname_start(&words);
        self.surname(&words[start..]);
        self.given(&words[..start]);
        // "Carlos Garcia Lopez", "Jan Pieter Wit": the middle may be either.
        let middle = words[..start].iter().filter(|w| w.kind == NameKind::Full).skip(1);
        self.surnames.extend(middle.filter(|w| !w.tied).map(|w| w.text.clone()));
    }

    fn given(&mut self, words: &[Word]) {
        let given = words.iter().filter(|w| w.kind != NameKind::Particle);
        self.initials.extend(given.filter_map(|w| w.text.chars().next()));
    }

    /// Each full word is a key, alone and written together with the particles before it.
    fn surname(&mut self, words: &[Word]) {
        let mut particles = String::new();
        for word in words {
            if word.kind == NameKind::Particle {
                particles.push_str(&word.text);
                continue;
            }
            if !particles.is_empty() {
                self.surnames.insert(format!("{particles}{}", word.text));
                particles.clear();
            }
            self.surnames.insert(word.text.clone());
        }
        if self.surnames.is_empty() {
            self.surnames.extend(words.last().map(|w| w.text.clone()));
        }
    }
}

/// Where the surname begins.
fn surname_start(words: &[Word]) -> usize {
    let full = |w: &Word| w.kind == NameKind::Full;
    let Some(last) = words.iter().rposition(full) else {
        return words.len().saturating_sub(1);
    };
    let particle = words[..last].iter().position(|w| w.kind == NameKind::Particle);
    let led_by_initials = words.first().is_some_and(|w| w.kind == NameKind::Initial);
    let mut start = match particle {
        Some(at) => at,
        None if led_by_initials => words.iter().position(full).unwrap_or(last),
        None => last,
    };
    while start > 0 && words[start].tied {
        start -= 1;
    }
    start
}

/// Takes "J." or "J. de" off "Wit J. de", if a surname is left.
fn split_trailing_initials(words: Vec<Word>) -> (Vec<Word>, Vec<Word>) {
    let mut rest = words;
    let end = rest.iter().rposition(|w| w.kind == NameKind::Full).map_or(0, |at| at + 1);
    if end == 0 || rest[end..].iter().all(|w| w.kind == NameKind::Particle) {
        return (rest, Vec::new());
    }
    let trailing = rest.split_off(end);
    (rest, trailing)
}

/// The words of a folded name, without titles, each with its kind.
fn read(folded: &str) -> Vec<Word> {
    let mut words = split(folded);
    join_married(&mut words);
    for at in 0..words.len() {
        words[at].kind = kind(&words, at);
    }
    strip_titles(&mut words);
    words.truncate(MOST_WORDS);
    words
}

fn split(folded: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut open, mut tied) = (false, false);
    for c in folded.chars() {
        if c.is_alphanumeric() {
            if !open {
                let tied = std::mem::take(&mut tied) && !words.is_empty();
                words.push(Word { text: String::new(), tied, dotted: false, kind: NameKind::Full });
            }
            open = true;
            if let Some(word) = words.last_mut() {
                word.text.push(c);
            }
        } else if c != '\'' {
            if let Some(word) = words.last_mut()
                && open
            {
                word.dotted = c == '.';
            }
            open = false;
            tied |= c == '-';
        }
    }
    words
}

/// "Jansen e.v. de Wit" is read as "Jansen-de Wit".
fn join_married(words: &mut Vec<Word>) {
    let mut at = 1;
    while at < words.len() {
        let after_name = words[at - 1].text.chars().count() > 1;
        let apart = words[at].text == "e" && words.get(at + 1).is_some_and(|w| w.text == "v");
        let joins = apart || JOINS.contains(&words[at].text.as_str());
        if joins && after_name && at + 1 + usize::from(apart) < words.len() {
            words.drain(at..=at + usize::from(apart));
            words[at].tied = true;
        }
        at += 1;
    }
}

fn kind(words: &[Word], at: usize) -> NameKind {
    let text = words[at].text.as_str();
    let next = words.get(at + 1).filter(|w| !w.tied).map(|w| w.text.as_str());
    let before = at.checked_sub(1).map(|at| words[at].text.as_str());
    let particle = match text {
        // "v.d. Berg" and "v Dijk"; but "V. Jansen" is somebody's initial.
        "v" => next == Some("d") || !words[at].dotted,
        "d" => before == Some("v"),
        "t" | "s" | "l" => !words[at].dotted,
        _ if FARM.contains(&text) => next.is_some_and(|next| next.chars().count() > 1),
        _ => PARTICLES.contains(&text),
    };
    if particle {
        NameKind::Particle
    } else if text.chars().count() == 1 {
        NameKind::Initial
    } else {
        NameKind::Full
    }
}

/// Takes off what is no part of the name, as long as a surname is left.
fn strip_titles(words: &mut Vec<Word>) {
    let named = |words: &[Word]| words.iter().any(|w| w.kind == NameKind::Full);
    loop {
        let article = words.first().is_some_and(|w| w.text == "de")
            && words.get(1).is_some_and(|w| ["heer", "dame", "erven"].contains(&w.text.as_str()));
        let titled = words.get(usize::from(article));
        let count = 1 + usize::from(article);
        let title = titled.is_some_and(|w| TITLES.contains(&w.text.as_str()));
        if !title || !named(&words[count..]) {
            break;
        }
        words.drain(..count);
    }
    while let Some((last, rest)) = words.split_last()
        && SUFFIXES.contains(&last.text.as_str())
        && named(rest)
    {
        words.pop();
    }
}

#[cfg(test)]
mod tests;
