//! Cases like another one, and why.

use std::collections::BTreeSet;

use fineprint_model::query::{Field, Similar};
use fineprint_model::{Basis, Case, CaseId, Provision};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader, Term};

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::project::{facet_values, fine};
use crate::query::{name, shown_amount};
use crate::schema::{FineState, fine_column};

/// What a shared value counts, before its rarity: a value that every case has counts nothing, a unique one the
/// whole weight. `true`: sharing nothing of this kind but weaker ones makes no case alike.
const WEIGHTS: [(Field, f32, bool); 8] = [
    (Field::Article, 3.0, true),
    (Field::Party, 3.0, true),
    (Field::Group, 2.0, true),
    (Field::Context, 1.5, true),
    (Field::Sector, 1.5, false),
    (Field::Data, 1.0, true),
    (Field::Violation, 1.0, true),
    (Field::Role, 1.0, false),
];
/// A provision below the article (paragraph, point) counts so much of an article.
const FINER: f32 = 0.4;
/// Fines of the same size; less by the tenfold.
const FINE: f32 = 1.0;
/// Fines that differ by more than this factor say nothing.
const FINE_FACTOR: f64 = 10.0;
/// Fines within this factor are worth a reason.
const FINE_REASON_FACTOR: f64 = 2.5;
/// Most reasons told.
const MAX_REASONS: usize = 6;

/// A value of the case in question, with what sharing it counts.
struct Shared {
    field: Field,
    value: String,
    weight: f32,
    strong: bool,
}

impl Engine {
    /// The cases most like one, with what they share. Ties are broken by id. An id that is not known gives none.
    ///
    /// # Errors
    /// As [`Engine::case`].
    pub fn similar(&self, id: &CaseId, limit: usize) -> Result<Vec<Similar>> {
        let Some(case) = self.case(id)? else { return Ok(Vec::new()) };
        let shared = self.values_of(&case)?;
        let (state, cents) = fine(&case, Basis::Imposed);
        let cents = cents.filter(|cents| state == FineState::Known && *cents > 0);
        let limit = limit.min(fineprint_model::query::MAX_LIMIT);
        let nearest = Nearest { id: case.id.to_string(), shared: &shared, cents, limit };
        let query = self.plan(&fineprint_model::query::Query::default(), &[]).query;
        let found = self.inner.searcher.search(&query, &nearest.collector()).map_err(Error::index("compare"))?;
        found
            .into_iter()
            .map(|(score, id, address)| {
                let other = self.load(address)?;
                let id = CaseId::new(id.as_str()).map_err(|error| Error::Record { id, message: error.to_string() })?;
                Ok(Similar { id, score, reasons: reasons(&shared, &case, &other) })
            })
            .collect()
    }

    fn values_of(&self, case: &Case) -> Result<Vec<Shared>> {
        #[expect(clippy::cast_precision_loss, reason = "a collection has far fewer than 2^23 cases of one value")]
        let log = |n: u64| (1.0 + n as f32).ln();
        let cases = self.inner.searcher.num_docs();
        let mut shared = Vec::new();
        for (field, weight, strong) in WEIGHTS {
            let Ok(handle) = self.inner.schema.get_field(field.as_str()) else { continue };
            for value in facet_values(case, field) {
                let depth = value.matches('/').count();
                let weight = match (field, depth) {
                    (Field::Article, 0) => continue,
                    (Field::Article, 1) => weight,
                    (Field::Article, _) => weight * FINER,
                    _ => weight,
                };
                let term = Term::from_field_text(handle, &value);
                let with = self.inner.searcher.doc_freq(&term).map_err(Error::index("compare"))?.max(1);
                let rarity = log(cases / with) / log(cases.max(1));
                shared.push(Shared { field, value, weight: weight * rarity, strong });
            }
        }
        Ok(shared)
    }
}

/// What two cases share, weightiest first.
fn reasons(shared: &[Shared], case: &Case, other: &Case) -> Vec<String> {
    let mut reasons: Vec<(f32, String)> = Vec::new();
    for (field, ..) in WEIGHTS {
        let theirs = facet_values(other, field);
        let of_field = || shared.iter().filter(|one| one.field == field && theirs.contains(&one.value));
        let values: BTreeSet<&str> = of_field().map(|one| one.value.as_str()).collect();
        for one in of_field() {
            // `Article 5(1)(f)` says `Article 5` too.
            let below = format!("{}/", one.value);
            if values.iter().any(|value| value.starts_with(&below)) {
                continue;
            }
            // What is said once stands for everything above it.
            let weight = of_field()
                .filter(|above| one.value == above.value || one.value.starts_with(&format!("{}/", above.value)))
                .map(|above| above.weight)
                .sum();
            reasons.push((weight, reason(field, &one.value, case)));
        }
    }
    if let ((_, Some(one)), (_, Some(two))) = (fine(case, Basis::Imposed), fine(other, Basis::Imposed))
        && let Some((weight, factor)) = likeness(one, two)
        && factor <= FINE_REASON_FACTOR
    {
        reasons.push((weight, format!("fines of similar size, {} and {}", in_units(one), in_units(two))));
    }
    reasons.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    reasons.into_iter().map(|(_, reason)| reason).take(MAX_REASONS).collect()
}

