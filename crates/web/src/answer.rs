//! What a request is answered with, before it becomes HTTP or a page in a browser without a service.

#[cfg(feature = "service")]
use fineprint_model::CaseId;
use fineprint_views::link;
use fineprint_views::page::{self, ErrorContext, WayOn};
use serde_json::json;

use crate::app::Snapshot;
#[cfg(feature = "service")]
use crate::compare;
use crate::error::Result;
use crate::resource::Rendered;
#[cfg(feature = "service")]
use crate::resource::{self, kind};
use crate::search;

/// An answer.
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
        #[cfg_attr(not(feature = "service"), expect(dead_code, reason = "without HTTP every way leads on at once"))]
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

    /// For programs: RFC 9457.
    pub(crate) fn json(&self) -> String {
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

    /// For people; `root` is the way up to the site's root.
    pub(crate) fn html(&self, snapshot: &Snapshot, root: &str) -> Result<String> {
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
            root,
        };
        Ok(page::error_page(&snapshot.site, &context)?)
    }
}

/// What a question is answered with; `None` where the address takes none. `path` has no leading slash.
pub(crate) fn questions(snapshot: &Snapshot, path: &str, query: Option<&str>) -> Result<Option<Answer>> {
    if path == "search/" {
        return search::page(snapshot, query).map(Some);
    }
    if path == "statistics/" && query.is_some_and(|query| !query.is_empty()) {
        return search::statistics(snapshot, query).map(Some);
    }
    if let Some(rest) = path.strip_prefix("api/v1/") {
        return crate::api::api(snapshot, rest, query).map(Some);
    }
    if let Some(ending @ ("csv" | "json" | "jsonl" | "atom")) = path.strip_prefix("search.") {
        return search::download(snapshot, ending, query).map(Some);
    }
    Ok(None)
}

/// There is nothing at an address.
pub(crate) fn no_such(path: &str) -> Answer {
    let shown = fineprint_views::format::shortened(&fineprint_views::format::tidy(path), 120);
    Answer::Problem(Problem::new(404, "There is no such page", format!("Nothing has the address `/{shown}`.")))
}

/// What an address is answered with.
#[cfg(feature = "service")]
pub(crate) fn answer(snapshot: &Snapshot, path: &str, query: Option<&str>) -> Result<Answer> {
    let path = path.strip_prefix('/').unwrap_or(path);
    if let Some(answer) = questions(snapshot, path, query)? {
        return Ok(answer);
    }
    match path {
        "compare/" => return compare::compare(snapshot, query),
        "compare.csv" => return compare::compare_csv(snapshot, query),
        _ => {}
    }
    if path == "healthz" {
        let body = format!("{{\"status\":\"ok\",\"cases\":{}}}\n", snapshot.cases.len());
        return Ok(Answer::Ok(Rendered::new(kind::JSON, body)));
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
            return Ok(Answer::Problem(crate::api::no_case(snapshot, id)));
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
    Ok(no_such(path))
}
