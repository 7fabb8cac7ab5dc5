//! The service's router: which address gets which answer, and what every answer carries.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use fineprint_views::page;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::answer::{Answer, Problem, answer};
use crate::app::{App, Snapshot};
use crate::assets;
use crate::resource::{Rendered, kind};

/// Renderings at the same time; what comes beyond waits a little and is then turned away.
const AT_ONCE: usize = 64;
/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Clone)]
struct Shared {
    app: Arc<App>,
    turns: Arc<Semaphore>,
}

/// The service.
pub fn router(app: Arc<App>) -> Router {
    let shared = Shared { app, turns: Arc::new(Semaphore::new(AT_ONCE)) };
    Router::new()
        .fallback(handle)
        .with_state(shared)
        .layer(CompressionLayer::new().gzip(true))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            plain(&Problem::new(500, "Something went wrong here", failed(&next_id())))
        }))
        .layer(middleware::from_fn(guard))
}

/// Headers of every response, errors included.
async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy = format!("{}; frame-ancestors 'none'", page::CONTENT_POLICY);
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What any origin may read, any origin may also embed.
    let open = headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static(if open { "cross-origin" } else { "same-origin" }),
    );
    response
}

static PROBLEMS: AtomicU64 = AtomicU64::new(1);

/// Names one failure, so that a report of it finds its lines in the log.
fn next_id() -> String {
    let number = PROBLEMS.fetch_add(1, Ordering::Relaxed);
    let started = std::process::id();
    format!("{started:x}-{number:x}")
}

fn failed(id: &str) -> String {
    format!("The page could not be made. It is not your doing; the failure has the number {id}.")
}

async fn handle(State(shared): State<Shared>, request: Request) -> Response {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let query = request.uri().query().map(str::to_owned);
    let headers = request.headers().clone();
    let api = is_for_programs(&path);
    if method == Method::OPTIONS {
        return options(api);
    }
    if method != Method::GET && method != Method::HEAD {
        let mut problem = plain(&Problem::new(405, "Only reading is possible", "Expected GET or HEAD.".to_owned()));
        problem.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"));
        return problem;
    }
    let Ok(Ok(turn)) = tokio::time::timeout(PATIENCE, Arc::clone(&shared.turns).acquire_owned()).await else {
        let mut busy = plain(&Problem::new(503, "Too many requests at once", "Try again in a few seconds.".to_owned()));
        busy.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        return busy;
    };
    let app = Arc::clone(&shared.app);
    let rendering = tokio::task::spawn_blocking(move || {
        let snapshot = app.snapshot();
        let answer = std::panic::catch_unwind(AssertUnwindSafe(|| answer(&snapshot, &path, query.as_deref())));
        let answer = answer.unwrap_or_else(|_| {
            Ok(Answer::Problem(Problem::new(500, "Something went wrong here", failed(&next_id()))))
        });
        let answer = answer
            .unwrap_or_else(|_| Answer::Problem(Problem::new(500, "Something went wrong here", failed(&next_id()))));
        let response = respond(&snapshot, answer, api, &headers);
        drop(turn);
        response
    });
    let mut response =
        rendering.await.unwrap_or_else(|_| plain(&Problem::new(500, "Something went wrong here", failed(&next_id()))));
    if api {
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("link, etag"));
    }
    response
}

/// Whether an address is read by programs: errors are then JSON, and any origin may read the answer.
fn is_for_programs(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    path.starts_with("/api/")
        || [".json", ".jsonl", ".csv", ".atom", ".bib", ".ris", ".svg", ".png"].iter().any(|end| file.ends_with(end))
}

fn options(api: bool) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"));
    if api {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, OPTIONS"));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    }
    response
}

fn plain(problem: &Problem) -> Response {
    let mut response = Response::new(Body::from(problem.json()));
    *response.status_mut() = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind::PROBLEM));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn respond(snapshot: &Snapshot, answer: Answer, api: bool, asked: &HeaderMap) -> Response {
    match answer {
        Answer::Ok(rendered) => ok(rendered, None, asked),
        Answer::Linked { rendered, next } => ok(rendered, next, asked),
        Answer::Redirect { status, to } => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::SEE_OTHER);
            if let Ok(to) = HeaderValue::try_from(to) {
                response.headers_mut().insert(header::LOCATION, to);
            }
            response
        }
        Answer::Problem(problem) if api => plain(&problem),
        Answer::Problem(problem) => match problem.html(snapshot, "/") {
            Ok(body) => {
                let mut response = plain(&problem);
                *response.body_mut() = Body::from(body);
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind::HTML));
                response
            }
            Err(_) => plain(&problem),
        },
    }
}

fn ok(rendered: Rendered, next: Option<String>, asked: &HeaderMap) -> Response {
    // Weak: compressed and plain forms share it.
    let tag = format!("W/\"{:016x}\"", assets::hash(&rendered.body));
    let unchanged = asked
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').map(str::trim).any(|other| other == tag || other == "*"));
    let lasting = assets::all().all().any(|asset| *asset.body == *rendered.body);
    let mut response = Response::new(if unchanged { Body::empty() } else { Body::from(rendered.body) });
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(rendered.kind));
    let cache = if lasting { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    if rendered.noindex {
        headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    }
    if let Some(next) = next.and_then(|next| HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).ok()) {
        headers.insert(header::LINK, next);
    }
    response
}
