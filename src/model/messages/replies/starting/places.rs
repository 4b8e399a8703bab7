//! Where somebody goes, and to whom: street, number, postcode and town as people write them in a text.

use super::pieces::Piece;
use crate::model::register::{
    address::{AddressInput, HouseNumberInput, Postcode},
    house_number::HouseNumber,
};

/// What begins a name.
const NAMED: &str = "bij dhr hr mevr mevrouw mw mej meneer mijnheer heer fam familie";

/// Said before an address, they change nothing.
const BEFORE: &str = "\
    op in aan te naar adres het de voor met van is nu ca circa ongeveer ong lang minuten uur \
    gesprek afspraak bezoek huisbezoek";

/// Small words within the name of a street or town.
const SMALL: &str = "van v vd v.d de den der het 't ter ten te aan op in 's";

/// With these begin streets of more than one word.
const FIRST: &str = "\
    burgemeester burg dr doctor dokter prof professor oude nieuwe grote kleine korte lange hoge lage \
    st sint koningin koning prins prinses pastoor past kapelaan ds dominee mr meester ir generaal \
    1e 2e 3e 4e eerste tweede derde vierde";

/// How the name of a street ends.
const ENDS: &str = "\
    straat str weg laan ln plein singel kade hof pad dijk steeg gracht park markt dreef ring allee \
    baan brink kamp veld wal plantsoen boulevard";

/// What follows a number and is no town.
const NO_TOWN: &str = "\
    achterom achter boven beneden onder voor naast links rechts met samen alleen graag groet groeten \
    groetjes grtz gr mvg regards dank bedankt hoi ok oke portiek flat hoek kantoor thuis daarna op aan van \
    bij tot om";

/// A name has no more letters.
const LONGEST_NAME: usize = 200;

/// What was said of where it is.
#[derive(Clone, Debug, Default)]
pub enum SaidPlace {
    #[default]
    Nowhere,
    /// Something that is not understood as an address.
    Unclear,
    At(Box<AddressInput>),
}

/// What was read of place and people.
#[derive(Debug, Default)]
pub(super) struct ReadPlace {
    pub(super) place: SaidPlace,
    pub(super) name: Option<String>,
    /// Whether it has a postcode, or a street that is surely one.
    pub(super) is_sure: bool,
}

/// Reads them. A number behind the address is how long it lasts, where nothing else is: `minutes`.
pub(super) fn read(mut pieces: Vec<Piece>, minutes: &mut Option<u32>) -> ReadPlace {
    let postcode = take_postcode(&mut pieces);
    let name = take_name(&mut pieces);
    // A number alone may be a PIN.
    let says = |piece: &Piece| !piece.is(BEFORE) && !piece.is_number();
    let is_said = postcode.is_some() || pieces.iter().any(says);
    let has_postcode = postcode.is_some();
    match address(pieces, postcode, minutes) {
        Some(address) => {
            let street = address.street.as_deref().unwrap_or_default();
            let is_sure = has_postcode || is_street(street);
            ReadPlace { place: SaidPlace::At(Box::new(address)), name, is_sure }
        }
        None if is_said => ReadPlace { place: SaidPlace::Unclear, name, is_sure: false },
        None => ReadPlace { name, ..ReadPlace::default() },
    }
}

/// `7514 AD`, `7514ad`, and `7514AD51`, which leaves the number.
fn take_postcode(pieces: &mut Vec<Piece>) -> Option<String> {
    for at in 0..pieces.len() {
        let text = pieces[at].text.clone();
        if let Some((code, house)) = text.split_at_checked(6)
            && (house.is_empty() || house.starts_with(|c: char| c.is_ascii_digit()))
            && let Ok(code) = code.parse::<Postcode>()
        {
            match house {
                "" => drop(pieces.remove(at)),
                house => pieces[at] = Piece::new(house, true),
            }
            stands_apart(pieces, at);
            return Some(code.to_string());
        }
        let is_word = |piece: &Piece| piece.is("in te op") && piece.is_lower();
        let letters = pieces.get(at + 1).filter(|next| next.text.len() == 2 && !is_word(next));
        let letters = letters.filter(|_| text.len() == 4);
        let code = letters.map(|letters| format!("{text}{}", letters.text).parse::<Postcode>());
        if let Some(Ok(code)) = code {
            pieces.drain(at..at + 2);
            stands_apart(pieces, at);
            return Some(code.to_string());
        }
    }
    None
}