fn reason(field: Field, value: &str, case: &Case) -> String {
    match field {
        Field::Article => {
            let provision = Provision::new(value).map_or_else(|_| value.to_owned(), |provision| provision.label());
            format!("both violated {provision}")
        }
        Field::Party => {
            let party = case.parties.iter().find(|party| party.id.as_str() == value);
            let name = party.and_then(|party| party.name.value()).map_or(value, String::as_str);
            format!("both against {name}")
        }
        Field::Group => {
            let group = case.parties.iter().filter_map(|party| party.group.as_deref());
            let name = group.into_iter().find(|group| fineprint_model::slugify(group).as_deref() == Some(value));
            format!("both against the group {}", name.unwrap_or(value))
        }
        Field::Role => format!("both against a {}", name(field, value)),
        Field::Sector => format!("both in {}", name(field, value)),
        Field::Data => format!("both concern {}", name(field, value)),
        Field::Violation => format!("both about {}", name(field, value)),
        _ => format!("both in the context of {}", name(field, value)),
    }
}

/// What fines of these sizes count, and by which factor they differ; `None` where they say nothing.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an approximate weight")]
fn likeness(one: i64, two: i64) -> Option<(f32, f64)> {
    if one <= 0 || two <= 0 {
        return None;
    }
    let factor = one.max(two) as f64 / one.min(two) as f64;
    let weight = 1.0 - factor.log10() / FINE_FACTOR.log10();
    (weight > 0.0).then_some((FINE * weight as f32, factor))
}

/// An amount in euro without its cents.
fn in_units(cents: i64) -> String {
    shown_amount(cents - cents % 100)
}

struct Nearest<'a> {
    id: String,
    shared: &'a [Shared],
    cents: Option<i64>,
    limit: usize,
}

impl Nearest<'_> {
    fn collector(&self) -> NearestCollector {
        NearestCollector {
            id: self.id.clone(),
            shared: self.shared.iter().map(|one| (one.field, one.value.clone(), one.weight, one.strong)).collect(),
            cents: self.cents,
            limit: self.limit,
        }
    }
}

struct NearestCollector {
    id: String,
    shared: Vec<(Field, String, f32, bool)>,
    cents: Option<i64>,
    limit: usize,
}

type Near = (f32, String, DocAddress);

/// A column with what each of its values counts; 0 for those that are not shared.
struct Weighted {
    column: StrColumn,
    weights: Vec<f32>,
    strong: bool,
}

struct SegmentNearest {
    ordinal: SegmentOrdinal,
    columns: Vec<Weighted>,
    ids: Option<StrColumn>,
    own: Option<u64>,
    fines: Column<i64>,
    cents: Option<i64>,
    limit: usize,
    best: Vec<(f32, u64, DocId)>,
}

impl Collector for NearestCollector {
    type Fruit = Vec<Near>;
    type Child = SegmentNearest;

    fn for_segment(&self, ordinal: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentNearest> {
        let mut columns = Vec::new();
        for (field, _, strong) in WEIGHTS {
            let Some(column) = reader.fast_fields().str(field.as_str())? else { continue };
            let mut weights = vec![0.0; column.num_terms()];
            for (_, value, weight, _) in self.shared.iter().filter(|(of, ..)| *of == field) {
                let ord = column.dictionary().term_ord(value.as_bytes())?;
                let place = ord.and_then(|ord| usize::try_from(ord).ok()).and_then(|ord| weights.get_mut(ord));
                if let Some(place) = place {
                    *place = *weight;
                }
            }
            columns.push(Weighted { column, weights, strong });
        }
        let ids = reader.fast_fields().str("id")?;
        let own = match &ids {
            Some(ids) => ids.dictionary().term_ord(self.id.as_bytes())?,
            None => None,
        };
        Ok(SegmentNearest {
            ordinal,
            columns,
            ids,
            own,
            fines: reader.fast_fields().i64(fine_column(Basis::Imposed))?,
            cents: self.cents,
            limit: self.limit,
            best: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Vec<Near>>>) -> tantivy::Result<Vec<Near>> {
        let mut all = Vec::new();
        for segment in segments {
            all.extend(segment?);
        }
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        all.truncate(self.limit);
        Ok(all)
    }
}

impl SegmentNearest {
    fn keep_best(&mut self) {
        self.best.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        self.best.truncate(self.limit);
    }
}

impl SegmentCollector for SegmentNearest {
    type Fruit = tantivy::Result<Vec<Near>>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let id = self.ids.as_ref().and_then(|ids| ids.term_ords(doc).next());
        if id.is_some() && id == self.own {
            return;
        }
        let (mut score, mut strong) = (0.0, false);
        for Weighted { column, weights, strong: is_strong } in &self.columns {
            for ord in column.term_ords(doc) {
                let weight = usize::try_from(ord).ok().and_then(|ord| weights.get(ord)).copied().unwrap_or_default();
                score += weight;
                strong |= *is_strong && weight > 0.0;
            }
        }
        if !strong {
            return;
        }
        if let (Some(one), Some(two)) = (self.cents, self.fines.first(doc)) {
            score += likeness(one, two).map_or(0.0, |(weight, _)| weight);
        }
        self.best.push((score, id.unwrap_or(u64::MAX), doc));
        if self.best.len() >= 2 * self.limit + 64 {
            self.keep_best();
        }
    }

    fn harvest(mut self) -> Self::Fruit {
        self.keep_best();
        let mut near = Vec::with_capacity(self.best.len());
        for (score, ord, doc) in &self.best {
            let mut id = String::new();
            if let Some(ids) = &self.ids {
                ids.ord_to_str(*ord, &mut id)?;
            }
            near.push((*score, id, DocAddress::new(self.ordinal, *doc)));
        }
        Ok(near)
    }
}
