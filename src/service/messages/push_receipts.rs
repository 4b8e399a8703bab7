//! What a device says by itself: that it has shown a notification.

use crate::{
    service::{context::Context, error::Error},
    store::messages::push_receipts,
};

/// Makes the message delivered whose secret this is; says whether there is one.
///
/// # Errors
/// When the store fails.
pub async fn shown(ctx: &Context, token: String) -> Result<bool, Error> {
    let now = ctx.now();
    let noted = ctx
        .db
        .write(move |tx| Box::pin(async move { push_receipts::shown(tx, &token, now).await }));
    Ok(noted.await?)
}