/// What stood before this was taken out.
fn stands_apart(pieces: &mut [Piece], at: usize) {
    if let Some(next) = pieces.get_mut(at) {
        next.apart = true;
    }
}

/// Whoever is visited: `bij dhr Jansen`, `mevrouw de Vries`. A street may follow at once.
fn take_name(pieces: &mut Vec<Piece>) -> Option<String> {
    let mark = pieces.iter().position(|piece| piece.is(NAMED))?;
    let stops = |at: &usize| pieces[*at].apart || pieces[*at].begins_with_digit();
    let end = (mark + 1..pieces.len()).find(stops).unwrap_or(pieces.len());
    let has_number = pieces.get(end).is_some_and(|piece| !piece.apart && piece.begins_with_digit());
    let is_behind = pieces[..mark].iter().any(Piece::begins_with_digit);
    let words = &pieces[mark + 1..end];
    let title = words.iter().rposition(|word| word.is(NAMED)).map_or(0, |at| at + 1);
    // After a title there is at least a word of the name.
    let of_name = usize::from(title > 0 || !pieces[mark].is("bij"));
    let street = match has_number && !is_behind {
        true => street_words(&words[title..]).min(words[title..].len().saturating_sub(of_name)),
        false => 0,
    };
    let the = mark > 0 && pieces[mark].is("heer") && pieces[mark - 1].is("de");
    let from = mark - usize::from(the);
    let taken: Vec<Piece> = pieces.drain(from..end - street).collect();
    stands_apart(pieces, from);
    let words: Vec<&str> = taken.iter().filter(|p| !p.is("bij")).map(|p| p.text.as_str()).collect();
    let name: String = words.join(" ").chars().take(LONGEST_NAME).collect();
    Some(name).filter(|name| !name.is_empty())
}

/// How many of these words, right before a number, are its street.
fn street_words(words: &[Piece]) -> usize {
    let Some(last) = words.len().checked_sub(1) else { return 0 };
    let mut first = last;
    // `Hengelose straat`.
    if first > 0 && words[first].is(ENDS) {
        first -= 1;
    }
    while first > 0 && (words[first - 1].is(SMALL) || words[first - 1].is(FIRST)) {
        first -= 1;
    }
    words.len() - first
}

fn is_street(name: &str) -> bool {
    let name = name.to_lowercase();
    ENDS.split_ascii_whitespace().any(|end| name.ends_with(end))
}

/// Street and town before the number, or the town behind it.
fn address(
    mut pieces: Vec<Piece>,
    postcode: Option<String>,
    minutes: &mut Option<u32>,
) -> Option<AddressInput> {
    if postcode.is_none() {
        number_last(&mut pieces);
    }
    let first = usize::from(postcode.is_none());
    let at = (first..pieces.len()).find(|at| is_house(&pieces, *at))?;
    let house = take_house(&mut pieces, at, minutes);
    let mut behind = pieces.split_off(at);
    behind.retain(|piece| !piece.begins_with_digit());
    let (before, street) = street_of(pieces);
    if street.is_empty() && postcode.is_none() {
        return None;
    }
    let cased = street.chars().any(char::is_uppercase);
    let towns = [town(&behind, cased), town(&before, cased)];
    Some(AddressInput {
        street: Some(street),
        house_number: Some(HouseNumberInput::Text(house)),
        postcode,
        city: towns.into_iter().find(|town| !town.is_empty()),
        ..AddressInput::default()
    })
}

/// `51 Hengelosestraat`; what else is a number before a street is none of a house.
fn number_last(pieces: &mut Vec<Piece>) {
    let leads = |piece: &Piece| piece.begins_with_digit() && !is_ordinal(&piece.word);
    while pieces.first().is_some_and(leads) {
        let number = pieces.remove(0);
        let has_another = pieces.iter().any(leads);
        let street = pieces.iter().position(|piece| is_street(&piece.word));
        if let (false, Some(street), true) = (has_another, street, number.word.len() <= 4) {
            pieces.insert(street + 1, Piece { apart: false, ..number });
        }
    }
}

