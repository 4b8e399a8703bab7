//! The demo's phones: what is on them, and what somebody does with a call.

use crate::{
    model::{
        ids::MessageId,
        messages::{
            Content, Receipt,
            calls_in::{CallIn, CallInStep},
            replies::key_before_code,
        },
        phone::Phone,
    },
    service::{
        context::Context,
        error::Error,
        messages::{calls_in, inbound_calls, receipts},
    },
    store::{
        messages::{
            self,
            sandbox::{self, SandboxCall, Text},
        },
        people,
    },
};

/// A call to a phone is about the key for which a code is asked.
const BEFORE_CODE: &str = "before-";

/// A phone, and everything that it got.
#[derive(Clone, Debug)]
pub struct SandboxPhone {
    pub number: String,
    /// Whose it is, when it is somebody's.
    pub owner: Option<String>,
    pub texts: Vec<Text>,
    pub calls: Vec<SandboxCall>,
}

/// All phones: those of people first.
///
/// # Errors
/// When the store fails.
pub async fn phones(ctx: &Context) -> Result<Vec<SandboxPhone>, Error> {
    let (people, texts, calls) = ctx
        .db
        .read(|tx| {
            Box::pin(async move {
                let people = people::all(tx).await?;
                Ok::<_, Error>((people, sandbox::texts(tx).await?, sandbox::calls(tx).await?))
            })
        })
        .await?;
    let mut phones: Vec<SandboxPhone> = vec![];
    for person in people {
        if let Some(mobile) = person.item.mobile {
            phones.push(phone(mobile.number.to_string(), Some(person.item.name)));
        }
    }
    for text in texts {
        of(&mut phones, &text.number.clone()).texts.push(text);
    }
    for call in calls {
        of(&mut phones, &call.number.clone()).calls.push(call);
    }
    Ok(phones)
}

fn phone(number: String, owner: Option<String>) -> SandboxPhone {
    SandboxPhone { number, owner, texts: vec![], calls: vec![] }
}

/// The phone with this number, which need not be anybody's.
fn of<'p>(phones: &'p mut Vec<SandboxPhone>, number: &str) -> &'p mut SandboxPhone {
    let at = phones.iter().position(|phone| phone.number == number).unwrap_or(phones.len());
    if at == phones.len() {
        phones.push(phone(number.to_owned(), None));
    }
    &mut phones[at]
}

/// Somebody picks up, and hears what the call is about.
///
/// # Errors
/// [`Error::NotFound`], or that the call does not ring.
pub async fn answer(ctx: &Context, number: String, id: MessageId) -> Result<SandboxCall, Error> {
    let mut call = load(ctx, number, id).await?;
    must_be(&call, "ringing")?;
    let sent = ctx.db.read(move |tx| Box::pin(async move { messages::load(tx, id).await })).await?;
    if let Content::Call(script) = sent.message.content {
        call.said.push(script.words);
    }
    receipts::record(ctx, id, &Receipt::CallAnswered).await?;
    save(ctx, call, "answered").await
}

/// Somebody presses keys, and hears what comes of them.
///
/// # Errors
/// [`Error::NotFound`], or that nobody picked up.
pub async fn press(
    ctx: &Context,
    number: String,
    id: MessageId,
    keys: &str,
) -> Result<SandboxCall, Error> {
    let mut call = load(ctx, number, id).await?;
    must_be(&call, "answered")?;
    let before = call.about.as_deref().and_then(|about| about.strip_prefix(BEFORE_CODE));
    let keys = &before.map_or_else(|| keys.to_owned(), |key| format!("{key}#{keys}"));
    if let Some(about) = call.about.as_ref().filter(|_| before.is_none()) {
        let (from, about) = (call.number.parse().ok(), about.parse().ok());
        let pressed = CallIn { from, about, pressed: Some(keys.to_owned()) };
        let state = hear(&mut call, calls_in::answer(ctx, &pressed).await);
        return save(ctx, call, state).await;
    }
    let spoken = inbound_calls::press_keys(ctx, id, keys).await?;
    call.said.push(spoken.words);
    call.about = key_before_code(keys).map(|key| format!("{BEFORE_CODE}{key}"));
    save(ctx, call, if spoken.listens { "answered" } else { "ended" }).await
}

/// Somebody calls us from this phone, and hears what there is to say.
///
/// # Errors
/// When the store fails.
pub async fn call_in(ctx: &Context, from: Phone) -> Result<SandboxCall, Error> {
    let (id, at, number) = (MessageId::new(&*ctx.random, ctx.now()), ctx.now(), from.to_string());
    let (state, about) = (String::new(), Some(String::new()));
    let mut call = SandboxCall { id, number, at, state, said: vec![], about };
    let coming = CallIn { from: Some(from), about: None, pressed: None };
    call.state = hear(&mut call, calls_in::answer(ctx, &coming).await).to_owned();
    let kept = call.clone();
    ctx.db.write(move |tx| Box::pin(async move { sandbox::call_from(tx, &kept).await })).await?;
    Ok(call)
}

/// What is said on a call from a phone; tells the state that it is in then.
fn hear(call: &mut SandboxCall, step: CallInStep) -> &'static str {
    call.said.push(step.script.words);
    if let Some(about) = step.about {
        call.about = Some(about.to_string());
    }
    if step.script.listens { "answered" } else { "ended" }
}

/// Voicemail picks up.
///
/// # Errors
/// [`Error::NotFound`], or that the call does not ring.
pub async fn voicemail(ctx: &Context, number: String, id: MessageId) -> Result<SandboxCall, Error> {
    let call = load(ctx, number, id).await?;
    must_be(&call, "ringing")?;
    receipts::record(ctx, id, &Receipt::CallVoicemail).await?;
    save(ctx, call, "voicemail").await
}

/// Somebody hangs up, before or after picking up.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn hang_up(ctx: &Context, number: String, id: MessageId) -> Result<SandboxCall, Error> {
    let call = load(ctx, number, id).await?;
    if call.state == "ringing" {
        receipts::record(ctx, id, &Receipt::CallBusy).await?;
    }
    save(ctx, call, "ended").await
}

async fn load(ctx: &Context, number: String, id: MessageId) -> Result<SandboxCall, Error> {
    let call = ctx.db.read(move |tx| Box::pin(async move { sandbox::call(tx, &number, id).await }));
    Ok(call.await?)
}

async fn save(ctx: &Context, mut call: SandboxCall, state: &str) -> Result<SandboxCall, Error> {
    state.clone_into(&mut call.state);
    let kept = call.clone();
    ctx.db.write(move |tx| Box::pin(async move { sandbox::save_call(tx, &kept).await })).await?;
    Ok(call)
}

fn must_be(call: &SandboxCall, state: &str) -> Result<(), Error> {
    if call.state == state {
        return Ok(());
    }
    Err(Error::conflict("call-is-not-there", format!("This call is {}.", call.state)))
}
