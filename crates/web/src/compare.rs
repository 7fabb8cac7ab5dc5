//! Cases side by side, chosen by id.

use fineprint_model::{Case, CaseId};
use fineprint_views::machine::csv::{self, Dialect};
use fineprint_views::page;

use crate::answer::{Answer, Problem};
use crate::app::Snapshot;
use crate::error::Result;
use crate::params::Params;
use crate::resource::{Rendered, kind};

/// The cases that `id` parameters name; in words what is wrong with them.
fn compared<'a>(snapshot: &'a Snapshot, params: &Params) -> std::result::Result<Vec<&'a Case>, String> {
    let mut cases: Vec<&Case> = Vec::new();
    for id in params.all("id").map(str::trim).filter(|id| !id.is_empty()) {
        let moved = snapshot.moved(id).cloned();
        let found = CaseId::new(id)
            .ok()
            .or(moved)
            .and_then(|id| snapshot.case(&id).or_else(|| snapshot.case(snapshot.moved(id.as_str())?)));
        match found {
            Some(case) if cases.iter().any(|other| other.id == case.id) => {}
            Some(case) => cases.push(case),
            None => {
                let shown = fineprint_views::format::shortened(&fineprint_views::format::tidy(id), 80);
                let near = fineprint_model::vocab::nearest(id, snapshot.cases.iter().map(|case| case.id.as_str()));
                let near = near.map(|near| format!(" Did you mean `{near}`?")).unwrap_or_default();
                return Err(format!("No case has the id `{shown}`.{near}"));
            }
        }
    }
    if cases.len() > page::COMPARE_MOST {
        return Err(format!("Expected at most {} cases, found {}.", page::COMPARE_MOST, cases.len()));
    }
    Ok(cases)
}

/// Cases side by side.
pub(crate) fn compare(snapshot: &Snapshot, query_string: Option<&str>) -> Result<Answer> {
    let params = match Params::read(query_string, &["id"]) {
        Ok(params) => params,
        Err(wrong) => return Ok(wrong.into()),
    };
    let site = &snapshot.site;
    match compared(snapshot, &params) {
        Ok(cases) => {
            let body = page::compare(site, &cases, None)?;
            Ok(Answer::Ok(Rendered { noindex: !cases.is_empty(), ..Rendered::new(kind::HTML, body) }))
        }
        Err(detail) => {
            let mut problem = Problem::new(400, "These cases cannot be compared", detail);
            problem.ways.push(("Choose cases to compare".to_owned(), "compare/".to_owned()));
            Ok(Answer::Problem(problem))
        }
    }
}

/// The comparison as a table for programs.
pub(crate) fn compare_csv(snapshot: &Snapshot, query_string: Option<&str>) -> Result<Answer> {
    let params = match Params::read(query_string, &["id"]) {
        Ok(params) => params,
        Err(wrong) => return Ok(wrong.into()),
    };
    match compared(snapshot, &params) {
        Ok(cases) => {
            let body = csv::write(page::compare_rows(&cases).into_iter(), Dialect::Plain)?;
            Ok(Answer::Ok(Rendered { noindex: true, ..Rendered::new(kind::CSV, body) }))
        }
        Err(detail) => Ok(Answer::Problem(Problem::new(400, "These cases cannot be compared", detail))),
    }
}
