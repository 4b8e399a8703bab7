//! What happened on a visit, with what was said to whom in between.

use crate::{
    model::{
        ids::{LineId, VisitId},
        visits::timeline::{Fact, Line},
    },
    service::{
        context::Context,
        error::Error,
        people::caller::Caller,
        visits::viewer::{Viewer, authorise_with_alarm},
    },
    store::{
        messages::{self, SentMessage},
        visits::{timeline as lines, watches},
    },
};

/// Tells what happened, in the order of time, and of each line whether it is a message.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside.
pub async fn read(ctx: &Context, caller: Caller, id: VisitId) -> Result<Vec<(Line, bool)>, Error> {
    ctx.db
        .read(move |tx| {
            Box::pin(async move {
                let watch = watches::look(tx, id).await?.item;
                let viewer = authorise_with_alarm(&caller, &watch)?;
                let lines = lines::of(tx, id).await?;
                let said = messages::of_visit(tx, id).await?;
                Ok(merge(lines, said, viewer))
            })
        })
        .await
}

/// Both, in the order of time. Those who are out there see no line, and no message, of an alarm:
/// what is hidden must not be missed either.
fn merge(lines: Vec<Line>, said: Vec<SentMessage>, viewer: Viewer) -> Vec<(Line, bool)> {
    let out_there = viewer == Viewer::OutThere;
    let mut all: Vec<(Line, bool)> =
        lines.into_iter().filter(|l| !(out_there && l.hidden)).map(|line| (line, false)).collect();
    for sent in said.into_iter().filter(|s| !(out_there && s.message.alarm.is_some())) {
        all.extend(message_line(&sent).map(|line| (line, true)));
    }
    all.sort_by_key(|(line, message)| (line.at, *message, line.id));
    all
}

fn message_line(sent: &SentMessage) -> Option<Line> {
    let message = &sent.message;
    Some(Line {
        id: LineId(message.id.0),
        subject: message.visit?.into(),
        at: sent.handed_over_at.unwrap_or(message.created_at),
        hidden: false,
        fact: Fact::Message {
            channel: message.channel,
            to: message.name.clone(),
            state: sent.state,
        },
        by: None,
    })
}
