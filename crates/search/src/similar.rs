//! Cases like another one or like the facts of a matter, why, and what they cost.

use std::collections::{BTreeMap, BTreeSet};

use fineprint_model::query::{
    Facts, Field, MAX_LIMIT, Measured, Metric, PrecedentRow, Precedents, PrecedentsRequest, Query, Similar,
};
use fineprint_model::{Basis, Cap, CapOrigin, Case, CaseId, Provision, cap};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::IndexRecordOption;
use tantivy::tokenizer::Language;
use tantivy::{DocAddress, DocId, DocSet, Score, SegmentOrdinal, SegmentReader, TERMINATED, Term};

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::figures::{RATES, Readings, Sample};
use crate::project::{facet_values, fine, is_converted, own_words};
use crate::query::{name, sentence, shown_amount, shown_number};
use crate::schema::{AFFECTED, FineState, TURNOVER, fine_column, stemmed, terms};
use crate::weights::{
    COMMON, FINER, MOST_REASONS, MOST_WORDS, SAME_AFFECTED, SAME_FINE, SAME_TURNOVER, SHARED, SIZE_FACTOR,
    SIZE_REASON_FACTOR, WORDS, WORDS_REASON,
};

/// Columns of the table of precedents.
const QUARTILES: [Metric; 5] =
    [Metric::Min, Metric::Percentile(25), Metric::MEDIAN, Metric::Percentile(75), Metric::Max];

/// What cases are compared with.
#[derive(Debug, Default)]
struct Profile {
    /// The case itself, which is not among its own likes.
    id: Option<String>,
    values: BTreeMap<Field, BTreeSet<String>>,
    /// What a party or group is called, by its id.
    names: BTreeMap<(Field, String), String>,
    fine: Option<i64>,
    affected: Option<i64>,
    turnover: Option<i64>,
    words: String,
}

impl Profile {
    fn of_case(case: &Case) -> Self {
        let (state, cents) = fine(case, Basis::Imposed);
        let mut names = BTreeMap::new();
        for party in &case.parties {
            let id = (Field::Party, party.id.to_string());
            names.insert(id, party.name.value().map_or(party.id.as_str(), String::as_str).to_owned());
            if let Some(group) = &party.group
                && let Some(id) = fineprint_model::slugify(group)
            {
                names.insert((Field::Group, id), group.clone());
            }
        }
        Self {
            id: Some(case.id.to_string()),
            values: SHARED.iter().map(|(field, ..)| (*field, facet_values(case, *field))).collect(),
            names,
            fine: cents.filter(|cents| state == FineState::Known && *cents > 0),
            affected: people(case),
            turnover: case.turnover_euro(),
            words: own_words(case).collect::<Vec<_>>().join("\n"),
        }
    }

    fn of_facts(facts: &Facts) -> Self {
        let mut values: BTreeMap<Field, BTreeSet<String>> = BTreeMap::new();
        for (field, value) in &facts.values {
            let of_field = values.entry(*field).or_default();
            // What is said of a paragraph is said of its article too.
            let mut path = value.as_str();
            loop {
                of_field.insert(path.to_owned());
                let Some(at) = path.rfind('/') else { break };
                path = &path[..at];
            }
        }
        Self {
            values,
            affected: facts.affected.and_then(|people| i64::try_from(people).ok()),
            turnover: facts.turnover.map(|turnover| turnover.amount_minor),
            words: facts.text.clone().unwrap_or_default(),
            ..Self::default()
        }
    }
}

fn people(case: &Case) -> Option<i64> {
    case.affected_people.value().and_then(|people| i64::try_from(people.point()).ok())
}

/// A value of the profile, with what sharing it counts.
struct Shared {
    field: Field,
    value: String,
    weight: f32,
    strong: bool,
}

/// A word of the profile: its stem, as it was written, and its part of the whole rarity.
struct Word {
    stem: String,
    written: String,
    part: f32,
}

