//! The plan of the house.
//!
//! Rugdekking watches over people on home visits: it asks at the agreed times whether all is well,
//! and when nobody answers it climbs a ladder of people until somebody takes the alarm.
//!
//! # Rooms and arrows
//! | room | what it does | may name |
//! | --- | --- | --- |
//! | [`model`] | decides: pure, no async, no SQL, no HTTP, no clock, no chance of its own | nothing |
//! | [`store`] | remembers: the only SQL, one text for SQLite and PostgreSQL | model |
//! | [`carrier`] | speaks: texts, calls, mail; the demo's phones; asks for addresses | model |
//! | [`service`] | does: one use case a function, which authorises, locks, decides by the model, saves | model, store |
//! | [`engine`] | wakes: what is due goes to the model, what is to be said to a carrier | model, store, service, carrier |
//! | [`api`] | listens: REST, provider callbacks, one-time links, events, the web app | model, store, service |
//! | [`config`] | reads file and environment once, every fault at once | model, carrier |
//! | [`app`] | wires: the only room that knows all the others | all |
//!
//! `config` names `carrier` because each carrier reads its own section there.
//! `api` and `engine` never name each other: they meet in a row of the database, and in one signal
//! that `app` hands to both. `tests/it/house.rs` reads the source and fails on any other arrow, on a
//! circle of files, inside a room either, and on a folder that is too full to show the way in.
//!
//! # Subjects: the other half of an address
//! A line has a room (what kind of work) and a subject (about what). Each room with more than a dozen
//! files has these folders, where it has something, and so have `tests/it` and `web/src`:
//! | subject | what is in it |
//! | --- | --- |
//! | `visits` | visit, plan, registration, check-ins, answers, the watch, district officers, reports |
//! | `alarms` | alarm, ladder, climbing, drills, coverage, the watchdog |
//! | `messages` | outbox, receipts, opt-outs, who is told what, all words in two languages |
//! | `register` | entries, checks, addresses, names, spreadsheets |
//! | `incidents` | incident, advice, measure, letter, aftercare, figures of the policy |
//! | `people` | accounts, roles, teams, directory (SCIM), sign-in, PINs, devices |
//! | `privacy` | sealing, access log, retention, requests of residents |
//! | `integrations` | calendars, events to other systems |
//!
//! A room has at most twelve entries at its top. Where a noun is its subject's own, it is the folder's
//! `mod.rs`: `model/visits/mod.rs` is the visit.
//!
//! # The heart
//! A [`model::visits::watch::Watch`] is a visit with its open alarm. Every change is one verb on it, which
//! consumes the old state and gives the new one with its [`model::visits::watch::Effects`]: messages, links,
//! timeline lines. When it next wants attention follows from the state alone
//! ([`model::visits::watch::Watch::next_wake`]), so that the table `jobs` holds one row for each visit and
//! one for each alarm, and a job that is done twice, too early, or by two instances changes nothing.
//!
//! # A check-in, in five stops
//! 1. *Due.* [`engine::Engine::decide_batch`] takes what is due and free, alarms first.
//! 2. *Decide.* [`model::visits::watch::Watch::tick`] gives the next state and its effects; one transaction
//!    ([`store::visits::watches::save`]) writes the state, the outbox, the timeline and the next job. A crash
//!    before the commit leaves the job due; after it, the message waits in the outbox.
//! 3. *Speak.* [`engine::Engine::say_batch`] claims messages, commits, and only then talks to a
//!    carrier; the outcome is written in another. A claim that was never finished is taken over
//!    after its lease: rather one message too many than one too few.
//! 4. *Escalate.* Without an answer the next step is due: the second call, the alarm, the next rung.
//! 5. *Answer.* A tap, text, key, link or button reaches its listener, which parses it and calls one
//!    function, [`service::visits::answers::submit`]: who may, lock the watch, one verb
//!    ([`model::visits::watch::Watch::answer`]), save, and a typed outcome. The listener says that in its own
//!    form: JSON, a text, a prompt on a call. What many say at once shares a transaction
//!    ([`service::batcher`]).
//!
//! # Decisions that are easy to undo by mistake
//! - The steps of a check-in count from when somebody was *really asked*, not from its due time: after
//!   an outage they still get the time to answer, and the timeline says how late it was.
//! - A silent alarm changes nothing on the worker's side. The agreed questions go on, for a call that
//!   stays away would betray it. `Alarm::shown_to_worker` tells what their screens may know.
//! - Everything personal is sealed on its way into a row ([`model::privacy::sealing`]): bodies go through
//!   `Statement::seal`, and what is looked up is filed under a keyed hash and sought under the hashes
//!   of every key on the ring. A new column with something personal in it is one of the two, and
//!   `tests/it/privacy/store_privacy.rs` finds it when it is neither.
//! - What comes in is read strictly, what is stored forgivingly. A stored type has no
//!   `deny_unknown_fields`: a newer program may have written more, and what is not understood stays in
//!   the row when it is written again (`store::db::unknown_fields`). Names that are not known cost that
//!   name (`model::input::newer`). The edge finds what an input lost (`api::http::strict`).
//! - A row that cannot be read is left out of the many, told once, and counted
//!   ([`store::db::unreadable`]); it never holds up others. A watch of which a part cannot be read goes on
//!   with what stands in for it, up to an alarm on the organisation's ladder. A new form of a body gets
//!   a file of examples in `tests/it/goldens`.
//! - The access log is a chain. Its lines are written as the last step of a unit of work, for whoever
//!   writes one holds the end of the chain until the commit.
//! - While an alarm that everybody may see is open, no questions are asked: its owner takes care.
//! - A risky visit that still lacks something gets under way by itself at its first agreed time, or
//!   ten minutes after its start: nobody is left unwatched for a formality.

pub mod api;
pub mod app;
pub mod carrier;
pub mod config;
pub mod engine;
pub mod model;
pub mod service;
pub mod store;

// With the unit tests, which need no program: what breaks the plan shows within a minute.
#[cfg(test)]
#[path = "../tests/it/house.rs"]
mod house;
