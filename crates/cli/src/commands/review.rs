//! `fineprint review`: what is too unsure to be recorded, shown to a person and answered.

use fineprint_model::Claim;
use fineprint_store::{Answer, Decision, Error, KnowledgeBase, Question, ReviewItem};
use fineprint_views::format;

use crate::args::{Format, Global, ReviewAction, ReviewArgs, ReviewFilter, ReviewKind};
use crate::base::{self, Base};
use crate::commands::show::statement_value;
use crate::exit::{Failure, Kind, Outcome, Result};
use crate::output::{self, Column, Output};

pub fn run(args: &ReviewArgs, global: &Global, output: &Output) -> Result {
    let base = match Base::open(global)? {
        Base::Own(base) => base,
        Base::Shipped => {
            return Err(Failure::new(Kind::Usage, "the built-in cases have nothing to review")
                .help("name a folder of your own: --kb DIR, or FINEPRINT_KB"));
        }
    };
    match &args.action {
        None => list(&base, &args.filter, output),
        Some(ReviewAction::Accept { ids, note }) => {
            answer(&base, ids, note.as_deref(), output, &|_| Ok(Decision::Accepted))
        }
        Some(ReviewAction::Reject { ids, note }) => {
            answer(&base, ids, note.as_deref(), output, &|_| Ok(Decision::Rejected))
        }
        Some(ReviewAction::Correct { id, value, note }) => {
            answer(&base, std::slice::from_ref(id), note.as_deref(), output, &|item| correction(item, value))
        }
    }
}

fn correction(item: &ReviewItem, value: &str) -> Result<Decision> {
    let Question::Value { claim, .. } = &item.question else {
        return Err(Failure::new(
            Kind::Usage,
            format!("question `{}`: a pair of cases has no value to correct", item.id),
        ));
    };
    let statement = claim
        .statement
        .with_value(value)
        .map_err(|error| Failure::from_error(Kind::Usage, format!("`{}`", claim.statement.field()), error))?;
    Ok(Decision::Corrected { statement: Box::new(statement) })
}

fn answer(
    base: &KnowledgeBase,
    ids: &[String],
    note: Option<&str>,
    output: &Output,
    decide: &dyn Fn(&ReviewItem) -> Result<Decision>,
) -> Result {
    let failed = |error| Failure::from_error(Kind::Io, "could not start writing", error);
    let mut writer = base.writer(base::today()).map_err(failed)?;
    let (items, _) = items(base);
    let (mut answered, mut first_failure) = (Vec::new(), None);
    for id in ids {
        let result = find(&items, id).and_then(|item| {
            let decision = decide(item)?;
            writer.answer(&item.id, decision, note.map(str::to_owned)).map_err(|error| match error {
                Error::NoSuchCase { .. } | Error::NoSuchQuestion { .. } => {
                    Failure::from_error(Kind::NoSuchCase, format!("question `{id}`"), error)
                }
                Error::WrongAnswer { .. } => Failure::from_error(Kind::Usage, "could not answer", error),
                Error::Record { .. } | Error::Review { .. } => {
                    Failure::from_error(Kind::Invalid, format!("question `{id}`"), error)
                }
                error => Failure::from_error(Kind::Io, format!("question `{id}`"), error),
            })
        });
        match result {
            Ok(item) => answered.push(item),
            // One wrong id harms no other; the first failure decides the exit code.
            Err(failure) if first_failure.is_none() && ids.len() == 1 => first_failure = Some(failure),
            Err(failure) => {
                output::warn(format!("fineprint: {failure}"));
                first_failure.get_or_insert_with(|| {
                    Failure::new(failure.kind(), format!("not every question of {} was answered", ids.len()))
                });
            }
        }
    }
    if !answered.is_empty() {
        print(&answered, output)?;
    }
    first_failure.map_or(Ok(Outcome::Done), Err)
}

/// The question with that id; any beginning that no other shares will do.
fn find<'a>(items: &'a [ReviewItem], id: &str) -> Result<&'a ReviewItem> {
    let mut found = items.iter().filter(|item| item.id.starts_with(id) && !id.is_empty());
    match (found.next(), found.next()) {
        (Some(item), None) => Ok(item),
        (Some(_), Some(_)) => Err(Failure::new(
            Kind::Usage,
            format!("expected the id of one question, found `{id}`, with which several begin"),
        )),
        (None, _) => Err(Failure::new(Kind::NoSuchCase, format!("no question has the id `{id}`"))
            .help("`fineprint review` lists the open ones")),
    }
}