/// `2e`, as in `2e Emmastraat`.
fn is_ordinal(word: &str) -> bool {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
    matches!(rest, "e" | "de" | "ste")
}

fn is_house(pieces: &[Piece], at: usize) -> bool {
    let piece = &pieces[at];
    let begins_street = at == 0
        && is_ordinal(&piece.word)
        && pieces.get(1).is_some_and(|next| !next.apart && !next.begins_with_digit());
    piece.begins_with_digit() && !begins_street && piece.text.parse::<HouseNumber>().is_ok()
}

/// The number with letter and addition.
fn take_house(pieces: &mut Vec<Piece>, at: usize, minutes: &mut Option<u32>) -> String {
    let mut house = pieces.remove(at).text;
    while let Some(next) = pieces.get(at).filter(|next| !next.apart && is_addition(next)) {
        let longer = format!("{house} {}", next.text);
        let is_length = minutes.is_none() && is_round(next);
        if is_length || longer.parse::<HouseNumber>().is_err() {
            break;
        }
        house = longer;
        pieces.remove(at);
    }
    if minutes.is_none()
        && let Some(length) = pieces.iter().skip(at).position(is_round)
    {
        *minutes = pieces.remove(at + length).word.parse().ok();
        stands_apart(pieces, at + length);
    }
    house
}

fn is_addition(piece: &Piece) -> bool {
    let is_letter = piece.text.len() == 1 && piece.text.bytes().all(|b| b.is_ascii_alphabetic());
    let is_short = piece.is_number() && piece.word.len() <= 3;
    is_letter
        || is_short
        || piece.text.starts_with('-')
        || piece.is("bis hs huis zwart rood hoog hg ii iii iv")
}

/// A number behind that of a house is a time rather than an addition.
fn is_round(piece: &Piece) -> bool {
    let minutes = piece.word.parse::<u32>().ok().filter(|_| piece.is_number());
    minutes.is_some_and(|minutes| (5..=480).contains(&minutes) && minutes % 5 == 0)
}

/// The street, and a town that was named before it.
fn street_of(mut words: Vec<Piece>) -> (Vec<Piece>, String) {
    while words.last().is_some_and(|word| word.is("nr nummer no huisnummer")) {
        words.pop();
    }
    let comma = (1..words.len()).rev().find(|at| words[*at].apart);
    let street = words.split_off(comma.unwrap_or_default());
    let street = without_before(street);
    (without_before(words), joined(&street))
}

fn without_before(words: Vec<Piece>) -> Vec<Piece> {
    words.into_iter().skip_while(|word| word.is(BEFORE) && word.is_lower()).collect()
}

fn joined(words: &[Piece]) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// The town with which these words begin: one word, and those that belong to it.
fn town(words: &[Piece], cased: bool) -> String {
    let start = words.iter().take_while(|word| word.is("in te")).count();
    let words = &words[start..];
    let is_town = |first: &Piece| {
        let named = !first.is_lower() || !cased;
        named && !first.is(NO_TOWN) && first.text.chars().any(char::is_alphabetic)
    };
    if !words.first().is_some_and(is_town) {
        return String::new();
    }
    let goes_on = |at: &usize| {
        let (last, word) = (&words[at - 1], &words[*at]);
        let ahead = words[*at..].iter().take_while(|w| !w.apart).find(|w| !w.is(SMALL));
        let leads_on =
            ahead.is_some_and(|next| !next.is_lower() || word.is("aan") || next.is("zoom"));
        let follows = match word.is(SMALL) {
            true => leads_on,
            false => last.is(SMALL) || !word.is_lower(),
        };
        !word.apart && follows && (word.is(SMALL) || !word.is(NO_TOWN))
    };
    let end = 1 + (1..words.len()).take_while(goes_on).count();
    joined(&words[..end])
}
