//! The forms in which people begin a visit by text.

use proptest::prelude::*;

use super::*;

fn noon() -> NaiveTime {
    NaiveTime::from_hms_opt(12, 0, 0).unwrap()
}

/// What is read in Enschede at noon: minutes, street with number, postcode, town, name.
fn read(text: &str) -> String {
    let it = match StartText::read(text, noon()) {
        None => return "nothing".into(),
        Some(Err(fault)) => return format!("{fault:?}").to_lowercase(),
        Some(Ok(it)) => it,
    };
    let place = match (&it.place, it.address(Some("Enschede"))) {
        (_, Some(at)) => {
            let letter = at.house_letter.unwrap_or_default();
            let addition = at.addition.map(|addition| format!("-{addition}")).unwrap_or_default();
            let house = format!("{} {}{letter}{addition}", at.street, at.house_number);
            let parts = [house.trim().to_owned(), at.postcode.unwrap_or_default(), at.city];
            let said: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            said.join(", ")
        }
        (SaidPlace::Nowhere, None) => "nowhere".into(),
        (_, None) => "unclear".into(),
    };
    let name = it.name.map(|name| format!("; {name}")).unwrap_or_default();
    format!("{}; {place}{name}", it.minutes)
}

fn are_read(forms: &[(&str, &str)]) {
    let read = |(text, right): &(&str, &str)| {
        let found = read(text);
        (found != *right).then(|| format!("{text:?}: {found}, not {right}"))
    };
    let wrong: Vec<_> = forms.iter().filter_map(read).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn how_long_it_lasts_is_read_in_all_the_ways_in_which_people_say_it() {
    are_read(&[
        ("START 45", "45; nowhere"),
        ("start 45.", "45; nowhere"),
        ("START45", "45; nowhere"),
        ("START: 45 min", "45; nowhere"),
        ("Start nu 45min", "45; nowhere"),
        ("START 45'", "45; nowhere"),
        ("START bezoek van 45 minuten", "45; nowhere"),
        ("BEGIN 45", "45; nowhere"),
        ("bezoek 30 min", "30; nowhere"),
        ("Huisbezoek 1 uur", "60; nowhere"),
        ("ik start, 2 uur", "120; nowhere"),
        ("START een uur", "60; nowhere"),
        ("START uurtje", "60; nowhere"),
        ("START 1u", "60; nowhere"),
        ("START 1 h", "60; nowhere"),
        ("START 1u30", "90; nowhere"),
        ("START 1,5 uur", "90; nowhere"),
        ("START 1.5u", "90; nowhere"),
        ("START 1½ uur", "90; nowhere"),
        ("START anderhalf uur", "90; nowhere"),
        ("START half uur", "30; nowhere"),
        ("start een half uurtje", "30; nowhere"),
        ("START half an hour", "30; nowhere"),
        ("START 1 uur en 15 min", "75; nowhere"),
        ("START 1 uur 30 minuten", "90; nowhere"),
        ("START 2 uur en een kwartier", "135; nowhere"),
        ("START kwartier", "15; nowhere"),
        ("START drie kwartier", "45; nowhere"),
        ("START twintig minuten", "20; nowhere"),
        ("START tot 15:30", "210; nowhere"),
        ("START tot 13.15", "75; nowhere"),
        ("START tot 14u30", "150; nowhere"),
        ("START tot 16 uur", "240; nowhere"),
        ("START tot 4 uur", "240; nowhere"),
        ("START until 13:00", "60; nowhere"),
    ]);
}

#[test]
fn an_address_is_read_in_all_the_ways_in_which_people_say_it() {
    are_read(&[
        ("START 45 Hengelosestraat 51", "45; Hengelosestraat 51, Enschede"),
        ("start 45 hengelosestraat 51", "45; hengelosestraat 51, Enschede"),
        ("START 45 Hengelosestr. 51", "45; Hengelosestr 51, Enschede"),
        ("START 45 Hengelosestraat 51a", "45; Hengelosestraat 51A, Enschede"),
        ("START 45 Hengelosestraat 51 A", "45; Hengelosestraat 51A, Enschede"),
        ("START 45 Hengelosestraat 51-2", "45; Hengelosestraat 51-2, Enschede"),
        ("START 45 Hengelosestraat 58 - 1", "45; Hengelosestraat 58-1, Enschede"),
        ("START 45 Hengelosestraat nr 51", "45; Hengelosestraat 51, Enschede"),
        ("START 45 Kerkstraat 12 h", "45; Kerkstraat 12H, Enschede"),
        ("START 45 Kerkstraat 12 bis", "45; Kerkstraat 12-bis, Enschede"),
        ("START Hengelosestraat 58 2 hoog 30 min", "30; Hengelosestraat 58-2, Enschede"),
        ("START Hengelosestraat 58 1", "60; Hengelosestraat 58-1, Enschede"),
        ("START Hengelosestraat 51 45", "45; Hengelosestraat 51, Enschede"),
        ("START Hengelosestraat 51, 45 min", "45; Hengelosestraat 51, Enschede"),
        ("START Kerkstraat 5 tot 13:00", "60; Kerkstraat 5, Enschede"),
        ("START Hengelosestraat 51", "60; Hengelosestraat 51, Enschede"),
        ("BEGIN Hengelosestraat 51", "60; Hengelosestraat 51, Enschede"),
        ("bezoek Hengelosestraat 51 45 min", "45; Hengelosestraat 51, Enschede"),
        ("START 45 51 Hengelosestraat", "45; Hengelosestraat 51, Enschede"),
        ("START 45 op de Brink 3", "45; Brink 3, Enschede"),
        ("START 45 Oude Markt 3", "45; Oude Markt 3, Enschede"),
        ("START 45 2e Emmastraat 5", "45; 2e Emmastraat 5, Enschede"),
        ("START 45min, Hengelosestraat 51, Hengelo", "45; Hengelosestraat 51, Hengelo"),
        ("START 1 uur Kerkstraat 5 Den Haag", "60; Kerkstraat 5, Den Haag"),
        ("start 1 uur kerkstraat 5 den haag", "60; kerkstraat 5, den haag"),
        ("START 45 Kerkstraat 5 te Bergen op Zoom", "45; Kerkstraat 5, Bergen op Zoom"),
        (
            "START 45 Burgemeester van den Berglaan 3 Alphen aan den Rijn",
            "45; Burgemeester van den Berglaan 3, Alphen aan den Rijn",
        ),
        ("START 45 Enschede, Hengelosestraat 51", "45; Hengelosestraat 51, Enschede"),
        ("START 45 Enschede Hengelosestraat 51", "45; Hengelosestraat 51, Enschede"),
        ("START 45 Hengelosestraat 51 Enschede achterom", "45; Hengelosestraat 51, Enschede"),
        ("START 45 Hengelosestraat 51 achterom", "45; Hengelosestraat 51, Enschede"),
        ("START 45 Kerkstraat 5 groetjes Jan", "45; Kerkstraat 5, Enschede"),
        ("START 45 7514 AD 51", "45; 51, 7514 AD"),
        ("START 45 7514ad 51a", "45; 51A, 7514 AD"),
        ("START 7514AD51 45 min", "45; 51, 7514 AD"),
        (
            "START 45 Hengelosestraat 51, 7514 AD Enschede",
            "45; Hengelosestraat 51, 7514 AD, Enschede",
        ),
        (
            "START 45 7514 AD Enschede Hengelosestraat 51",
            "45; Hengelosestraat 51, 7514 AD, Enschede",
        ),
        (
            "START\n45 min\nKerkstraat 5\n7511 AB Enschede\n\nGroeten,\nJan de Boer 06-12345678",
            "45; Kerkstraat 5, 7511 AB, Enschede",
        ),
        // What may be a PIN is none of an address.
        ("START 45 Hengelosestraat 51 1379", "45; Hengelosestraat 51, Enschede"),
    ]);
}

#[test]
fn who_is_visited_stays_as_it_was_said() {
    are_read(&[
        ("START 45 bij dhr Jansen", "45; nowhere; dhr Jansen"),
        ("START bij dhr Jansen", "60; nowhere; dhr Jansen"),
        ("START 45 bij dhr Jansen Kerkstraat 5", "45; Kerkstraat 5, Enschede; dhr Jansen"),
        ("START 45 bij Jan Jansen Kerkstraat 5", "45; Kerkstraat 5, Enschede; Jan Jansen"),
        ("START 45 bij Hengelosestraat 51", "45; Hengelosestraat 51, Enschede"),
        ("START 45 Kerkstraat 5 bij fam. Jansen", "45; Kerkstraat 5, Enschede; fam Jansen"),
        ("START 45 Kerkstraat 5 mw de Vries", "45; Kerkstraat 5, Enschede; mw de Vries"),
        (
            "START 45 bij mevrouw de Vries, Kerkstraat 5 Hengelo",
            "45; Kerkstraat 5, Hengelo; mevrouw de Vries",
        ),
        (
            "START 45 bij mevrouw Jansen Burgemeester van den Berglaan 3",
            "45; Burgemeester van den Berglaan 3, Enschede; mevrouw Jansen",
        ),
    ]);
}

#[test]
fn what_is_no_address_begins_a_visit_all_the_same() {
    are_read(&[
        ("START 45 achter het station", "45; unclear"),
        ("START 45 Kerkstraat", "45; unclear"),
        ("START Kerkstraat", "60; unclear"),
        ("START 45 7514 AD", "45; unclear"),
        ("START 45 bij dhr Jansen 51", "45; nowhere; dhr Jansen"),
    ]);
}

#[test]
fn what_cannot_be_meant_begins_nothing() {
    are_read(&[
        ("START 4 Kerkstraat 5", "length"),
        ("START 9 uur", "length"),
        ("START 500", "length"),
        ("START tot 11:00", "length"),
        ("START morgen 45 Kerkstraat 5", "unclear"),
        ("START 45 niet", "unclear"),
        ("START 45?", "unclear"),
        ("START om 14:00 Kerkstraat 5", "unclear"),
    ]);
}

#[test]
fn other_words_are_none_of_it() {
    for text in [
        "START",
        "Start!",
        "START 2580",
        "bezoek",
        "Begin maar vast",
        "bezoek klaar",
        "bezoek is over een kwartiertje klaar",
        "Bezoek loopt uit, graag 30 minuten extra",
        "bezoek 30 min langer",
        "ok start 45",
        "startpunt is het gemeentehuis",
        "Hengelosestraat 51",
        "45 min",
        "> START 45 Hengelosestraat 51",
        "Liked “START 45 Hengelosestraat 51”",
    ] {
        assert_eq!(read(text), "nothing", "{text}");
    }
}

#[test]
fn an_address_without_a_town_is_none_where_nobody_knows_ours() {
    let at = |text: &str, home| StartText::read(text, noon()).unwrap().unwrap().address(home);
    assert!(at("START 45 Hengelosestraat 51", None).is_none());
    assert!(at("START 45 Hengelosestraat 51 Hengelo", None).is_some());
    assert!(at("START 45 7514 AD 51", None).is_some());
}

proptest! {
    #[test]
    fn nothing_that_people_send_breaks_it(rest in ".{0,120}") {
        for body in [format!("START {rest}"), format!("bezoek{rest}"), rest] {
            if let Some(Ok(it)) = StartText::read(&body, noon()) {
                prop_assert!((SHORTEST..=LONGEST).contains(&it.minutes), "{body}");
                let _ = it.address(Some("Enschede"));
            }
        }
    }
}
