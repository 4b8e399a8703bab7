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
//! | [`engine`] | wakes: what is due goes to the model, what is to be said to a carrier | model, store, carrier |
//! | [`api`] | listens: REST, provider callbacks, one-time links, events, the web app | model, store |
//! | [`config`] | reads file and environment once, every fault at once | model |
//! | [`app`] | wires: the only room that knows all the others | all |
//!
//! `api` and `engine` never name each other: they meet in a row of the database, and in one signal
//! that `app` hands to both. `tests/it/house.rs` reads the source and fails on any other arrow.
//! The same noun has the same file name on every floor: `visits`, `alarms`, `register`, `people`.
//!
//! # The heart
//! A [`model::watch::Watch`] is a visit with its open alarm. Every change is one verb on it, which
//! consumes the old state and gives the new one with its [`model::watch::Effects`]: messages, links,
//! timeline lines. When it next wants attention follows from the state alone
//! ([`model::watch::Watch::next_wake`]), so that the table `jobs` holds one row for each visit and
//! one for each alarm, and a job that is done twice, too early, or by two instances changes nothing.
//!
//! # A check-in, in five stops
//! 1. *Due.* [`engine::Engine::decide_batch`] takes what is due and free, alarms first.
//! 2. *Decide.* [`model::watch::Watch::tick`] gives the next state and its effects; one unit of work
//!    ([`store::watches::save`]) writes the state, the outbox, the timeline and the next job. A crash
//!    before the commit leaves the job due; after it, the message waits in the outbox.
//! 3. *Speak.* [`engine::Engine::say_batch`] claims messages, commits, and only then talks to a
//!    carrier; the outcome is written in another unit. A claim that was never finished is taken over
//!    after its lease: rather one message too many than one too few.
//! 4. *Escalate.* Without an answer the next step is due: the second call, the alarm, the next rung.
//! 5. *Answer.* A tap, text, key or link reaches `api`, which loads the watch, does one verb
//!    ([`model::watch::Watch::answer`]), saves it, and replies.
//!
//! # Decisions that are easy to undo by mistake
//! - The steps of a check-in count from when somebody was *really asked*, not from its due time: after
//!   an outage they still get the time to answer, and the timeline says how late it was.
//! - A silent alarm changes nothing on the worker's side. The agreed questions go on, for a call that
//!   stays away would betray it. `Alarm::shown_to_worker` tells what their screens may know.
//! - Everything personal is sealed on its way into a row ([`model::sealing`]): bodies go through
//!   `Statement::seal`, and what is looked up is filed under a keyed hash and sought under the hashes
//!   of every key on the ring. A new column with something personal in it is one of the two, and
//!   `tests/it/store_privacy.rs` finds it when it is neither.
//! - The access log is a chain. Its lines are written as the last step of a unit of work, for whoever
//!   writes one holds the end of the chain until the commit.
//! - While an alarm that everybody may see is open, no questions are asked: its owner takes care.
//! - A risky visit that still lacks something gets under way by itself at its first agreed time, or
//!   ten minutes after its start: nobody is left unwatched for a formality.
#![warn(missing_docs)]

pub mod api;
pub mod app;
pub mod carrier;
pub mod config;
pub mod engine;
pub mod model;
pub mod store;
