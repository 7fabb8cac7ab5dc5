//! Completions for what somebody has begun to type.

use fineprint_model::Provision;
use fineprint_model::query::{Field, Query, Request};
use fineprint_model::vocab;

use crate::engine::Engine;
use crate::error::Result;
use crate::query::name;
use crate::schema::{folded, terms};

/// The facets that completions come from, the most telling first.
const FROM: [Field; 6] =
    [Field::Party, Field::Authority, Field::Article, Field::Violation, Field::Sector, Field::Context];

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
    /// Each word typed must begin a word of the value, of its label or of its other names. Nothing typed gives nothing.
    ///
    /// # Errors
    /// As [`Engine::search`].
    pub fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Suggestion>> {
        let mut analyzer = folded();
        let wanted = terms(&mut analyzer, typed);
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut begins = |texts: &[&str]| {
            let words: Vec<String> = texts.iter().flat_map(|text| terms(&mut analyzer, text)).collect();
            wanted.iter().all(|wanted| words.iter().any(|word| word.starts_with(wanted.as_str())))
        };
        let mut found = Vec::new();
        let everything =
            Request { query: Query::default(), limit: 0, cursor: None, facets: FROM.to_vec(), snippets: false };
        for facet in self.search(&everything)?.facets {
            let field = facet.field;
            for value in facet.values {
                if found.len() >= limit {
                    return Ok(found);
                }
                let label = match field {
                    Field::Article => {
                        Provision::new(value.value.as_str()).map_or_else(|_| value.value.clone(), |one| one.label())
                    }
                    Field::Party if begins(&[&value.value]) => self.party_name(&value.value)?,
                    Field::Party => continue,
                    _ => name(field, &value.value),
                };
                let mut texts = vec![value.value.as_str(), label.as_str()];
                match field {
                    Field::Authority => {
                        if let Some(term) = vocab::authorities().get(&value.value) {
                            texts.extend(term.names.values().chain(&term.aliases).map(String::as_str));
                        }
                    }
                    Field::Article => {
                        texts.extend(vocab::provisions().get(&value.value).map(|term| term.title.as_str()));
                    }
                    _ => {}
                }
                if begins(&texts) {
                    let query = format!("{}:{}", field.as_str(), value.value);
                    found.push(Suggestion { query, label, cases: value.count });
                }
            }
        }
        for (id, ..) in self.ids()? {
            if found.len() >= limit {
                break;
            }
            if begins(&[id]) {
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