impl Engine {
    /// The cases most like one, with what they share. Ties are broken by id. An id that is not known gives none.
    ///
    /// # Errors
    /// As [`Engine::case`].
    pub fn similar(&self, id: &CaseId, limit: usize) -> Result<Vec<Similar>> {
        let Some(case) = self.case(id)? else { return Ok(Vec::new()) };
        let profile = Profile::of_case(&case);
        Ok(self.nearest(&profile, &Query::default(), limit)?.into_iter().map(|(similar, _)| similar).collect())
    }

    /// The cases nearest to the facts of a matter, why they are near, and what they cost.
    ///
    /// # Errors
    /// [`Error::Request`] where the facts name nothing to compare by, a field that cannot be compared, or more than
    /// [`MAX_LIMIT`] cases; else as [`Engine::search`].
    pub fn precedents(&self, request: &PrecedentsRequest) -> Result<Precedents> {
        let facts = &request.facts;
        if request.limit > MAX_LIMIT {
            return Err(Error::Request { place: "limit", expected: "at most 1000", found: request.limit.to_string() });
        }
        if let Some((field, _)) = facts.values.iter().find(|(of, _)| SHARED.iter().all(|(field, ..)| field != of)) {
            return Err(Error::Request {
                place: "facts",
                expected: "one of `article`, `violation`, `sector`, `context`, `data`, `role`, `kind`, `factor`, `party` and `group`",
                found: field.as_str().to_owned(),
            });
        }
        let profile = Profile::of_facts(facts);
        let nothing = profile.values.is_empty() && profile.affected.is_none() && profile.turnover.is_none();
        if nothing && terms(&mut stemmed(Language::English), &profile.words).is_empty() {
            return Err(Error::Request {
                place: "facts",
                expected: "at least one fact, such as an article or a sector",
                found: "nothing".to_owned(),
            });
        }
        let found = self.nearest(&profile, &request.within, request.limit)?;
        let basis = request.within.basis;
        let row = |of: Measured| {
            let mut sample = Sample::default();
            for (_, case) in &found {
                let cap = case.cap();
                let in_euro = of != Measured::Share && is_converted(case);
                let assumed = cap.is_some_and(|cap| cap.origin == CapOrigin::Assumed);
                sample.add(readings(case, basis, cap).of(of), in_euro, of == Measured::CapShare && assumed);
            }
            PrecedentRow { of, unit: of.unit(), figures: sample.figures(of, &QUARTILES) }
        };
        let tiers = facts.values.iter().filter(|(field, _)| *field == Field::Article);
        let tier = tiers.filter_map(|(_, value)| cap::tier(&Provision::new(value.as_str()).ok()?)).max();
        Ok(Precedents {
            sentence: sentence(&request.within),
            basis,
            rates: RATES,
            table: [Measured::Fine, Measured::Share, Measured::CapShare].map(row).into(),
            cases: found.into_iter().map(|(similar, _)| similar).collect(),
            cap: tier.and_then(|tier| Cap::of(tier, profile.turnover)),
        })
    }

    fn nearest(&self, profile: &Profile, within: &Query, limit: usize) -> Result<Vec<(Similar, Case)>> {
        let shared = self.values_of(profile)?;
        let words = self.words_of(profile)?;
        let nearest = Nearest {
            id: profile.id.clone(),
            shared: shared.iter().map(|one| (one.field, one.value.clone(), one.weight, one.strong)).collect(),
            words: words
                .iter()
                .map(|word| (Term::from_field_text(self.inner.fields.own_en, &word.stem), word.part))
                .collect(),
            sizes: [profile.fine, profile.affected, profile.turnover],
            // Where nothing but sector, role and size is known, these must do.
            needs_strong: shared.iter().any(|one| one.strong) || !words.is_empty(),
            limit: limit.min(MAX_LIMIT),
        };
        let query = self.plan(within, &[]).query;
        let found = self.inner.searcher.search(&query, &nearest).map_err(Error::index("compare"))?;
        found
            .into_iter()
            .map(|(score, id, address)| {
                let other = self.load(address)?;
                let id = CaseId::new(id.as_str()).map_err(|error| Error::Record { id, message: error.to_string() })?;
                let reasons = reasons(&shared, &words, profile, &other);
                Ok((Similar { id, score, reasons }, other))
            })
            .collect()
    }

