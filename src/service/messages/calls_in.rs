//! Somebody calls us, mostly because they missed our call. The number that calls tells who is meant, and
//! proves no more than picking up would: what asks for a code asks for it here too.

use crate::{
    model::{
        clock::minutes,
        ids::{AlarmId, VisitId},
        messages::{
            Message, Script,
            calls_in::{BeforeCode, CallIn, CallInStep, CallSubject},
            language::Language,
            replies::{Pressed, keys, watch_minutes},
            texts::Words,
        },
        people::{
            Person, Role,
            pins::{PinHashes, Proof},
        },
        phone::Phone,
        visits::{
            answers::{Reply, Saying},
            check_ins::CheckInState,
            timeline::Route,
            watch::Watch,
        },
    },
    service::{
        alarms::{
            handling::take_by_route,
            told_alarms::{self, TextTake},
        },
        context::Context,
        error::Error,
        messages::{
            number_visits::{
                ASKED_WITHIN, Said, answer_for, answered_for, call_number, near_for_help,
                next_ahead,
            },
            phrases::{answer_phrase, not_taken_phrase},
        },
        people::pins::prove,
        visits::{answers::AnsweredBy, unannounced},
    },
    store::{Tx, messages, people::teams, readable, visits::watches},
};

/// Answers somebody who calls, or what they press; tells what is said next. It never fails: whoever
/// calls must hear that it went wrong.
pub async fn answer(ctx: &Context, call: &CallIn) -> CallInStep {
    let step = take(ctx, call).await;
    ctx.wake.notify_one();
    step.unwrap_or_else(|why| {
        tracing::error!(%why, "failed to answer a call that came in");
        let language = ctx.settings.language;
        let words = ctx.words(language).call_in_failed();
        CallInStep { script: Script { words, language, listens: true, waits: false }, about: None }
    })
}

async fn take(ctx: &Context, call: &CallIn) -> Result<CallInStep, Error> {
    let Some(number) = call.from.clone() else {
        return nobody(ctx, ctx.settings.language).await;
    };
    let (at, known) = (ctx.clone(), number.clone());
    let known = ctx.db.read(move |tx| Box::pin(async move { load(tx, &at, known).await }));
    let caller = KnownCaller { number, known: known.await?, ctx };
    let subject = match call.about {
        Some(subject) => subject,
        None => caller.subject().await?,
    };
    match call.pressed.as_deref().filter(|digits| !digits.is_empty()) {
        Some(digits) => caller.press(subject, digits).await,
        None => caller.opening(subject).await,
    }
}

/// Of whom nothing is known must know that nobody was warned.
async fn nobody(ctx: &Context, language: Language) -> Result<CallInStep, Error> {
    let number = call_number(ctx).await?;
    let words = ctx.words(language).nobody_warned(number.as_deref());
    let script = Script { words, language, listens: false, waits: false };
    Ok(CallInStep { script, about: Some(CallSubject::Nobody) })
}

/// What is known of a number.
struct Known {
    /// The visits that its keys may be about.
    watches: Vec<Watch>,
    pin_asked: bool,
    /// Whether a visit of this number begins within hours.
    is_ahead: bool,
    /// Whose number it is: whoever proved it, or else entered it.
    owners: Vec<Person>,
    /// What was asked of it lately, the last first.
    asked: Vec<Message>,
}

/// What ended counts only while its alarm shows: a silent one changes nothing that can be heard.
async fn load(tx: &mut Tx, ctx: &Context, number: Phone) -> Result<Known, Error> {
    let now = ctx.now();
    let mut owners = unannounced::holders(tx, &number).await?;
    if owners.iter().any(|owner| owner.verified_number().is_some()) {
        owners.retain(|owner| owner.verified_number().is_some());
    }
    let answered = answered_for(tx, &number, true).await?;
    let mut found = watched(tx, answered).await?;
    if found.is_empty() {
        let proven = owners.iter().filter(|owner| owner.verified_number().is_some());
        let proven: Vec<Person> = proven.cloned().collect();
        let theirs = unannounced::visits_of(tx, &proven, now).await?;
        found = watched(tx, theirs).await?;
    }
    let mut pin_asked = false;
    for watch in &found {
        pin_asked |= watch.pin_asked(&teams::to_watch(tx, watch.visit.team).await?.policy);
    }
    let is_ahead = next_ahead(tx, &number, now).await?.is_some();
    let since = now - minutes(ASKED_WITHIN);
    let asked = messages::asked_of(tx, number.as_str(), since).await?;
    Ok(Known { watches: found, pin_asked, is_ahead, owners, asked })
}

