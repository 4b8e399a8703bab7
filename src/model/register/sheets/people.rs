//! People as a table: a row for each account, with the teams that it is in, manages, or stands in
//! for.

use std::collections::BTreeMap;

use super::{RowFaults, Sheet, SheetColumn, SheetRow};
use crate::model::{
    ids::TeamId,
    input::faults::Faults,
    messages::language::Language,
    people::{Person, Role, teams::Team},
    phone::Phone,
};

/// As many rows a file may have: all of them come in at once.
pub const MOST_ROWS: usize = 5000;

/// The columns of the table.
pub const COLUMNS: [SheetColumn; 8] = [
    SheetColumn { name: "name", also: &["naam"], needed: true },
    SheetColumn { name: "email", also: &["mail", "e-mailadres", "mailadres"], needed: true },
    SheetColumn {
        name: "mobile",
        also: &["mobiel", "mobiel nummer", "telefoon", "phone"],
        needed: false,
    },
    SheetColumn { name: "roles", also: &["rollen", "rol", "role"], needed: false },
    SheetColumn { name: "teams", also: &["team"], needed: false },
    SheetColumn {
        name: "manages",
        also: &["leidt", "leidinggevende van", "manager of"],
        needed: false,
    },
    SheetColumn {
        name: "deputyOf",
        also: &["vervangt", "plaatsvervanger van", "deputy of"],
        needed: false,
    },
    SheetColumn { name: "language", also: &["taal"], needed: false },
];

/// Somebody who comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    pub name: String,
    /// The mail address, in small letters.
    pub email: String,
    /// The mobile number, which is yet to be proven.
    pub mobile: Option<Phone>,
    /// What the account may do.
    pub roles: Vec<Role>,
    /// In which language it is spoken to, when that was said.
    pub language: Option<Language>,
    /// The teams that it is in.
    pub teams: Vec<TeamId>,
    /// The teams that it manages.
    pub manages: Vec<TeamId>,
    /// The teams whose manager it stands in for.
    pub deputy_of: Vec<TeamId>,
}

/// Who is there already.
#[derive(Clone, Debug, Default)]
pub struct KnownPeople {
    emails: BTreeMap<String, Option<u64>>,
    teams: BTreeMap<String, TeamId>,
}

impl KnownPeople {
    /// These accounts and teams.
    pub fn of<'k>(
        people: impl Iterator<Item = &'k Person>,
        teams: impl Iterator<Item = &'k Team>,
    ) -> Self {
        Self {
            emails: people.map(|person| (person.email.to_lowercase(), None)).collect(),
            teams: teams.map(|team| (team.name.trim().to_lowercase(), team.id)).collect(),
        }
    }
}

/// The people whom a file brings, and every fault of every row.
pub fn read(sheet: &Sheet, mut known: KnownPeople, faults: &mut RowFaults) -> Vec<Newcomer> {
    let mut people = vec![];
    for row in &sheet.rows {
        let mut found = Faults::default();
        let newcomer = newcomer(row, &known, &mut found);
        if let Some(email) = row.get("email") {
            once(row.line, &email.to_lowercase(), &mut known, &mut found);
        }
        match (newcomer, found.done()) {
            (Some(newcomer), Ok(())) => people.push(newcomer),
            (_, found) => {
                for fault in found.err().unwrap_or_default() {
                    let column = Some(sheet.header(&fault.field));
                    faults.add(row.line, column, &fault.code, fault.message);
                }
            }
        }
    }
    people
}

/// An address is somebody's own: neither twice in the file nor there already.
fn once(line: u64, email: &str, known: &mut KnownPeople, faults: &mut Faults) {
    match known.emails.get(email) {
        None => drop(known.emails.insert(email.to_owned(), Some(line))),
        Some(None) => faults.add("email", "exists", "is the address of an account that is there"),
        Some(Some(first)) => {
            faults.add("email", "doubled", format!("stands on line {first} as well"));
        }
    }
}