    fn values_of(&self, profile: &Profile) -> Result<Vec<Shared>> {
        let cases = self.inner.searcher.num_docs();
        let mut shared = Vec::new();
        for (field, weight, strong) in SHARED {
            let Ok(handle) = self.inner.schema.get_field(field.as_str()) else { continue };
            for value in profile.values.get(&field).into_iter().flatten() {
                let depth = value.matches('/').count();
                let weight = match (field, depth) {
                    (Field::Article, 0) => continue,
                    (Field::Article, 1) => weight,
                    (Field::Article, _) => weight * FINER,
                    _ => weight,
                };
                let term = Term::from_field_text(handle, value);
                let with = self.inner.searcher.doc_freq(&term).map_err(Error::index("compare"))?.max(1);
                let weight = weight * log(cases / with) / log(cases.max(1));
                shared.push(Shared { field, value: value.clone(), weight, strong });
            }
        }
        Ok(shared)
    }

    /// The rarest words of the profile that another case has too.
    fn words_of(&self, profile: &Profile) -> Result<Vec<Word>> {
        let mut analyzer = stemmed(Language::English);
        let cases = self.inner.searcher.num_docs();
        let mut words: Vec<(u64, Word)> = Vec::new();
        for written in profile.words.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2) {
            for stem in terms(&mut analyzer, written) {
                if words.iter().any(|(_, word)| word.stem == stem) {
                    continue;
                }
                let term = Term::from_field_text(self.inner.fields.own_en, &stem);
                let with = self.inner.searcher.doc_freq(&term).map_err(Error::index("compare"))?;
                #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53 cases")]
                let common = with as f64 > (cases as f64 * COMMON).max(1.0);
                // A word that the case alone has can be shared with none.
                if with > u64::from(profile.id.is_some()) && !common {
                    let part = log(cases / with);
                    words.push((with, Word { stem, written: written.to_lowercase(), part }));
                }
            }
        }
        words.sort_by(|(a, one), (b, two)| a.cmp(b).then_with(|| one.stem.cmp(&two.stem)));
        words.truncate(MOST_WORDS);
        let whole: f32 = words.iter().map(|(_, word)| word.part).sum();
        Ok(words.into_iter().map(|(_, word)| Word { part: word.part / whole.max(f32::MIN_POSITIVE), ..word }).collect())
    }
}

#[expect(clippy::cast_precision_loss, reason = "a collection has far fewer than 2^23 cases of one value")]
fn log(n: u64) -> f32 {
    (1.0 + n as f32).ln()
}

fn readings(case: &Case, basis: Basis, cap: Option<Cap>) -> Readings {
    let (state, cents) = fine(case, basis);
    Readings {
        state: state as i64,
        fine: cents,
        share: case.turnover_share.value().map(|share| share.share.point()),
        cap: cap.map(|cap| cap.amount.amount_minor),
        affected: people(case),
    }
}