async fn watched(tx: &mut Tx, ids: Vec<VisitId>) -> Result<Vec<Watch>, Error> {
    let mut found = vec![];
    for id in ids {
        let watch = readable(watches::look(tx, id).await)?.map(|watch| watch.item);
        found.extend(watch.filter(|it| it.visit.is_under_way() || it.is_paused()));
    }
    Ok(found)
}

/// Whether something is asked of who is out there right now.
fn is_asked(watch: &Watch) -> bool {
    let mut check_ins = watch.visit.check_ins.iter();
    watch.is_paused() || check_ins.any(|c| matches!(c.state, CheckInState::Prompted { .. }))
}

/// Somebody who calls from a number.
struct KnownCaller<'a> {
    ctx: &'a Context,
    number: Phone,
    known: Known,
}

impl KnownCaller<'_> {
    /// An alarm goes before a visit of their own, unless that is what we called about.
    async fn subject(&self) -> Result<CallSubject, Error> {
        let Known { watches, owners, asked, is_ahead, .. } = &self.known;
        if !watches.iter().any(is_asked)
            && let Some(alarm) = told_alarms::next_to_name(self.ctx, asked).await?
        {
            return Ok(CallSubject::Alarm(alarm));
        }
        Ok(match (watches.is_empty(), owners.is_empty() && !is_ahead) {
            (false, _) => CallSubject::Visits(BeforeCode::Nothing),
            (true, false) => CallSubject::NoVisit,
            (true, true) => CallSubject::Nobody,
        })
    }

    fn language(&self) -> Language {
        let visit = self.known.watches.first().map(|watch| watch.visit.language);
        let owner = self.known.owners.first().map(|owner| owner.language);
        visit.or(owner).unwrap_or(self.ctx.settings.language)
    }

    fn words(&self) -> Words {
        self.ctx.words(self.language())
    }

    fn by(&self) -> AnsweredBy {
        AnsweredBy::Call { to: Some(self.number.clone()) }
    }

    fn says(&self, words: String, about: CallSubject) -> CallInStep {
        let script = Script { words, language: self.language(), listens: false, waits: false };
        CallInStep { script, about: Some(about) }
    }

    /// Where a first key may be that of a code, a lone one is waited with.
    fn asks(&self, words: String, about: CallSubject) -> CallInStep {
        let waits = match about {
            CallSubject::Visits(_) => {
                let apart = |watch: &Watch| !watch.visit.has_pin || watch.visit.pins_begin_apart;
                !self.known.watches.iter().all(apart)
            }
            // The keys for a watch begin codes as well.
            CallSubject::NoVisit => self.known.owners.iter().any(|owner| owner.pins.is_some()),
            CallSubject::Alarm(_) => {
                let apart = |owner: &Person| owner.pins.as_ref().is_none_or(PinHashes::begin_apart);
                !self.known.owners.iter().all(apart)
            }
            CallSubject::Nobody => false,
        };
        let script = Script { words, language: self.language(), listens: true, waits };
        CallInStep { script, about: Some(about) }
    }

    /// What is said before anything is pressed, and again after keys that say nothing.
    async fn opening(&self, about: CallSubject) -> Result<CallInStep, Error> {
        let words = self.words();
        Ok(match about {
            CallSubject::Visits(_) => self.asks(words.call(self.known.pin_asked), about),
            CallSubject::Alarm(id) => match self.told(id).await? {
                Some((who, alarm)) => self.asks(words.call_in_alarm(&who, alarm.cause), about),
                None => self.says(words.alarm_over(), about),
            },
            CallSubject::NoVisit if self.known.owners.is_empty() => {
                self.asks(words.call_in_ahead(), about)
            }
            CallSubject::NoVisit => {
                let leads = |owner: &Person| owner.is(Role::Manager) && owner.pins.is_some();
                self.asks(words.call_in(self.known.owners.iter().any(leads)), about)
            }
            CallSubject::Nobody => nobody(self.ctx, self.language()).await?,
        })
    }

    async fn press(&self, about: CallSubject, digits: &str) -> Result<CallInStep, Error> {
        let pressed = keys(digits);
        if let (CallSubject::NoVisit, Some(lasts)) = (about, watch_minutes(digits)) {
            return self.begin_watch(lasts).await;
        }
        let Some(Pressed { saying, codes }) = pressed else { return self.opening(about).await };
        let said = Said { saying, words: None, codes };
        match about {
            CallSubject::Nobody => nobody(self.ctx, self.language()).await,
            _ if matches!(saying, Saying::Help(_)) => self.help(said).await,
            CallSubject::Visits(before) if !self.known.watches.is_empty() => {
                self.answer_visits(before, said).await
            }
            CallSubject::Alarm(id) if saying == Saying::Well && said.codes.is_empty() => {
                self.take_alarm(id).await
            }
            _ if said.codes.is_empty() => match about {
                CallSubject::Visits(_) => Ok(self.says(self.words().nothing_asked(), about)),
                _ => self.opening(about).await,
            },
            _ if !self.known.watches.is_empty() => {
                self.answer_visits(BeforeCode::Nothing, said).await
            }
            _ => self.hear_code(digits, said.codes).await,
        }
    }

    async fn answer_visits(&self, before: BeforeCode, said: Said) -> Result<CallInStep, Error> {
        let saying = match (before, said.saying) {
            (BeforeCode::MoreTime, Saying::Well) if !said.codes.is_empty() => Saying::MoreTime(15),
            (BeforeCode::Ended, Saying::Well) if !said.codes.is_empty() => Saying::Ended,
            (_, saying) => saying,
        };
        let again = CallSubject::Visits(match saying {
            Saying::MoreTime(_) => BeforeCode::MoreTime,
            Saying::Ended => BeforeCode::Ended,
            _ => BeforeCode::Nothing,
        });
        let ids: Vec<_> = self.known.watches.iter().map(|watch| watch.visit.id).collect();
        let said = Said { saying, ..said };
        let reply = answer_for(self.ctx, (&self.number, &self.by()), &ids, &said).await?;
        let words = self.words();
        Ok(match reply {
            Some(Reply::PinNeeded | Reply::AlarmNeedsPin) => self.asks(words.press_code(), again),
            Some(Reply::PinWrong) => self.asks(words.code_wrong(), again),
            Some(Reply::PinWaits) => self.asks(words.code_waits(), again),
            Some(reply) => self.says(answer_phrase(&reply, &words), again),
            None => self.says(words.which_one(), again),
        })
    }

    /// For the visits that they are on, or one that is near; else one begins.
    async fn help(&self, said: Said) -> Result<CallInStep, Error> {
        let out = self.known.watches.iter().filter(|watch| watch.visit.is_under_way());
        let mut visits: Vec<VisitId> = out.map(|watch| watch.visit.id).collect();
        let mut holders = vec![];
        if visits.is_empty() {
            let (number, now) = (self.number.clone(), self.ctx.now());
            let near = self
                .ctx
                .db
                .read(move |tx| Box::pin(async move { near_for_help(tx, &number, now).await }));
            (visits, holders) = near.await?;
        }
        let reply = if visits.is_empty() {
            let saying = (said.saying, said.codes);
            let begun = unannounced::begin(self.ctx, &self.number, holders, self.by(), saying);
            begun.await?.map(|outcome| outcome.reply)
        } else {
            answer_for(self.ctx, (&self.number, &self.by()), &visits, &said).await?
        };
        match reply {
            Some(reply) => {
                let phrase = answer_phrase(&reply, &self.words());
                Ok(self.says(phrase, CallSubject::Visits(BeforeCode::Nothing)))
            }
            None => nobody(self.ctx, self.language()).await,
        }
    }

    async fn begin_watch(&self, lasts: u32) -> Result<CallInStep, Error> {
        let owners = self.known.owners.clone();
        if owners.is_empty() {
            return self.opening(CallSubject::NoVisit).await;
        }
        match unannounced::begin_watch(self.ctx, &self.number, owners, lasts).await {
            Ok(Some(asked_at)) => {
                Ok(self.says(self.words().watch_begun(asked_at), CallSubject::NoVisit))
            }
            Ok(None) | Err(Error::NobodyToCall(_)) => nobody(self.ctx, self.language()).await,
            Err(why) => Err(why),
        }
    }

    /// The alarm that they heard of, while they may hear of it, and whom it is about.
    async fn told(&self, id: AlarmId) -> Result<Option<(String, told_alarms::NamedAlarm)>, Error> {
        told_alarms::named(self.ctx, &self.known.asked, id).await
    }

    async fn take_alarm(&self, id: AlarmId) -> Result<CallInStep, Error> {
        let (words, about) = (self.words(), CallSubject::Alarm(id));
        let Some((who, alarm)) = self.told(id).await? else {
            return Ok(self.says(words.alarm_over(), about));
        };
        match take_by_route(self.ctx, id, alarm.person, Route::Call).await {
            Ok(_) => Ok(self.says(words.taken_by_you_of(&who), about)),
            Err(why) if why.is_failure() => Err(why),
            Err(why) => Ok(self.says(not_taken_phrase(&why, &words), about)),
        }
    }

    /// A code of somebody who is on no visit. After a 1 it takes a silent alarm that they were told of.
    /// Otherwise a watch of half an hour begins, so that the duress PIN, which brings a silent alarm
    /// along, is answered and looks as the PIN does.
    async fn hear_code(&self, digits: &str, codes: Vec<String>) -> Result<CallInStep, Error> {
        let rest = digits.trim().trim_end_matches('#').strip_prefix('1');
        let takes = rest.is_some_and(|rest| rest.len() >= 4);
        let (mut last, mut is_duress, mut waits) = (None, false, false);
        for owner in self.known.owners.clone() {
            let proof = prove(self.ctx, vec![owner.clone()], codes.clone(), Route::Call).await?;
            waits |= proof == Proof::Waits;
            if takes && proof == Proof::Pin {
                return self.take_silent(&owner).await;
            }
            if matches!(proof, Proof::Pin) || proof.is_duress() {
                is_duress |= proof == Proof::Duress;
                let begun =
                    unannounced::begin_proven(self.ctx, &self.number, owner, self.by(), proof);
                last = begun.await?.map(|outcome| outcome.reply).or(last);
            }
        }
        let (words, about) = (self.words(), CallSubject::NoVisit);
        Ok(match last {
            Some(Reply::PinWaits) => self.asks(words.code_waits(), about),
            None if waits => self.asks(words.code_waits(), about),
            Some(Reply::PinWrong) | None => self.asks(words.code_wrong(), about),
            Some(_) if takes && is_duress => self.says(words.nothing_asked(), about),
            Some(reply) => self.says(answer_phrase(&reply, &words), about),
        })
    }

    async fn take_silent(&self, by: &Person) -> Result<CallInStep, Error> {
        let (words, about) = (self.words(), CallSubject::NoVisit);
        match told_alarms::take_silent(self.ctx, &self.known.asked, by.id).await {
            Ok(TextTake::Taken(who)) => Ok(self.says(words.taken_by_you_of(&who), about)),
            Ok(_) => Ok(self.says(words.nothing_asked(), about)),
            Err(why) if why.is_failure() => Err(why),
            Err(why) => Ok(self.says(not_taken_phrase(&why, &words), about)),
        }
    }
}