fn newcomer(row: &SheetRow, known: &KnownPeople, faults: &mut Faults) -> Option<Newcomer> {
    let name = faults.text("name", row.get("name"), 200);
    let email = faults.email("email", row.get("email"));
    let mobile = row.get("mobile").and_then(|given| {
        let number = faults.take("mobile", given.parse::<Phone>())?;
        faults.require(number.is_mobile(), "mobile", "not-mobile", "is not a mobile number");
        Some(number)
    });
    let mut roles = vec![];
    for name in row.list("roles") {
        roles.extend(faults.take("roles", role(name).ok_or(format!("'{name}' is not a role"))));
    }
    roles.sort_unstable();
    roles.dedup();
    let language = row.get("language").and_then(|name| {
        let found = Language::from_name(&name.to_lowercase());
        faults.take("language", found.ok_or("is nl or en"))
    });
    let mut of = |column: &'static str| teams(row, column, known, faults);
    let (teams, manages, deputy_of) = (of("teams"), of("manages"), of("deputyOf"));
    let leads = !(manages.is_empty() && deputy_of.is_empty());
    let why = "has to be manager too, to manage a team or stand in for its manager";
    faults.require(!leads || roles.contains(&Role::Manager), "roles", "not-manager", why);
    let email = email?.to_lowercase();
    Some(Newcomer { name: name?, email, mobile, roles, language, teams, manages, deputy_of })
}

fn teams(
    row: &SheetRow,
    column: &'static str,
    known: &KnownPeople,
    faults: &mut Faults,
) -> Vec<TeamId> {
    let mut found = vec![];
    for name in row.list(column) {
        match known.teams.get(&name.to_lowercase()) {
            Some(id) => found.push(*id),
            None => faults.add(column, "unknown-team", format!("there is no team '{name}'")),
        }
    }
    found
}

/// A role by its name in programs, or on screens.
fn role(name: &str) -> Option<Role> {
    let lower = name.to_lowercase();
    Role::from_name(&lower).or(match lower.as_str() {
        "medewerker" => Some(Role::Worker),
        "leidinggevende" => Some(Role::Manager),
        "kennispunt agressie" | "aggression desk" => Some(Role::AggressionDesk),
        "beheerder" => Some(Role::Administrator),
        "controleur" => Some(Role::Auditor),
        _ => None,
    })
}

/// The accounts that still work here, as a table.
pub fn write(people: &[Person], teams: &[Team]) -> Vec<u8> {
    let headers: Vec<_> = COLUMNS.iter().map(|column| column.name.to_owned()).collect();
    let active = people.iter().filter(|person| person.active);
    super::write(&headers, active.map(|person| cells(person, teams)))
}

