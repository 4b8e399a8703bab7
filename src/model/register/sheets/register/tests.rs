//! Measures as offices list them; what is written comes back; every fault stands where it is.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::model::{
    clock::Instant,
    ids::{EntryId, PersonId},
    register::{EntryState, HitContact, Limits},
};

fn now() -> Instant {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

fn today() -> NaiveDate {
    "2026-11-23".parse().unwrap()
}

fn read_all(file: &[u8]) -> (Vec<Entry>, RowFaults) {
    let mut faults = RowFaults::default();
    let sheet = Sheet::read(file, &COLUMNS, MOST_ROWS, &mut faults);
    let nobody = uuid::Uuid::nil();
    let entries = read(&sheet, &mut faults, |input| {
        let (id, by) = (EntryId(nobody), PersonId(nobody));
        Entry::propose(id, input, Limits::default(), by, now(), today())
    });
    (entries, faults)
}

const HEADERS: &str = "Naam;Geboortedatum;Maatregel;Ingangsdatum;Einddatum;Herbeoordeling;Reden;\
    Contactpersoon;Telefoon;Straat;Huisnummer;Postcode;Plaats;Straat 2;Huisnummer 2;Plaats 2\n";

#[test]
fn a_list_of_an_office_is_read() {
    let file = format!(
        "{HEADERS}J. de Wit;01-02-1980;Contactverbod;01-11-2026;1-2-2027;2027-01-15;Bedreigde.;\
         Els;'+31534818181;;51A;7514ad;;Langestraat;3-B;Enschede\n"
    );
    let (entries, faults) = read_all(file.as_bytes());
    assert_eq!(faults, RowFaults::default());
    let entry = &entries[0];
    assert_eq!((entry.measure, entry.until), (Measure::ContactBan, "2027-02-01".parse().unwrap()));
    assert_eq!(entry.addresses[0].house_letter.as_deref(), Some("A"));
    assert_eq!(entry.addresses[1].city, "Enschede");
    assert_eq!(
        (entry.contact.phone.as_str(), &entry.state),
        ("+31534818181", &EntryState::Proposed)
    );
}

#[test]
fn every_fault_of_every_row_is_told_where_it_stands() {
    let file = format!(
        "{HEADERS};31-02-1980;boete;soon;1-2-2027;2027-01-15;;Els;1;;;;;;x;\n\
         Kind;01-02-2015;Waarschuwingsbrief;01-11-2026;1-2-2027;2027-01-15;R;Els;0534818181;;;;;;;\n\
         Oud;;Waarschuwingsbrief;01-01-2026;01-06-2026;2026-03-01;R;Els;0534818181;;;;;;;\n"
    );
    let (_, faults) = read_all(file.as_bytes());
    let told: Vec<_> = faults
        .told
        .iter()
        .map(|f| (f.line, f.column.as_deref().unwrap_or_default(), f.code.as_str()))
        .collect();
    let expected = [
        (2, "Naam", "required"),
        (2, "Geboortedatum", "invalid"),
        (2, "Straat 2", "required"),
        (2, "Plaats 2", "required"),
        (2, "Huisnummer 2", "invalid"),
        (2, "Maatregel", "invalid"),
        (2, "Ingangsdatum", "invalid"),
        (2, "Reden", "required"),
        (2, "Telefoon", "invalid"),
        (3, "Geboortedatum", "child"),
        (4, "Einddatum", "ended"),
    ];
    assert_eq!(told, expected);
    assert_eq!(faults.lines(), 3);
}

/// A text as people type it, with whatever a table might stumble over.
fn words() -> impl Strategy<Value = String> {
    "[='+@a-zA-Zéëïøß’\"-]([ -~éëïøß\n\t;,\"'=+@-]{0,30}[a-zé\"';,])?"
        .prop_filter("without spaces around", |text| text.trim() == text && !text.is_empty())
}

fn an_address() -> impl Strategy<Value = Address> {
    let text = "[A-Za-zéë'=+-][A-Za-zé'; ,\"-]{0,20}[a-z]";
    let some = prop::option::of(Just("7514 AD".to_owned()));
    let letter = prop::option::of("[A-Z]");
    (text, 1..99_999_u32, letter, some, text).prop_map(
        |(street, number, letter, postcode, city)| {
            let tidy = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
            Address {
                street: tidy(street),
                house_number: number,
                house_letter: letter,
                addition: None,
                postcode,
                city: tidy(city),
                bag_id: None,
                addressable_object_id: None,
                district_code: None,
                neighbourhood_code: None,
            }
        },
    )
}

fn an_entry() -> impl Strategy<Value = Entry> {
    let addresses = prop::collection::vec(an_address(), 0..4);
    let extras = (prop::option::of(words()), prop::option::of(words()));
    let born = prop::option::of(0..20_000_u64);
    (words(), born, any::<bool>(), words(), words(), addresses, extras).prop_map(
        |(name, born, ban, reason, contact, addresses, (open_channel, representative))| Entry {
            id: EntryId(uuid::Uuid::nil()),
            name: format!("a{name}"),
            birth_date: born
                .and_then(|n| NaiveDate::from_ymd_opt(1940, 1, 1)?.checked_add_days(Days::new(n))),
            addresses,
            measure: if ban { Measure::ContactBan } else { Measure::WarningLetter },
            from: "2026-11-01".parse().unwrap(),
            until: "2027-02-01".parse().unwrap(),
            review_on: "2027-01-15".parse().unwrap(),
            reason,
            contact: HitContact { name: contact, phone: "+31534818181".parse().unwrap() },
            proposed_by: PersonId(uuid::Uuid::nil()),
            proposed_at: now(),
            state: EntryState::Proposed,
            dossier: crate::model::incidents::measures::Dossier {
                open_channel,
                representative,
                ..Default::default()
            },
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn what_is_written_comes_back(entries in prop::collection::vec(an_entry(), 1..4)) {
        let (read, faults) = read_all(&write(&entries));
        prop_assert_eq!(faults, RowFaults::default());
        prop_assert_eq!(read, entries);
    }
}
