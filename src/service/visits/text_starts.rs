//! A visit that somebody begins by text. It is registered as any other: the register is checked, and
//! nothing is promised when nobody could be told.

use serde_json::json;

use crate::{
    model::{
        clock::Instant,
        messages::{
            replies::{StartFault, StartText},
            texts::Words,
        },
        people::{Person, teams::Team},
        phone::Phone,
        register::address::Address,
        visits::{
            Kind, Plan, Resident, answers::Saying, begun_by_text::BegunByText, timeline::Route,
        },
    },
    service::{
        context::Context,
        error::Error,
        idempotency::{Once, Shown, StoredReply, given_before},
        people::{caller::Caller, pins::prove},
        visits::{
            registrations::{self, VisitDraft},
            unannounced::own_team,
            viewer::SeenVisit,
        },
    },
    store::{
        Tx, Versioned,
        people::{self, memberships, teams},
        visits::visit_lists::{self, AfterVisit, Whose},
    },
};

/// Of how many visits that somebody is on at once it is looked when is asked next.
const AT_ONCE: i64 = 20;

/// Stands for a name that nobody told; no name of the register is like it.
const NAMELESS: &str = "?";

/// A text as it came in.
#[derive(Clone, Copy, Debug)]
pub(in crate::service) struct IncomingText<'a> {
    pub(in crate::service) from: &'a Phone,
    /// The provider's id.
    pub(in crate::service) id: Option<&'a str>,
    pub(in crate::service) body: &'a str,
    /// What it says to who was asked something.
    pub(in crate::service) saying: Saying,
    /// What of it others may read.
    pub(in crate::service) shown: &'a str,
    /// What could be a PIN in it.
    pub(in crate::service) codes: &'a [String],
}

/// What is answered to a text that would begin a visit.
#[derive(Clone, Debug)]
pub(in crate::service) enum StartAnswer {
    /// That says all.
    Given(String),
    /// The sender is on a visit: the text is taken in as any other, and this is answered.
    UnderWay(String),
    /// Nobody knows the sender: this, unless the text answers something.
    Unknown(String),
}

/// Begins a visit by a text that says so; none by any other. Whoever begins one wants texts again.
///
/// # Errors
/// When the store fails.
pub(in crate::service) async fn begin(
    ctx: &Context,
    text: IncomingText<'_>,
) -> Result<Option<StartAnswer>, Error> {
    // `bezoek 30 min` is more time for who is on a visit.
    let extends = matches!(text.saying, Saying::MoreTime(_));
    if !extends && text.saying != Saying::Unclear {
        return Ok(None);
    }
    let time = ctx.now().with_timezone(&ctx.settings.zone).time();
    let Some(start) = StartText::read(text.body, time) else { return Ok(None) };
    let starter = starter(ctx, text).await?;
    let Some(starter) = starter else {
        let words = ctx.words(ctx.settings.language);
        return Ok((!extends).then(|| StartAnswer::Unknown(words.start_unknown())));
    };
    let words = ctx.words(starter.caller.person.language);
    if let Some(next) = starter.under_way {
        return Ok((!extends).then(|| StartAnswer::UnderWay(words.is_under_way(next))));
    }
    let said = match start {
        Ok(start) => starter.begin(ctx, text, start, words).await?,
        Err(StartFault::Length) => words.start_length(),
        Err(StartFault::Unclear) => words.start_unclear(),
    };
    Ok(Some(StartAnswer::Given(said)))
}

/// Who begins a visit.
struct Starter {
    caller: Caller,
    team: Team,
    /// The town of the organisation.
    home: Option<String>,
    once: Once,
    /// When they are asked next, if they are on a visit that did not begin with this very text.
    under_way: Option<Option<Instant>>,
}

