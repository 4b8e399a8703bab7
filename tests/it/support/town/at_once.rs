//! Many who do something at the same moment.

use rugdekking::store::Error;
use tokio::sync::oneshot;

use super::Town;

impl Town {
    /// Does these things while a writer is busy, so that whoever does them stands in line for each
    /// other.
    pub async fn at_once<T>(&self, things: impl Future<Output = T>) -> T {
        let (done, wait) = oneshot::channel::<()>();
        let busy = self.db.write::<_, Error, _>(move |_| {
            Box::pin(async move {
                let _ = wait.await;
                Ok(())
            })
        });
        let things = async {
            let mut things = std::pin::pin!(things);
            for _ in 0..200 {
                if let std::task::Poll::Ready(all) = futures::poll!(things.as_mut()) {
                    return all;
                }
                tokio::task::yield_now().await;
            }
            drop(done);
            things.await
        };
        let (busy, all) = tokio::join!(busy, things);
        busy.unwrap();
        self.settles().await;
        all
    }
}
