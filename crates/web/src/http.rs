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
use fineprint_model::CaseId;
use fineprint_views::link;
use fineprint_views::page::{self, ErrorContext, WayOn};
use serde_json::json;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::app::{App, Snapshot};
use crate::assets;
use crate::error::Result;
use crate::resource::{self, Rendered, kind};
use crate::search;

/// What a request is answered with, before it becomes HTTP.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A resource.
    Ok(Rendered),
    /// A page of a list that goes on elsewhere.
    Linked {
        /// The page.
        rendered: Rendered,
        /// Address of the next one.
        next: Option<String>,
    },
    /// Look there instead.
    Redirect {
        /// 303 or 308.
        status: u16,
        /// Address from the host's root.
        to: String,
    },
    /// An error.
    Problem(Problem),
}

/// An error as people and programs read it.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    pub(crate) title: &'static str,
    pub(crate) detail: String,
    pub(crate) suggestion: Option<String>,
    pub(crate) corrected: Option<String>,
    pub(crate) span: Option<(usize, usize)>,
    pub(crate) query: String,
    pub(crate) ways: Vec<(String, String)>,
}

impl Problem {
    pub(crate) fn new(status: u16, title: &'static str, detail: String) -> Self {
        Self {
            status,
            title,
            detail,
            suggestion: None,
            corrected: None,
            span: None,
            query: String::new(),
            ways: Vec::new(),
        }
    }

    /// RFC 9457.
    fn json(&self) -> String {
        let mut body =
            json!({"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail});
        if let Some(fields) = body.as_object_mut() {
            if let Some((start, end)) = self.span {
                fields.insert("position".into(), json!({"start": start, "end": end}));
                fields.insert("query".into(), json!(self.query));
            }
            if let Some(suggestion) = &self.suggestion {
                fields.insert("suggestion".into(), json!(suggestion));
            }
            if let Some(corrected) = &self.corrected {
                fields.insert("corrected".into(), json!(corrected));
            }
        }
        search::pretty(&body)
    }

    fn html(&self, snapshot: &Snapshot) -> Result<String> {
        let mut ways: Vec<WayOn> = Vec::new();
        if let Some(corrected) = &self.corrected {
            ways.push(WayOn { text: format!("Search for {corrected}"), href: link::search(corrected) });
        }
        ways.extend(self.ways.iter().map(|(text, href)| WayOn { text: text.clone(), href: href.clone() }));
        let context = ErrorContext {
            status: self.status,
            heading: self.title,
            detail: &self.detail,
            query: &self.query,
            span: self.span,
            ways: &ways,
            root: "/",
        };
        Ok(page::error_page(&snapshot.site, &context)?)
    }
}

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
        || [".json", ".jsonl", ".csv", ".atom", ".bib", ".ris"].iter().any(|end| file.ends_with(end))
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

/// What an address is answered with.
fn answer(snapshot: &Snapshot, path: &str, query: Option<&str>) -> Result<Answer> {
    let path = path.strip_prefix('/').unwrap_or(path);
    match path {
        "search/" => return search::page(snapshot, query),
        "healthz" => {
            let body = format!("{{\"status\":\"ok\",\"cases\":{}}}\n", snapshot.cases.len());
            return Ok(Answer::Ok(Rendered::new(kind::JSON, body)));
        }
        _ => {}
    }
    if let Some(rest) = path.strip_prefix("api/v1/") {
        return search::api(snapshot, rest, query);
    }
    if let Some(ending @ ("csv" | "json" | "jsonl" | "atom")) = path.strip_prefix("search.") {
        return search::download(snapshot, ending, query);
    }
    let found = resource::render(snapshot, path)?;
    if let Some(rendered) = found {
        if query.is_some_and(|query| !query.is_empty()) {
            let detail = format!("`/{path}` takes no parameters.");
            let mut problem = Problem::new(400, "A parameter is not understood", detail);
            problem.ways.push(("The page without parameters".to_owned(), path.to_owned()));
            return Ok(Answer::Problem(problem));
        }
        return Ok(Answer::Ok(rendered));
    }
    if let Some(rest) = path.strip_prefix("case/") {
        let (id, form) = rest.split_at(rest.find(['/', '.']).unwrap_or(rest.len()));
        if let Some(to) = snapshot.moved(id) {
            let form = if form.is_empty() { "/" } else { form };
            return Ok(Answer::Redirect { status: 308, to: format!("/case/{to}{form}") });
        }
        if let Some(reason) = snapshot.gone(id) {
            return Ok(Answer::Problem(Problem::new(410, "The record was withdrawn", reason.to_owned())));
        }
        let known = CaseId::new(id).ok().is_some_and(|id| snapshot.case(&id).is_some());
        if !known {
            return Ok(Answer::Problem(search::no_case(snapshot, id)));
        }
    }
    // The address of a folder without its slash.
    if !path.is_empty() && !path.ends_with('/') && !path.contains("//") {
        let with_slash = format!("{path}/");
        if with_slash == "search/" || resource::render(snapshot, &with_slash)?.is_some() {
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            return Ok(Answer::Redirect { status: 308, to: format!("/{with_slash}{query}") });
        }
    }
    let shown = fineprint_views::format::shortened(&fineprint_views::format::tidy(path), 120);
    Ok(Answer::Problem(Problem::new(404, "There is no such page", format!("Nothing has the address `/{shown}`."))))
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
        Answer::Problem(problem) => match problem.html(snapshot) {
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
