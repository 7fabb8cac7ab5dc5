//! The listening socket. Connections are bounded in number and in patience: a peer that says nothing, or says it a
//! byte at a time, is closed while others are served.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::app::App;
use crate::error::{Error, Result};
use crate::http;

/// Connections at the same time.
const CONNECTIONS: usize = 1_024;
/// Until the first byte of a connection.
const FIRST_BYTE: Duration = Duration::from_secs(5);
/// For the head of a request.
const HEAD: Duration = Duration::from_secs(8);
/// For a whole connection: nobody reads longer.
const LIFE: Duration = Duration::from_secs(600);
/// For running requests after the signal to stop.
const DRAIN: Duration = Duration::from_secs(5);
/// How often the day is looked at.
const DAY_CHECK: Duration = Duration::from_secs(60);

/// Serves until SIGTERM or an interrupt, then finishes what is under way within five seconds.
/// `on_ready` is told the address that it listens at, once it does.
///
/// Where names go on a set day, the service moves on with the calendar by itself; a day that
/// `SOURCE_DATE_EPOCH` fixes stays.
///
/// # Errors
/// [`Error::Listen`] where the address cannot be used.
pub async fn serve(app: Arc<App>, addr: SocketAddr, on_ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let listen = |source| Error::Listen { addr: addr.to_string(), source };
    let listener = TcpListener::bind(addr).await.map_err(listen)?;
    let local = listener.local_addr().map_err(listen)?;
    let router = http::router(Arc::clone(&app));
    let (stop, stopped) = watch::channel(false);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    let mut signal = pin!(signal());
    let mut days = tokio::time::interval(DAY_CHECK);
    on_ready(local);
    loop {
        // Finished connections leave their results behind; they are nobody's concern.
        while connections.try_join_next().is_some() {}
        tokio::select! {
            () = &mut signal => break,
            _ = days.tick() => follow_calendar(&app),
            accepted = accept(&listener, &places) => {
                let Some((stream, place)) = accepted else { continue };
                let service = TowerToHyperService::new(router.clone());
                let mut stopped = stopped.clone();
                connections.spawn(async move {
                    let _place = place;
                    let mut first = [0];
                    let begun = tokio::time::timeout(FIRST_BYTE, stream.peek(&mut first)).await;
                    if !matches!(begun, Ok(Ok(1))) {
                        return;
                    }
                    let connection = http1::Builder::new()
                        .timer(TokioTimer::new())
                        .header_read_timeout(HEAD)
                        .max_buf_size(16 * 1024)
                        .serve_connection(TokioIo::new(stream), service);
                    let mut connection = pin!(connection);
                    let life = tokio::time::sleep(LIFE);
                    tokio::select! {
                        _ = connection.as_mut() => {}
                        () = life => {}
                        () = async { let _ = stopped.wait_for(|stop| *stop).await.is_ok(); } => {
                            connection.as_mut().graceful_shutdown();
                            let _ = connection.await;
                        }
                    }
                });
            }
        }
    }
    drop(listener);
    let _ = stop.send(true);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN, drained).await.is_err() {
        connections.shutdown().await;
    }
    Ok(())
}

/// The next connection with its place; `None` where the system had none to give just now.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, place)),
        Err(_) => {
            // Out of file descriptors, most likely: others will close soon.
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

/// Moves the app on when a new day has begun (UTC).
fn follow_calendar(app: &Arc<App>) {
    let today = chrono::Utc::now().date_naive();
    if std::env::var_os("SOURCE_DATE_EPOCH").is_none() && app.snapshot().site.today < today {
        let app = Arc::clone(app);
        // Should it fail, the next minute tries again; until then names that should go are the old picture's.
        tokio::task::spawn_blocking(move || app.move_to(today));
    }
}

/// Resolves when the process is told to stop.
async fn signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    let _ = interrupt.await;
}
