//! Many colleagues: teams and people beside those of the demo municipality.

use rugdekking::{
    model::{
        clock::Instant,
        ids::{PersonId, Randomness, SharedRandomness, TeamId},
        messages::language::Language,
        people::{
            Mobile, Person, Role,
            teams::{Ladder, Team, WatchPolicy},
        },
    },
    store::{
        Db, Error, Tx,
        people::{self, teams},
    },
};

/// How many there are.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub people: usize,
    pub teams: usize,
}

/// Founds teams of the same size that are watched like this, each with a manager and a deputy.
pub async fn grow(
    db: &Db,
    random: &SharedRandomness,
    now: Instant,
    size: Size,
    policy: &WatchPolicy,
) -> Vec<Team> {
    let (mut teams, mut from) = (vec![], 0);
    for nth in 0..size.teams {
        let until = size.people * (nth + 1) / size.teams;
        let (random, numbers, policy) = (random.clone(), from..until, policy.clone());
        let founded = db.write::<_, Error, _>(move |tx| {
            Box::pin(async move { found(tx, &*random, now, (nth, policy), numbers).await })
        });
        teams.push(founded.await.expect("a team is founded"));
        from = until;
    }
    teams
}

async fn found(
    tx: &mut Tx,
    random: &dyn Randomness,
    now: Instant,
    (nth, policy): (usize, WatchPolicy),
    numbers: std::ops::Range<usize>,
) -> Result<Team, Error> {
    let mut staff: Vec<PersonId> = vec![];
    for number in numbers {
        let role = if staff.len() < 2 { Role::Manager } else { Role::Worker };
        let person = person(PersonId::new(random, now), number, role, now);
        people::insert(tx, &person).await?;
        staff.push(person.id);
    }
    let [manager, deputy, out @ ..] = &staff[..] else { panic!("a team is three people or more") };
    let team = Team {
        id: TeamId::new(random, now),
        name: format!("Team {nth:04}"),
        members: out.to_vec(),
        managers: vec![*manager],
        deputies: vec![*deputy],
        policy,
        ladder: Ladder::default(),
    };
    teams::insert(tx, &team).await?;
    Ok(team)
}

fn person(id: PersonId, number: usize, role: Role, now: Instant) -> Person {
    let mobile = format!("+316{:08}", 50_000_000 + number).parse().expect("a number");
    Person {
        id,
        name: format!("Medewerker {number}"),
        email: format!("medewerker{number}@organisatie.example"),
        roles: vec![role],
        mobile: Some(Mobile { number: mobile, verified_at: Some(now), opted_out_at: None }),
        language: Language::Nl,
        button: None,
        pins: None,
        active: true,
    }
}
