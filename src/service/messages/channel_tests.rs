//! Tests of a person's own channels: asked for, and how they fared.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::{
    model::{
        messages::Channel,
        people::{
            Person,
            channel_tests::{MOST_TESTS, TestFault, WITHIN, test},
        },
    },
    service::{context::Context, error::Error},
    store::{
        self, Tx, messages,
        people::{
            channel_tests::{self, Tested},
            devices,
        },
    },
};

/// How long a test is shown.
const SHOWN: TimeDelta = TimeDelta::hours(24);

/// The tests of the last day.
///
/// # Errors
/// When the store fails.
pub async fn list(ctx: &Context, person: Person) -> Result<Vec<Tested>, Error> {
    let at = ctx.clone();
    let found =
        ctx.db.read(move |tx| Box::pin(async move { recent(tx, &at, &person, SHOWN).await }));
    Ok(found.await?)
}

/// Puts a test in the outbox, from where it goes the way of every message; gives the tests of the
/// last day.
///
/// # Errors
/// [`Error::ChannelTest`].
pub async fn ask(
    tx: &mut Tx,
    ctx: &Context,
    person: &Person,
    channel: Channel,
) -> Result<Vec<Tested>, Error> {
    send(tx, ctx, person, channel).await?;
    Ok(recent(tx, ctx, person, SHOWN).await?)
}

async fn send(tx: &mut Tx, ctx: &Context, person: &Person, channel: Channel) -> Result<(), Error> {
    let now = ctx.now();
    let words = ctx.words(person.language);
    let in_use = &ctx.settings.channels;
    let message = test(person, channel, in_use, &words, &*ctx.random, now)?;
    let before = recent(tx, ctx, person, WITHIN).await?;
    let same = || before.iter().filter(|t| t.channel == channel);
    let asked = match channel {
        // One notification goes to several devices at one moment.
        Channel::Push => same().map(|t| t.asked_at).collect::<BTreeSet<_>>().len(),
        _ => same().count(),
    };
    if asked >= MOST_TESTS {
        return Err(TestFault::TooOften.into());
    }
    match channel {
        Channel::Push if !devices::say(tx, &message).await? => Err(TestFault::NoDevice.into()),
        Channel::Push => Ok(()),
        _ => Ok(messages::insert(tx, &message).await?),
    }
}

async fn recent(
    tx: &mut Tx,
    ctx: &Context,
    person: &Person,
    within: TimeDelta,
) -> Result<Vec<Tested>, store::Error> {
    let now = ctx.now();
    let mut recipients = vec![person.email.clone()];
    recipients.extend(person.verified_number().map(ToString::to_string));
    let devices = devices::of_person(tx, person.id, now).await?;
    recipients.extend(devices.iter().map(|device| device.id.to_string()));
    channel_tests::since(tx, person.id, &recipients, now - within).await
}