async fn starter(ctx: &Context, text: IncomingText<'_>) -> Result<Option<Starter>, Error> {
    let (number, body) = (text.from.clone(), text.body.to_owned());
    let key = text.id.map(|id| format!("text/{id}"));
    let found = ctx.write(move |tx| {
        Box::pin(async move {
            people::opt_out(tx, &number, None).await?;
            let Some((caller, team)) = caller(tx, &number).await? else { return Ok(None) };
            let once = Once::keyed(&caller, key, "text".into(), &body);
            let again = given_before(tx, &[&once]).await?.iter().any(Option::is_some);
            let under_way = match again {
                true => None,
                false => next_asked(tx, &caller.person).await?,
            };
            let home = teams::last_resort(tx).await?.and_then(|its| its.letterhead);
            let home = home.map(|letterhead| letterhead.place);
            Ok::<_, Error>(Some(Starter { caller, team, home, once, under_way }))
        })
    });
    found.await
}

/// Whoever has this number and a team; first of all whoever proved that it is theirs.
async fn caller(tx: &mut Tx, number: &Phone) -> Result<Option<(Caller, Team)>, Error> {
    let mut holders = people::by_mobile(tx, number).await?;
    holders.sort_by_key(|holder| holder.item.verified_number().is_none());
    for Versioned { version, item: person } in holders {
        if let Some(team) = own_team(tx, person.id).await? {
            let teams = memberships::of(tx, person.id).await?;
            return Ok(Some((Caller { person, version, teams, is_strong: false }, team)));
        }
    }
    Ok(None)
}

/// When somebody is asked next on the visits that they are on; nothing when they are on none.
async fn next_asked(tx: &mut Tx, person: &Person) -> Result<Option<Option<Instant>>, Error> {
    let (whose, first) = (Whose::Person(person.id), AfterVisit::start());
    let on = visit_lists::page_of(tx, whose, "under-way", first, AT_ONCE).await?;
    let asked = on.iter().filter_map(|visit| Some(visit.item.next_check_in()?.due_at));
    Ok((!on.is_empty()).then(|| asked.min()))
}

impl Starter {
    async fn begin(
        self,
        ctx: &Context,
        text: IncomingText<'_>,
        start: StartText,
        words: Words,
    ) -> Result<String, Error> {
        let address = start.address(self.home.as_deref());
        let proof =
            prove(ctx, vec![self.caller.person.clone()], text.codes.to_vec(), Route::Text).await?;
        let begun = BegunByText { is_address_known: address.is_some(), proof };
        let background = ctx.words(ctx.settings.language).begun_by_text(text.shown);
        let plan = plan(ctx.now(), text.from, &start, address, background);
        let (team, times) = (Some(self.team.id), vec![]);
        let draft = VisitDraft { team, plan, check_in_times: times, officer: None };
        let said = words.clone();
        let once = Shown::new(self.once, move |seen: &SeenVisit| {
            let visit = &seen.watch.visit;
            let said = said.visit_began(visit, &start.place);
            StoredReply { status: 200, body: json!({ "id": visit.id, "said": said }) }
        });
        match registrations::begin(ctx, self.caller, draft, begun, once).await {
            Ok(reply) => Ok(reply.body["said"].as_str().unwrap_or_default().to_owned()),
            Err(Error::NobodyToCall(number)) => Ok(words.start_nobody(number.as_str())),
            Err(why) if why.is_failure() => Err(why),
            Err(_) => Ok(words.start_unknown()),
        }
    }
}

/// Without an address it is known neither where they are, nor whom they meet.
fn plan(
    now: Instant,
    number: &Phone,
    start: &StartText,
    address: Option<Address>,
    background: String,
) -> Plan {
    let name = start.name.clone().unwrap_or_else(|| NAMELESS.to_owned());
    let residents: Vec<_> = address.map(|address| Resident { name, address }).into_iter().collect();
    Plan {
        kind: if residents.is_empty() { Kind::FieldInspection } else { Kind::HomeVisit },
        starts_at: now,
        expected_minutes: start.minutes,
        mobile: number.clone(),
        colleagues: vec![],
        residents,
        background,
        expects_trouble: false,
        known_resident: false,
    }
}
