//! The demo municipality: personas, teams, a district officer and a filled register.

use chrono::{Days, Months};

use crate::{
    model::{
        clock::Instant,
        ids::{EntryId, OfficerId, PersonId, Randomness, TeamId},
        incidents::letters::{Letterhead, Remedy, RemedyKind},
        messages::language::Language,
        people::{
            Mobile, Person, Role,
            pins::PinHashes,
            teams::{Ladder, Organisation, Rung, Team, WatchPolicy, Who},
        },
        register::{Entry, EntryState, HitContact, Measure, address::Address},
        visits::officers::{Area, Officer},
    },
    service::people::personas::email,
    store::{
        Db, Error, Tx,
        people::{self, teams},
        register,
    },
};

/// The PIN of every persona in the demo.
pub const PIN: &str = "2580";

/// The duress PIN of every persona in the demo.
pub const DURESS_PIN: &str = "1379";

struct DemoPersona(&'static str, &'static str, &'static str, &'static [Role]);

const PERSONAS: [DemoPersona; 7] = [
    DemoPersona("worker", "Jan Bakker", "+31612345678", &[Role::Worker]),
    DemoPersona("colleague", "Sanne Vos", "+31687654321", &[Role::Worker]),
    DemoPersona("manager", "Ruud Smit", "+31611223344", &[Role::Manager]),
    DemoPersona("deputy", "Fatima El Amrani", "+31622334455", &[Role::Manager]),
    DemoPersona("desk", "Els de Groot", "+31633445566", &[Role::AggressionDesk]),
    DemoPersona("desk2", "Tom Hendriks", "+31644556677", &[Role::AggressionDesk]),
    DemoPersona("admin", "Noor Visser", "+31655667788", &[Role::Administrator, Role::Auditor]),
];

/// Fills an empty database; one that was filled before stays as it is.
///
/// # Errors
/// When the store fails.
pub async fn seed(
    db: &Db,
    random: crate::model::ids::SharedRandomness,
    now: Instant,
) -> Result<(), Error> {
    let hasher = random.clone();
    let pins = tokio::task::spawn_blocking(move || {
        let (pin, duress) = (PIN.parse().ok()?, DURESS_PIN.parse().ok()?);
        // As people chose them before the first key counted: the demo shows how those go on.
        PinHashes::of(&pin, &duress, &*hasher).ok()
    });
    let pins = pins.await.unwrap_or_default();
    // The first number that is read builds tables for a while: a transaction must not wait for that.
    let everybody = everybody(pins, &*random, now)?;
    db.write(move |tx| {
        Box::pin(async move {
            if teams::organisation(tx).await?.is_some() {
                return Ok(());
            }
            for person in &everybody {
                people::insert(tx, person).await?;
            }
            let ids: Vec<_> = everybody.iter().map(|person| person.id).collect();
            organisation(tx, &ids, &*random, now).await?;
            fill_register(tx, &ids, &*random, now).await
        })
    })
    .await
}

fn unreadable<E: std::fmt::Display>(why: E) -> Error {
    Error::Unreadable(why.to_string())
}

fn everybody(
    pins: Option<PinHashes>,
    random: &dyn Randomness,
    now: Instant,
) -> Result<Vec<Person>, Error> {
    let person = |DemoPersona(persona, name, number, roles): &DemoPersona| {
        let number = number.parse().map_err(unreadable)?;
        Ok(Person {
            id: PersonId::new(random, now),
            name: (*name).into(),
            email: email(persona),
            roles: roles.to_vec(),
            mobile: Some(Mobile { number, verified_at: Some(now), opted_out_at: None }),
            language: Language::Nl,
            button: None,
            pins: pins.clone(),
            active: true,
        })
    };
    PERSONAS.iter().map(person).collect()
}

fn letterhead() -> Letterhead {
    Letterhead {
        address: "Postbus 20\n7500 AA Enschede".into(),
        place: "Enschede".into(),
        signatory: "M. van Voorbeeld".into(),
        data_protection_officer: "privacy@voorbeeld.example".into(),
        privacy_notice: None,
        remedy: Remedy {
            kind: RemedyKind::Objection,
            at: "Gemeente Voorbeeld, Postbus 20, 7500 AA Enschede".into(),
            weeks: 6,
        },
    }
}

