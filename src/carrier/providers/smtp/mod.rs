//! Mail by SMTP.

pub(super) mod provider;
mod server;
mod settings;

use std::time::Duration;

use async_trait::async_trait;
use lettre::{
    Address,
    message::{
        Attachment as Attached, Mailbox, Message as Mail, MultiPart, SinglePart,
        header::{ContentType, Header, HeaderName, HeaderValue},
    },
    transport::smtp::Error,
};
use tokio::time::{Instant, timeout, timeout_at};

use self::server::{Server, SmtpLine};
pub use self::settings::{SmtpConfig, SmtpSettings};
use crate::carrier::{
    Carrier, HandedOver, SendError,
    setup::{Misconfigured, SetupFaults},
};
use crate::model::messages::{Attachment, Channel, Content, Message};

/// How long we wait for a server to say good-bye.
const GOODBYE_LIMIT: Duration = Duration::from_millis(500);

/// A carrier of mail. Each mail has a connection of its own: one that a time limit cut short
/// would be out of step with the server for the next mail.
#[derive(Debug)]
pub struct Smtp {
    server: Server,
    from: Mailbox,
    try_limit: Duration,
}

impl Smtp {
    /// A carrier by that server.
    ///
    /// # Errors
    /// When the settings cannot work; tells all faults at once, without secrets.
    pub fn new(config: &SmtpConfig) -> Result<Self, Misconfigured> {
        let mut faults = SetupFaults::default();
        let from = config.from.parse::<Mailbox>().ok();
        faults.unless(from.is_some(), "The sender of mail is not a mail address");
        let authority = config.authority_pem.as_deref();
        let server = Server::parse(config.url.expose(), authority, &mut faults);
        faults.none()?;
        match (server, from) {
            (Some(server), Some(from)) => Ok(Self { server, from, try_limit: config.try_limit }),
            _ => Err(Misconfigured(vec!["The mail settings cannot work".into()])),
        }
    }

    /// The mail itself. Its id and date are the message's own, so that a receiver can tell a
    /// second copy from a second message.
    fn compose(&self, message: &Message, to: Address) -> Option<(String, Mail)> {
        let Content::Mail { subject, body, attachments } = &message.content else {
            return None;
        };
        let id = format!("<{}@{}>", message.id, self.from.email.domain());
        let mail = Mail::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject.replace(char::is_control, " "))
            .message_id(Some(id.clone()))
            .date(message.created_at.into())
            .header(AutoSubmitted);
        let mail = if attachments.is_empty() {
            mail.header(ContentType::TEXT_PLAIN).body(body.clone())
        } else {
            mail.multipart(with_attachments(body, attachments)?)
        };
        mail.ok().map(|mail| (id, mail))
    }
}

fn with_attachments(body: &str, attachments: &[Attachment]) -> Option<MultiPart> {
    let mut parts = MultiPart::mixed().singlepart(SinglePart::plain(body.to_owned()));
    for Attachment { name, kind, text } in attachments {
        let kind = ContentType::parse(kind).ok()?;
        parts = parts.singlepart(Attached::new(name.clone()).body(text.clone(), kind));
    }
    Some(parts)
}

#[async_trait]
impl Carrier for Smtp {
    fn name(&self) -> &'static str {
        "smtp"
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Mail]
    }

    async fn send(&self, message: &Message) -> Result<HandedOver, SendError> {
        let to = message.to.parse().map_err(|_| permanent("not a mail address"))?;
        let (id, mail) = self.compose(message, to).ok_or_else(|| permanent("not a mail"))?;
        let until = Instant::now() + self.try_limit;
        let mut line = match timeout_at(until, self.server.connect()).await {
            Ok(Ok(line)) => line,
            // Nothing was said about the mail yet, so even a refusal is about us, not about it.
            Ok(Err(error)) => return Err(temporary(&told(&error, "no connection"))),
            Err(_) => return Err(temporary("no connection in time")),
        };
        bring(&mut line, &message.id.to_string(), &mail, until).await?;
        // A courtesy; the mail was taken, whatever comes of it.
        let _ = timeout(GOODBYE_LIMIT, line.talk.quit()).await;
        Ok(HandedOver { provider_id: Some(id), delivered: false })
    }
}

/// Asks whether the mail is welcome, and if so says it. Only of what was said in full can
/// nobody know whether it was taken.
async fn bring(
    line: &mut SmtpLine,
    id: &str,
    mail: &Mail,
    until: Instant,
) -> Result<(), SendError> {
    match timeout_at(until, server::announce(line, mail.envelope(), id)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(refused(&error, temporary("the line broke"))),
        Err(_) => return Err(temporary("no answer in time")),
    }
    let unknown = |reason: &str| SendError::Unknown { reason: reason.into() };
    match timeout_at(until, line.talk.message(&mail.formatted())).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(refused(&error, unknown("the line broke"))),
        Err(_) => Err(unknown("no answer in time")),
    }
}

/// The server's own verdict where it gave one.
fn refused(error: &Error, otherwise: SendError) -> SendError {
    if error.is_permanent() {
        permanent(&told(error, ""))
    } else if error.is_transient() {
        temporary(&told(error, ""))
    } else {
        otherwise
    }
}

/// A server's code, never its words: those may repeat the address.
fn told(error: &Error, otherwise: &str) -> String {
    error.status().map_or_else(|| otherwise.into(), |code| format!("answered {code}"))
}

fn temporary(reason: &str) -> SendError {
    SendError::Temporary { reason: reason.into(), retry_after: None }
}

fn permanent(reason: &str) -> SendError {
    SendError::Permanent { reason: reason.into() }
}

/// Tells other machines not to answer this mail (RFC 3834).
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}
