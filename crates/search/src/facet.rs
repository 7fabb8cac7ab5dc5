//! One facet with all its values: in another order, or those that begin with what was typed.

use fineprint_model::Provision;
use fineprint_model::query::{Facet, FacetOptions, FacetOrder, Field, MAX_LIMIT, Query, SortBy};
use fineprint_model::vocab;

use crate::engine::{Engine, check_facets};
use crate::error::{Error, Result};
use crate::query::name;
use crate::schema::{folded, terms};
use crate::sweep::{Order, Sweep};

impl Engine {
    /// The values of one facet. The counts leave the facet's own selection out, as in [`Engine::search`].
    ///
    /// Values that the query selects are listed whatever `find` and `limit` say.
    ///
    /// # Errors
    /// [`Error::Request`] for a field that is no facet or a limit over [`MAX_LIMIT`], [`Error::Index`] where the
    /// index fails.
    pub fn facet_values(&self, query: &Query, options: &FacetOptions) -> Result<Facet> {
        check_facets("field", &[options.field])?;
        if options.limit > MAX_LIMIT {
            return Err(Error::Request { place: "limit", expected: "at most 1000", found: options.limit.to_string() });
        }
        let plan = self.plan(query, &[options.field]);
        let sweep = Sweep {
            facets: vec![options.field],
            selections: plan.selections,
            basis: query.basis,
            order: Order { by: SortBy::Date, ascending: false },
            limit: 0,
            after: None,
            newest: self.inner.newest,
            latest: options.order == FacetOrder::Time,
            columns: std::sync::Arc::clone(&self.inner.columns),
        };
        let mut swept = self.inner.searcher.search(&plan.query, &sweep).map_err(Error::index("count"))?;
        let latest = swept.latest.pop().unwrap_or_default();
        let mut facet =
            swept.facets.pop().ok_or_else(|| Error::Index { action: "count", message: "no facet".to_owned() })?;
        if let Some(typed) = &options.find {
            let mut begins = Begins::new(typed);
            facet.values.retain(|value| value.selected || begins.is(&texts(options.field, &value.value)));
        }
        match options.order {
            FacetOrder::Count => {}
            FacetOrder::Name => {
                let mut analyzer = folded();
                let mut key = |value: &str| terms(&mut analyzer, &name(options.field, value)).join(" ");
                facet.values.sort_by_cached_key(|value| (key(&value.value), value.value.clone()));
            }
            FacetOrder::Time => {
                facet.values.sort_by_cached_key(|value| {
                    let day = latest.get(&value.value).copied().unwrap_or(i64::MIN);
                    (std::cmp::Reverse(day), value.value.clone())
                });
            }
        }
        let mut left = options.limit;
        facet.values.retain(|value| {
            let fits = left > 0;
            left = left.saturating_sub(1);
            fits || value.selected
        });
        Ok(facet)
    }
}

/// Whether texts have words that begin with each of the words typed.
pub(crate) struct Begins {
    analyzer: tantivy::tokenizer::TextAnalyzer,
    wanted: Vec<String>,
}

impl Begins {
    pub(crate) fn new(typed: &str) -> Self {
        let mut analyzer = folded();
        let wanted = terms(&mut analyzer, typed);
        Self { analyzer, wanted }
    }

    /// Whether nothing with letters or digits was typed.
    pub(crate) fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    pub(crate) fn is<T: AsRef<str>>(&mut self, texts: &[T]) -> bool {
        let words: Vec<String> = texts.iter().flat_map(|text| terms(&mut self.analyzer, text.as_ref())).collect();
        self.wanted.iter().all(|wanted| words.iter().any(|word| word.starts_with(wanted.as_str())))
    }
}

/// Everything that a facet's value is called: itself, its label, its names in other languages, its title.
pub(crate) fn texts(field: Field, value: &str) -> Vec<String> {
    let mut texts = vec![value.to_owned(), name(field, value)];
    let mut labels = |entry: Option<&vocab::Entry>| {
        texts.extend(entry.into_iter().flat_map(|term| term.labels.values().chain(&term.aliases).cloned()));
    };
    match field {
        Field::Country => labels(vocab::countries().get(&value.to_uppercase())),
        Field::Violation => labels(vocab::violations().get(value)),
        Field::Sector => labels(vocab::sectors().get(value)),
        Field::Context => labels(vocab::contexts().get(value)),
        Field::Data => labels(vocab::data_categories().get(value)),
        Field::Authority => {
            if let Some(term) = vocab::authorities().get(value) {
                texts.extend(term.names.values().chain(&term.aliases).cloned());
            }
        }
        Field::Article | Field::Cites => {
            texts.extend(vocab::provisions().get(value).map(|term| term.title.clone()));
            texts.extend(Provision::new(value).map(|provision| provision.label()));
        }
        _ => {}
    }
    texts
}