/// What a case shares with the profile, weightiest first.
fn reasons(shared: &[Shared], words: &[Word], profile: &Profile, other: &Case) -> Vec<String> {
    let mut reasons: Vec<(f32, String)> = Vec::new();
    for (field, ..) in SHARED {
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
            reasons.push((weight, reason(field, &one.value, profile)));
        }
    }
    let mut size = |one: Option<i64>, two: Option<i64>, weight: f32, say: &dyn Fn(i64, i64) -> String| {
        if let (Some(one), Some(two)) = (one, two)
            && let Some((part, factor)) = likeness(one, two)
            && factor <= SIZE_REASON_FACTOR
        {
            reasons.push((part * weight, say(one, two)));
        }
    };
    size(profile.fine, fine(other, Basis::Imposed).1, SAME_FINE, &|one, two| {
        format!("fines of similar size, {} and {}", in_units(one), in_units(two))
    });
    size(profile.affected, people(other), SAME_AFFECTED, &|one, two| {
        format!("similar numbers of people affected, {} and {}", shown_number(one), shown_number(two))
    });
    size(profile.turnover, other.turnover_euro(), SAME_TURNOVER, &|one, two| {
        format!("similar turnover, {} and {}", in_units(one), in_units(two))
    });
    reasons.extend(words_reason(words, other));
    reasons.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    reasons.into_iter().map(|(_, reason)| reason).take(MOST_REASONS).collect()
}

/// The rarest words that both summaries have, where they are worth telling.
fn words_reason(words: &[Word], other: &Case) -> Option<(f32, String)> {
    let mut analyzer = stemmed(Language::English);
    let theirs: BTreeSet<String> = own_words(other).flat_map(|text| terms(&mut analyzer, text)).collect();
    let both: Vec<&Word> = words.iter().filter(|word| theirs.contains(&word.stem)).collect();
    let part: f32 = both.iter().map(|word| word.part).sum();
    let told: Vec<&str> = both.iter().take(4).map(|word| word.written.as_str()).collect();
    (part >= WORDS_REASON).then(|| (part * WORDS, format!("both speak of {}", told.join(", "))))
}

fn reason(field: Field, value: &str, profile: &Profile) -> String {
    let named = || profile.names.get(&(field, value.to_owned())).map_or(value, String::as_str);
    match field {
        Field::Article => {
            let provision = Provision::new(value).map_or_else(|_| value.to_owned(), |provision| provision.label());
            format!("both violated {provision}")
        }
        Field::Party => format!("both against {}", named()),
        Field::Group => format!("both against the group {}", named()),
        Field::Role | Field::Kind => format!("both against a {}", name(field, value)),
        Field::Sector => format!("both in {}", name(field, value)),
        Field::Data => format!("both concern {}", name(field, value)),
        Field::Violation => format!("both about {}", name(field, value)),
        Field::Factor => format!("both weigh {}", name(field, value)),
        _ => format!("both in the context of {}", name(field, value)),
    }
}

/// How alike two sizes are, 1 for the same, and by which factor they differ; `None` where they say nothing.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an approximate weight")]
fn likeness(one: i64, two: i64) -> Option<(f32, f64)> {
    if one <= 0 || two <= 0 {
        return None;
    }
    let factor = one.max(two) as f64 / one.min(two) as f64;
    let part = 1.0 - factor.log10() / SIZE_FACTOR.log10();
    (part > 0.0).then_some((part as f32, factor))
}

/// An amount in euro without its cents.
fn in_units(cents: i64) -> String {
    shown_amount(cents - cents % 100)
}

/// The collector. What a case shares is added up from the lists of cases of each value, before any case is looked at: these
/// are much shorter than a look at every case's values.
struct Nearest {
    id: Option<String>,
    /// Field, value, what sharing it counts, and whether it counts as likeness by itself.
    shared: Vec<(Field, String, f32, bool)>,
    /// Stems of the words, each with its part of the whole rarity.
    words: Vec<(Term, f32)>,
    /// Fine, people affected, turnover.
    sizes: [Option<i64>; 3],
    needs_strong: bool,
    limit: usize,
}

type Near = (f32, String, DocAddress);

