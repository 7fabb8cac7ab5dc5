//! Several requests on one thread: they wait most of the time.

use std::pin::Pin;
use std::task::Poll;

use crate::error::{Error, Result};

/// Something that is being waited for.
pub(crate) type Task<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Drives tasks side by side to their ends; what they came to, in their order.
async fn all<T>(mut tasks: Vec<Task<'_, T>>) -> Vec<T> {
    let mut done: Vec<Option<T>> = tasks.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (task, done) in tasks.iter_mut().zip(&mut done).filter(|(_, done)| done.is_none()) {
            if let Poll::Ready(outcome) = task.as_mut().poll(context) {
                *done = Some(outcome);
            }
        }
        if done.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

/// The same, on a thread that is blocked until all are done.
pub(crate) fn run<T>(tasks: Vec<Task<'_, T>>) -> Result<Vec<T>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::Client { reason: error.to_string() })?;
    Ok(runtime.block_on(all(tasks)))
}
