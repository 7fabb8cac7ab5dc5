//! Completions for what somebody has begun to type.

use fineprint_model::Provision;
use fineprint_model::query::{Field, Query, Request};

use crate::engine::Engine;
use crate::error::Result;
use crate::facet::{Begins, texts};
use crate::query::name;
use crate::schema::facet_name;

/// The facets that completions come from, the most telling first.
const FROM: [Field; 6] =
    [Field::Party, Field::Authority, Field::Article, Field::Violation, Field::Sector, Field::Context];

/// How many words at the end are completed together where the whole completes nothing.
const LAST_WORDS: usize = 3;

/// A completion.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Suggestion {
    /// What to put into the query, as in `authority:fr-cnil`.
    pub query: String,
    /// What people call it.
    pub label: String,
    /// Cases that have it; 1 for a case's id.
    pub cases: usize,
}

impl Engine {
    /// Values that begin with what was typed, those with most cases first within each facet.
    ///
    /// Each word typed must begin a word of the value, of its label or of its other names. `field:begin` completes values
    /// of that field. Where all words together complete nothing, the last ones are completed and the others stay.
    /// Nothing typed gives nothing.
    ///
    /// # Errors
    /// As [`Engine::search`].
    pub fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Suggestion>> {
        let typed = typed.trim_start();
        // The whole, else as many of the last words as complete something together.
        let mut starts: Vec<usize> =
            typed.match_indices(char::is_whitespace).map(|(at, space)| at + space.len()).collect();
        starts.drain(..starts.len().saturating_sub(LAST_WORDS));
        starts.insert(0, 0);
        starts.dedup();
        for start in starts {
            let (before, last) = typed.split_at(start);
            let mut completed = self.complete(last, limit)?;
            if completed.is_empty() {
                continue;
            }
            if !before.trim().is_empty() {
                for one in &mut completed {
                    one.query = format!("{} {}", before.trim_end(), one.query);
                }
            }
            return Ok(completed);
        }
        Ok(Vec::new())
    }

    fn complete(&self, typed: &str, limit: usize) -> Result<Vec<Suggestion>> {
        let named = typed.split_once(':').and_then(|(name, rest)| Some((Field::from_name(name)?, rest)));
        let (fields, typed): (Vec<Field>, &str) = match named {
            Some((field, rest)) if facet_name(field).is_some() => (vec![field], rest.trim_start_matches('"')),
            Some((Field::Id, rest)) => (Vec::new(), rest),
            _ => (FROM.to_vec(), typed),
        };
        let mut begins = Begins::new(typed);
        // After `field:` everything that the field has is on offer.
        if begins.is_empty() && named.is_none() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        let everything = Request { query: Query::default(), limit: 0, cursor: None, facets: fields, snippets: false };
        for facet in self.search(&everything)?.facets {
            let field = facet.field;
            for value in facet.values {
                if found.len() >= limit {
                    return Ok(found);
                }
                let texts = texts(field, &value.value);
                if !begins.is(&texts) {
                    continue;
                }
                let label = match field {
                    Field::Article | Field::Cites => {
                        Provision::new(value.value.as_str()).map_or_else(|_| value.value.clone(), |one| one.label())
                    }
                    Field::Party => self.party_name(&value.value)?,
                    _ => name(field, &value.value),
                };
                let query = format!("{}:{}", field.as_str(), value.value);
                found.push(Suggestion { query, label, cases: value.count });
            }
        }
        if named.is_some_and(|(field, _)| field != Field::Id) {
            return Ok(found);
        }
        for (id, ..) in self.ids()? {
            if found.len() >= limit {
                break;
            }
            if begins.is(&[id]) {
                found.push(Suggestion { query: format!("id:{id}"), label: id.clone(), cases: 1 });
            }
        }
        Ok(found)
    }

    /// A party's name as the first case with it has it.
    fn party_name(&self, id: &str) -> Result<String> {
        let Ok(handle) = self.inner.schema.get_field(Field::Party.as_str()) else { return Ok(id.to_owned()) };
        let Some(address) = self.find(handle, id)? else { return Ok(id.to_owned()) };
        let case = self.load(address)?;
        let party = case.parties.iter().find(|party| party.id.as_str() == id);
        Ok(party.and_then(|party| party.name.value()).map_or_else(|| id.to_owned(), Clone::clone))
    }
}
