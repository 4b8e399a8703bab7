//! Whether a text cries for help. An alarm too many is better than one too few.

use super::{
    lexicon::{BETWEEN, CALLING, HELP, HELP_ALONE, HELP_PHRASES, HELPERS, LIKE_HELP, NO, RESCUERS},
    spotting::{holds, is_one_of, phrases, places},
    tidy::{Sign, Tidy},
};

/// Whether it does.
pub(super) fn for_help(text: &Tidy) -> bool {
    let words = &text.words;
    let alone = || matches!(words.as_slice(), [one] if is_one_of(one, HELP_ALONE));
    text.signs.contains(&Sign::Help)
        || text.cries_below
        || presses_help(words)
        || (0..words.len()).any(|at| is_cry(words, at))
        || phrases(HELP_PHRASES).any(|said| places(words, &said).any(|at| !is_denied(words, at)))
        || calls_rescuers(words)
        || wants_a_hand(words)
        || alone()
}

fn is_cry(words: &[String], at: usize) -> bool {
    let word = &words[at];
    (is_one_of(word, HELP) || slipped(word)) && !is_denied(words, at) && !lends_a_hand(words, at)
}

/// `geen hulp`, `geen verdere hulp`, `hulp is niet nodig`.
fn is_denied(words: &[String], at: usize) -> bool {
    let is =
        |back: usize, known: &str| at.checked_sub(back).is_some_and(|at| holds(known, &words[at]));
    let after: Vec<&str> = words[at + 1..].iter().take(3).map(String::as_str).collect();
    let not_needed = after.iter().any(|word| holds(NO, word))
        && after.iter().any(|word| matches!(*word, "nodig" | "needed" | "necessary"));
    is(1, NO) || (is(1, BETWEEN) && is(2, NO)) || not_needed
}

/// 112 by itself, also digit by digit; nothing but nines.
fn presses_help(words: &[String]) -> bool {
    let digits: String = words.concat();
    let nines = !digits.is_empty() && digits.bytes().all(|b| b == b'9');
    let apart = words.first_chunk::<3>().is_some_and(|some| some.iter().eq(["1", "1", "2"]));
    let is_number =
        |at: usize| words.get(at).is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit()));
    let by_itself = |at: usize| {
        let before = at.checked_sub(1);
        let of_a_house = before.is_some_and(|at| is_number(at) || is_place(&words[..=at]));
        words[at] == "112" && !of_a_house && !is_number(at + 1)
    };
    nines || apart || (0..words.len()).any(by_itself)
}

/// Whether a number behind these words is that of a house. `Oude Markt 112` is an address, `sta op de markt
/// 112` and `bel nummer 112` are cries: a noun by itself is part of a name only behind what names it.
fn is_place(before: &[String]) -> bool {
    let Some((word, named)) = before.split_last() else { return false };
    let last = named.last().map_or("", String::as_str);
    let ends = |known: &str| known.split_ascii_whitespace().any(|end| word.ends_with(end));
    let is_numbered = !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit());
    if holds("nummer nr", word) {
        return !holds(CALLING, last);
    }
    if holds(STREETS, word) || holds(MORE_STREETS, word) {
        return is_numbered || holds(NAMING, last);
    }
    ends(STREETS) || ends(MORE_STREETS) && word != "supermarkt" && !holds(POINTING, last)
}

/// How names of streets end.
const STREETS: &str = "straat weg laan plein singel kade hof pad dijk steeg nummer nr huis";

/// The same, where what ends so may be no street as well.
const MORE_STREETS: &str = "\
    straatje gracht markt park plantsoen dreef akker veld brink boulevard allee haven baan";

/// Before a street that has no other name, and before an address.
const NAMING: &str = "\
    oude nieuwe grote kleine lange korte hoge lage brede smalle eerste tweede noord zuid oost west \
    start begin bezoek huisbezoek min minuten uur adres";

/// Before a place that is pointed at.
const POINTING: &str = "de het een the a in op bij at on this dit deze die dat";

/// What a hurried finger makes of `help` and `hulp`: one letter wrong, missing, too many, or two the
/// wrong way round.
fn slipped(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let of = |cry: &str| is_one_slip(&letters, &cry.chars().collect::<Vec<_>>());
    (3..=5).contains(&letters.len()) && !holds(LIKE_HELP, word) && (of("help") || of("hulp"))
}

fn is_one_slip(word: &[char], meant: &[char]) -> bool {
    let same = word.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let (word, meant) = (&word[same..], &meant[same..]);
    let rest = |some: &[char], from: usize| some.get(from..).unwrap_or_default().to_vec();
    let swapped = word.len() > 1 && meant.len() > 1 && word[0] == meant[1] && word[1] == meant[0];
    rest(word, 1) == rest(meant, 1)
        || word == rest(meant, 1)
        || rest(word, 1) == meant
        || (swapped && rest(word, 2) == rest(meant, 2))
}

/// `ik help mevrouw nog even`, `dank voor de hulp`: no cries.
fn lends_a_hand(words: &[String], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| words[at].as_str());
    let own = before.is_some_and(|word| holds(HELPERS, word));
    let thanks = words[..at].iter().rev().take(2).any(|word| word == "voor");
    let after = words.get(at + 1).map(String::as_str);
    let for_me = matches!(after, Some("me" | "mij" | "ons" | "us" | "nodig" | "please"));
    (own || thanks) && !for_me && holds("help hulp elp ulp", &words[at])
}

/// `kunnen jullie me helpen`, `helpt mij`.
fn wants_a_hand(words: &[String]) -> bool {
    let hand = |at: usize| {
        let mut near = words[at.saturating_sub(3)..words.len().min(at + 2)].iter();
        let for_me = near.any(|word| holds("me mij mie ons mich mir", word));
        holds("helpen helpt", &words[at]) && for_me && !is_denied(words, at)
    };
    (0..words.len()).any(hand)
}

fn calls_rescuers(words: &[String]) -> bool {
    let mut rescuers = (0..words.len()).filter(|at| is_one_of(&words[*at], RESCUERS));
    let called = || words.iter().any(|word| holds(CALLING, word));
    rescuers.any(|at| !is_denied(words, at)) && called()
}