fn cells(person: &Person, teams: &[Team]) -> Vec<String> {
    let named = |is: &dyn Fn(&Team) -> bool| {
        let names = teams.iter().filter(|team| is(team)).map(|team| team.name.as_str());
        names.collect::<Vec<_>>().join("|")
    };
    let roles: Vec<_> = person.roles.iter().map(|role| role.name()).collect();
    let id = &person.id;
    vec![
        person.name.clone(),
        person.email.clone(),
        person.mobile.as_ref().map(|mobile| mobile.number.to_string()).unwrap_or_default(),
        roles.join("|"),
        named(&|team| team.members.contains(id)),
        named(&|team| team.managers.contains(id)),
        named(&|team| team.deputies.contains(id)),
        match person.language {
            Language::Nl => "nl".into(),
            Language::En => "en".into(),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        ids::PersonId,
        people::{
            Mobile,
            teams::{Ladder, WatchPolicy},
        },
    };

    fn team(n: u128, name: &str) -> Team {
        Team {
            id: TeamId(uuid::Uuid::from_u128(n)),
            name: name.into(),
            members: vec![],
            managers: vec![],
            deputies: vec![],
            policy: WatchPolicy::default(),
            ladder: Ladder::default(),
        }
    }

    fn read_all(file: &str, known: KnownPeople) -> (Vec<Newcomer>, Vec<(u64, String, String)>) {
        let mut faults = RowFaults::default();
        let sheet = Sheet::read(file.as_bytes(), &COLUMNS, MOST_ROWS, &mut faults);
        let people = read(&sheet, known, &mut faults);
        let told = faults.told.into_iter();
        (people, told.map(|f| (f.line, f.column.unwrap_or_default(), f.code)).collect())
    }

    #[test]
    fn people_come_with_their_teams() {
        let teams = [team(1, "Wmo en inkomen"), team(2, "Handhaving")];
        let known = KnownPeople::of([].iter(), teams.iter());
        let file = "Naam;E-mailadres;Mobiel;Rollen;Teams;Leidt;Taal\n\
            Jan Bakker;Jan@Enschede.example;06 12345678;Medewerker;wmo en inkomen|Handhaving;;\n\
            Ruud Smit;ruud@enschede.example;;manager|worker;;Handhaving;EN\n";
        let (people, faults) = read_all(file, known);
        assert_eq!(faults, []);
        assert_eq!(people[0].email, "jan@enschede.example");
        assert_eq!(people[0].mobile.as_ref().unwrap().as_str(), "+31612345678");
        assert_eq!((people[0].teams.len(), people[0].language), (2, None));
        assert_eq!(people[1].roles, [Role::Worker, Role::Manager]);
        assert_eq!((people[1].manages[0], people[1].language), (teams[1].id, Some(Language::En)));
    }

    #[test]
    fn every_fault_of_every_row_is_told() {
        let ruud = Person {
            id: PersonId(uuid::Uuid::nil()),
            name: "Ruud".into(),
            email: "ruud@enschede.example".into(),
            roles: vec![],
            mobile: None,
            language: Language::Nl,
            button: None,
            pins: None,
            active: false,
        };
        let file = "naam,mail,mobiel,rol,team,leidt,taal\n\
            ,RUUD@enschede.example,0534818181,baas,Zorg,,fr\n\
            A,a@b.nl,,,,,\n\
            B,A@b.nl,,,,,\n";
        let known = KnownPeople::of([ruud].iter(), [].iter());
        let (_, faults) = read_all(file, known);
        let expected = [
            (2, "naam", "required"),
            (2, "mobiel", "not-mobile"),
            (2, "rol", "invalid"),
            (2, "taal", "invalid"),
            (2, "team", "unknown-team"),
            (2, "mail", "exists"),
            (4, "mail", "doubled"),
        ];
        assert_eq!(faults, expected.map(|(n, column, code)| (n, column.into(), code.into())));
    }

    #[test]
    fn what_is_written_comes_back() {
        let mut wmo = team(1, "Wmo; \"inkomen\"");
        let id = PersonId(uuid::Uuid::from_u128(7));
        wmo.members.push(id);
        wmo.deputies.push(id);
        let person = Person {
            id,
            name: "=Ángel 't Hoen".into(),
            email: "angel@enschede.example".into(),
            roles: vec![Role::Worker, Role::Manager],
            mobile: Some(Mobile {
                number: "0612345678".parse().unwrap(),
                verified_at: None,
                opted_out_at: None,
            }),
            language: Language::En,
            button: None,
            pins: None,
            active: true,
        };
        let file =
            String::from_utf8(write(std::slice::from_ref(&person), std::slice::from_ref(&wmo)))
                .unwrap();
        let (people, faults) = read_all(&file, KnownPeople::of([].iter(), [wmo.clone()].iter()));
        assert_eq!(faults, []);
        let expected = Newcomer {
            name: person.name,
            email: person.email,
            mobile: person.mobile.map(|m| m.number),
            roles: person.roles,
            language: Some(Language::En),
            teams: vec![wmo.id],
            manages: vec![],
            deputy_of: vec![wmo.id],
        };
        assert_eq!(people, [expected]);
    }
}