async fn organisation(
    tx: &mut Tx,
    ids: &[PersonId],
    random: &dyn Randomness,
    now: Instant,
) -> Result<(), Error> {
    let [worker, colleague, manager, deputy, _, _, admin] = ids else { return Ok(()) };
    let last_resort = Rung {
        who: vec![Who::Desk, Who::Person { person: *admin }],
        channels: Ladder::default().rungs[0].channels.clone(),
        wait_minutes: 5,
    };
    let ladder = Ladder { rungs: vec![last_resort], repeat_minutes: 5, out_of_hours: None };
    let call_number = "+31534818181".parse().map_err(unreadable)?;
    let organisation = Organisation {
        name: "Gemeente Voorbeeld".into(),
        call_number,
        ladder,
        letterhead: Some(letterhead()),
    };
    teams::save_organisation(tx, &organisation, 0).await?;
    let team = |name: &str, members: Vec<PersonId>| Team {
        id: TeamId::new(random, now),
        name: name.into(),
        members,
        managers: vec![*manager],
        deputies: vec![*deputy],
        policy: WatchPolicy::default(),
        ladder: Ladder::default(),
    };
    teams::insert(tx, &team("Wmo en inkomen", vec![*worker, *colleague])).await?;
    teams::insert(tx, &team("Handhaving", vec![*colleague])).await?;
    let officer = Officer {
        id: OfficerId::new(random, now),
        name: "Karin Wolters".into(),
        mobile: Some("+31681234567".parse().map_err(unreadable)?),
        email: Some("wijkagent@demo.rugdekking.example".into()),
        areas: vec![Area::Postcodes {
            postcode_from: "7500".into(),
            postcode_until: "7549".into(),
        }],
    };
    teams::save_officer(tx, &officer, 0).await
}

const SURNAMES: [&str; 12] = [
    "Brinkhuis",
    "ter Braak",
    "Wolterink",
    "Nijkamp",
    "Oude Luttikhuis",
    "Scholten",
    "Elferink",
    "Kamphuis",
    "Lammerink",
    "Morsink",
    "Reinders",
    "Wessels",
];

const STREETS: [(&str, &str); 6] = [
    ("Beukenlaan", "7523 KD"),
    ("Wilgenstraat", "7531 AB"),
    ("Kuipersdijk", "7541 XE"),
    ("Lipperkerkstraat", "7533 AA"),
    ("Haaksbergerstraat", "7545 GC"),
    ("Roomweg", "7523 BM"),
];

async fn fill_register(
    tx: &mut Tx,
    ids: &[PersonId],
    random: &dyn Randomness,
    now: Instant,
) -> Result<(), Error> {
    let [.., desk, desk2, _] = ids else { return Ok(()) };
    let today = now.date_naive();
    for nth in 0..60_u32 {
        let (street, postcode) = STREETS[nth as usize % STREETS.len()];
        let surname = SURNAMES[nth as usize % SURNAMES.len()];
        let initial = char::from(b'A' + u8::try_from(nth % 26).unwrap_or(0));
        // A few have lapsed, to show that those never hit.
        let from = today - Days::new(u64::from(nth) * 5);
        let until = from + Months::new(if nth % 3 == 0 { 12 } else { 6 });
        let address = Address {
            street: street.into(),
            house_number: 21 + nth,
            house_letter: None,
            addition: None,
            postcode: Some(postcode.into()),
            city: "Enschede".into(),
            bag_id: None,
            addressable_object_id: None,
            district_code: None,
            neighbourhood_code: None,
        };
        let measure = if nth % 3 == 0 { Measure::ContactBan } else { Measure::WarningLetter };
        let entry = Entry {
            id: EntryId::new(random, now),
            name: format!("{initial}. {surname}"),
            birth_date: None,
            addresses: vec![address],
            measure,
            from,
            until,
            review_on: from + Months::new(3),
            reason: "Riep bij de balie dat hij een medewerker thuis zou opzoeken.".into(),
            contact: HitContact {
                name: "Els de Groot".into(),
                phone: "+31633445566".parse().map_err(unreadable)?,
            },
            proposed_by: *desk,
            proposed_at: now,
            state: EntryState::Approved { by: *desk2, at: now },
            dossier: Default::default(),
        };
        register::insert(tx, &entry).await?;
    }
    Ok(())
}