/// Every question, and how many files could not be read, which are reported.
fn items(base: &KnowledgeBase) -> (Vec<ReviewItem>, usize) {
    let mut unreadable = 0;
    let items = base.review_items().filter_map(|item| {
        item.map_err(|error| {
            unreadable += 1;
            output::warn(format!("fineprint: {error}"));
        })
        .ok()
    });
    (items.collect(), unreadable)
}

fn list(base: &KnowledgeBase, filter: &ReviewFilter, output: &Output) -> Result {
    let (mut items, unreadable) = items(base);
    items.retain(|item| passes(item, filter));
    print(&items, output)?;
    output.note(match items.len() {
        0 => "nothing to review".to_owned(),
        count => {
            format!("{count} questions; answer with `fineprint review accept ID`, `reject ID` or `correct ID VALUE`")
        }
    });
    Ok(match (unreadable, items.len()) {
        (1.., _) => Outcome::PartlyInvalid,
        (0, 0) => Outcome::Nothing,
        _ => Outcome::Done,
    })
}

fn passes(item: &ReviewItem, filter: &ReviewFilter) -> bool {
    let kind = match &item.question {
        Question::SameMatter { .. } => ReviewKind::SameMatter,
        _ => ReviewKind::Value,
    };
    let field = claim(item).map(|claim| claim.statement.field());
    (item.is_open() != filter.answered)
        && filter.kind.is_none_or(|wanted| wanted == kind)
        && filter.case.as_ref().is_none_or(|wanted| item.cases().iter().any(|id| id.as_str() == wanted))
        && filter.field.as_ref().is_none_or(|wanted| field == Some(wanted.as_str()))
        && filter.at_least.is_none_or(|least| score(item).is_some_and(|score| score >= least))
}

fn claim(item: &ReviewItem) -> Option<&Claim> {
    match &item.question {
        Question::Value { claim, .. } => Some(claim),
        _ => None,
    }
}

/// The value's confidence, or the pair's score.
fn score(item: &ReviewItem) -> Option<f64> {
    match &item.question {
        Question::Value { claim, .. } => claim.confidence,
        Question::SameMatter { score, .. } => Some(*score),
        _ => None,
    }
}

fn print(items: &[ReviewItem], output: &Output) -> Result<()> {
    let columns: Vec<Column> = ["id", "case", "field", "value"]
        .map(Column::text)
        .into_iter()
        .chain([Column::number("confidence")])
        .chain(["answer", "quote"].map(Column::text))
        .collect();
    let cells: Vec<Vec<String>> = items.iter().map(|item| cells(item, output)).collect();
    output.rows(&columns, &cells, items)
}

fn cells(item: &ReviewItem, output: &Output) -> Vec<String> {
    let cases: Vec<&str> = item.cases().iter().map(fineprint_model::CaseId::as_str).collect();
    let (field, value, words) = match &item.question {
        Question::Value { claim, .. } => {
            let quote = claim.evidence.as_ref().map(|evidence| evidence.quote.clone()).unwrap_or_default();
            (claim.statement.field(), statement_value(&claim.statement), quote)
        }
        Question::SameMatter { reasons, .. } => ("same-matter", "one matter".to_owned(), reasons.join("; ")),
        _ => ("", String::new(), String::new()),
    };
    let words = if output.format == Format::Table { format::shortened(&words, 80) } else { words };
    vec![
        item.id.clone(),
        cases.join(" "),
        field.to_owned(),
        value,
        score(item).map(|score| format!("{score:.2}")).unwrap_or_default(),
        item.answer.as_ref().map(answer_text).unwrap_or_default(),
        words,
    ]
}

fn answer_text(answer: &Answer) -> String {
    match &answer.decision {
        Decision::Accepted => "accepted".to_owned(),
        Decision::Rejected => "rejected".to_owned(),
        Decision::Corrected { statement } => format!("corrected: {}", statement_value(statement)),
    }
}