struct SegmentNearest {
    ordinal: SegmentOrdinal,
    /// What each case of the segment shares with the profile.
    scores: Vec<f32>,
    /// Which of them share something that counts by itself.
    strong: Vec<bool>,
    ids: Option<StrColumn>,
    own: Option<u64>,
    /// The column, the size compared with, and what the same size counts.
    sizes: Vec<(Column<i64>, i64, f32)>,
    needs_strong: bool,
    limit: usize,
    best: Vec<(f32, u64, DocId)>,
    /// Score that as many cases as are wanted have at least.
    least: f32,
}

/// Calls with each case of a segment that has a term.
fn each_with(reader: &SegmentReader, term: &Term, mut call: impl FnMut(usize)) -> tantivy::Result<()> {
    let postings = reader.inverted_index(term.field())?.read_postings(term, IndexRecordOption::Basic)?;
    let Some(mut postings) = postings else { return Ok(()) };
    let mut doc = postings.doc();
    while doc != TERMINATED {
        call(doc as usize);
        doc = postings.advance();
    }
    Ok(())
}

impl Collector for Nearest {
    type Fruit = Vec<Near>;
    type Child = SegmentNearest;

    fn for_segment(&self, ordinal: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentNearest> {
        let cases = reader.max_doc() as usize;
        let (mut scores, mut strong) = (vec![0.0_f32; cases], vec![false; cases]);
        let add = |scores: &mut Vec<f32>, doc: usize, part: f32| {
            if let Some(score) = scores.get_mut(doc) {
                *score += part;
            }
        };
        for (term, part) in &self.words {
            each_with(reader, term, |doc| add(&mut scores, doc, *part))?;
        }
        for (score, strong) in scores.iter_mut().zip(&mut strong) {
            *strong = *score >= WORDS_REASON;
            *score *= WORDS;
        }
        for (field, value, weight, is_strong) in &self.shared {
            let term = Term::from_field_text(reader.schema().get_field(field.as_str())?, value);
            each_with(reader, &term, |doc| {
                add(&mut scores, doc, *weight);
                if *is_strong && let Some(strong) = strong.get_mut(doc) {
                    *strong = true;
                }
            })?;
        }
        let fast = reader.fast_fields();
        let ids = fast.str("id")?;
        let own = match (&ids, &self.id) {
            (Some(ids), Some(id)) => ids.dictionary().term_ord(id.as_bytes())?,
            _ => None,
        };
        let mut sizes = Vec::new();
        let kinds = [(fine_column(Basis::Imposed), SAME_FINE), (AFFECTED, SAME_AFFECTED), (TURNOVER, SAME_TURNOVER)];
        for ((column, weight), size) in kinds.into_iter().zip(self.sizes) {
            if let Some(size) = size {
                sizes.push((fast.i64(column)?, size, weight));
            }
        }
        let (needs_strong, limit) = (self.needs_strong, self.limit);
        let (best, least) = (Vec::new(), 0.0);
        Ok(SegmentNearest { ordinal, scores, strong, ids, own, sizes, needs_strong, limit, best, least })
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
        if self.best.len() == self.limit {
            self.least = self.best.last().map_or(0.0, |(score, ..)| *score);
        }
    }
}

impl SegmentCollector for SegmentNearest {
    type Fruit = tantivy::Result<Vec<Near>>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let Some((mut score, strong)) = self.scores.get(doc as usize).copied().zip(self.strong.get(doc as usize))
        else {
            return;
        };
        // Sizes alone, at their most, would not be enough.
        let most: f32 = score + self.sizes.iter().map(|(_, _, weight)| weight).sum::<f32>();
        if (self.needs_strong && !strong) || most < self.least {
            return;
        }
        for (column, size, weight) in &self.sizes {
            score += column.first(doc).and_then(|other| likeness(*size, other)).map_or(0.0, |(part, _)| part * weight);
        }
        if score <= 0.0 || score < self.least {
            return;
        }
        let id = self.ids.as_ref().and_then(|ids| ids.term_ords(doc).next());
        if id.is_some() && id == self.own {
            return;
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
