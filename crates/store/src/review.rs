//! Questions for a person, and what they answered.
//!
//! A value that is not sure enough to enter a record is asked about instead; so is a pair of cases that may be one
//! matter. An answer is kept for ever: reading the same notice again does not ask again, since a question is known by
//! its case, its document's hash and the value. A notice that has changed has another hash and may be asked about anew.
//!
//! ```text
//! review/<sha256 of the document>.json   the questions of one notice
//! review/pair-<id>.json                  a pair of cases
//! ```
//!
//! Each file is written as records are: aside, synced, renamed. A question is written after the case it is about, an
//! answer after the case it changes, so a kill in between leaves at worst an open question that was answered already,
//! and answering it again changes nothing.

use std::fs;
use std::path::{Path, PathBuf};

use fineprint_durable::Group;
use fineprint_model::resolve::{self, LEAST_CONFIDENCE, is_same_party};
use fineprint_model::{
    Case, CaseId, Change, ChangeKind, Claim, Draft, Method, PartialDate, Source, SourceId, Statement,
};
use serde::{Deserialize, Serialize};

use crate::base::{KnowledgeBase, sha256};
use crate::error::{Error, Result};
use crate::writer::Writer;

/// The folder of the questions.
const FOLDER: &str = "review";
/// Hex digits of an item's id.
const ID_DIGITS: usize = 12;

/// A question, and its answer once there is one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReviewItem {
    /// Twelve hex digits, the same for the same question whenever it is asked.
    pub id: String,
    /// When it was first asked.
    pub asked_on: PartialDate,
    /// What is asked.
    pub question: Question,
    /// What a person said; `None` while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

/// What a person is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Question {
    /// Whether a notice says this of a case.
    Value {
        /// The case.
        case: CaseId,
        /// The value, its confidence and the words it was read from.
        claim: Box<Claim>,
    },
    /// Whether two cases are one matter.
    SameMatter {
        /// The two, in the order of their ids.
        cases: [CaseId; 2],
        /// How likely it seemed, 0 to 1 or as whoever asks defines it.
        score: f64,
        /// What speaks for and against it, a few words each.
        reasons: Vec<String>,
    },
}

/// What a person said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What they decided.
    pub decision: Decision,
    /// When.
    pub on: PartialDate,
    /// Why, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How a question was decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "kebab-case")]
pub enum Decision {
    /// It is so: the value enters the record, the two cases become one.
    Accepted,
    /// The notice says something else of that field.
    Corrected {
        /// What it says.
        statement: Box<Statement>,
    },
    /// It is not so, and is not asked again.
    Rejected,
}

impl ReviewItem {
    /// Whether nobody has answered it.
    pub fn is_open(&self) -> bool {
        self.answer.is_none()
    }

    /// The cases it is about.
    pub fn cases(&self) -> &[CaseId] {
        match &self.question {
            Question::Value { case, .. } => std::slice::from_ref(case),
            Question::SameMatter { cases, .. } => cases,
        }
    }

    /// Whether a person said that it is not so.
    pub fn is_rejected(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.decision == Decision::Rejected)
    }
}

/// The questions of one file.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Sheet {
    items: Vec<ReviewItem>,
}

impl Sheet {
    /// An empty one where there is no file.
    fn read(path: &Path) -> Result<Self> {
        match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| Error::Review { path: path.to_owned(), message: error.to_string() }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Error::io("read", path)(error)),
        }
    }

    /// Writes it aside, to go to its place after the records.
    fn write(&self, group: &mut Group, path: &Path) -> Result<()> {
        let failed = |error: serde_json::Error| Error::io("write", path)(error.into());
        let mut json = serde_json::to_vec_pretty(self).map_err(failed)?;
        json.push(b'\n');
        Ok(group.write_later(path, &json)?)
    }
}

fn id_of(parts: &[&str]) -> String {
    let mut hash = sha256(parts.join("\n").as_bytes());
    hash.truncate(ID_DIGITS);
    hash
}

/// The id of a question about a value. Of members of lists only what makes them that member counts, so that a better
/// reading of the rest is no new question.
fn value_id(case: &CaseId, document: &str, statement: &Statement) -> String {
    let value = match statement {
        Statement::Party(party) => party.id.to_string(),
        Statement::Finding(finding) => format!("{} {}", finding.provision, finding.finding),
        Statement::Money(event) => {
            let amount = event.amount.value().map(ToString::to_string).unwrap_or_default();
            format!("{} {amount}", event.event)
        }
        Statement::Measure(measure) => measure.kind.to_string(),
        other => serde_json::to_string(other).unwrap_or_default(),
    };
    id_of(&["value", case.as_str(), document, statement.field(), &value])
}

/// Two cases in the order of their ids, and the id of the question whether they are one matter.
fn pair_of(a: &CaseId, b: &CaseId) -> ([CaseId; 2], String) {
    let (first, second) = if a.as_str() <= b.as_str() { (a, b) } else { (b, a) };
    ([first.clone(), second.clone()], id_of(&["same-matter", first.as_str(), second.as_str()]))
}

impl KnowledgeBase {
    fn review_dir(&self) -> PathBuf {
        self.root().join(FOLDER)
    }

    /// The place of a notice's questions; `None` where the text is no SHA-256, so that no name leads out of the folder.
    pub(crate) fn sheet_path(&self, document: &str) -> Option<PathBuf> {
        self.document_path(document)?;
        Some(self.review_dir().join(format!("{document}.json")))
    }

    fn pair_path(&self, id: &str) -> PathBuf {
        self.review_dir().join(format!("pair-{id}.json"))
    }

    /// Every question, answered or not, in the order of the files. A file that cannot be read is an error in its place.
    pub fn review_items(&self) -> impl Iterator<Item = Result<ReviewItem>> + use<> {
        crate::base::record_files(&self.review_dir()).into_iter().flat_map(|path| match Sheet::read(&path) {
            Ok(sheet) => sheet.items.into_iter().map(Ok).collect::<Vec<_>>(),
            Err(error) => vec![Err(error)],
        })
    }

    /// What was asked and answered about two cases being one matter; `None` where it never was.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Review`].
    pub fn same_matter(&self, a: &CaseId, b: &CaseId) -> Result<Option<ReviewItem>> {
        let (_, id) = pair_of(a, b);
        Ok(Sheet::read(&self.pair_path(&id))?.items.into_iter().next())
    }

    /// Whether a person said that two cases are not one matter.
    ///
    /// # Errors
    /// As [`KnowledgeBase::same_matter`].
    pub fn is_rejected_pair(&self, a: &CaseId, b: &CaseId) -> Result<bool> {
        Ok(self.same_matter(a, b)?.is_some_and(|item| item.is_rejected()))
    }

    /// The values of a notice that a person rejected, by case.
    pub(crate) fn rejected(&self, document: &str) -> Result<Vec<(CaseId, Statement)>> {
        let Some(path) = self.sheet_path(document) else { return Ok(Vec::new()) };
        let rejected = Sheet::read(&path)?.items.into_iter().filter(ReviewItem::is_rejected);
        Ok(rejected
            .filter_map(|item| match item.question {
                Question::Value { case, claim } => Some((case, claim.statement)),
                Question::SameMatter { .. } => None,
            })
            .collect())
    }
}

impl Writer {
    /// Brings the questions about a notice up to date with what it says now. Gives how many of them are open.
    pub(crate) fn ask(&mut self, case: &Case, draft: &Draft) -> Result<usize> {
        let document = &draft.document.sha256;
        let Some(path) = self.base().sheet_path(document) else { return Ok(0) };
        self.settle(&path)?;
        let mut sheet = Sheet::read(&path)?;
        let before = serde_json::to_value(&sheet).ok();
        let source = source_of(case, document, &draft.source.id);
        let unsure = draft.claims.iter().filter(|claim| claim.confidence.is_some_and(|sure| sure < LEAST_CONFIDENCE));
        let mut wanted = Vec::new();
        for claim in unsure.chain(&draft.proposals).filter(|claim| leaves_open(case, &claim.statement)) {
            // A case that took over another answers for its questions too.
            let mut names = std::iter::once(&case.id).chain(&case.aliases);
            let known = names.find_map(|id| {
                let id = value_id(id, document, &claim.statement);
                sheet.items.iter().any(|item| item.id == id).then_some(id)
            });
            let id = known.unwrap_or_else(|| value_id(&case.id, document, &claim.statement));
            if wanted.contains(&id) {
                continue;
            }
            if !sheet.items.iter().any(|item| item.id == id) {
                let claim = Box::new(Claim { source: source.clone(), ..claim.clone() });
                let question = Question::Value { case: case.id.clone(), claim };
                sheet.items.push(ReviewItem { id: id.clone(), asked_on: self.today(), question, answer: None });
            }
            wanted.push(id);
        }
        // What the notice no longer leaves open is not asked any more; answers stay.
        let is_own = |item: &ReviewItem| item.cases().iter().any(|id| *id == case.id || case.aliases.contains(id));
        sheet.items.retain(|item| !item.is_open() || !is_own(item) || wanted.contains(&item.id));
        let open = sheet.items.iter().filter(|item| item.is_open() && is_own(item)).count();
        if sheet.items.is_empty() {
            if path.exists() {
                fs::remove_file(&path).map_err(Error::io("remove", &path))?;
                fineprint_durable::sync_folder(&self.base().review_dir())?;
            }
        } else if before != serde_json::to_value(&sheet).ok() {
            sheet.write(self.group(), &path)?;
        }
        Ok(open)
    }

    /// Asks whether two cases are one matter, unless that was answered already. An open question takes over the new
    /// score and reasons. Gives the item as it stands.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Review`].
    pub fn ask_same_matter(&mut self, a: &CaseId, b: &CaseId, score: f64, reasons: Vec<String>) -> Result<ReviewItem> {
        let item = self.stage_pair(a, b, score, reasons)?;
        self.commit()?;
        Ok(item)
    }

    /// Writes the question whether two cases are one matter aside.
    pub(crate) fn stage_pair(
        &mut self,
        a: &CaseId,
        b: &CaseId,
        score: f64,
        reasons: Vec<String>,
    ) -> Result<ReviewItem> {
        let (cases, id) = pair_of(a, b);
        let path = self.base().pair_path(&id);
        self.settle(&path)?;
        let known = Sheet::read(&path)?.items.into_iter().next();
        let question = Question::SameMatter { cases, score, reasons };
        let item = match known {
            Some(item) if !item.is_open() || item.question == question => return Ok(item),
            Some(item) => ReviewItem { question, ..item },
            None => ReviewItem { id, asked_on: self.today(), question, answer: None },
        };
        Sheet { items: vec![item.clone()] }.write(self.group(), &path)?;
        Ok(item)
    }

    /// Takes a person's answer. An accepted or corrected value enters its case as a claim that wins, two accepted
    /// cases become one; what is rejected is remembered. A later answer replaces an earlier one about a value.
    ///
    /// # Errors
    /// [`Error::NoSuchQuestion`], [`Error::WrongAnswer`] where a correction is of another field or of a pair, or a merged
    /// pair is to be parted; [`Error::NoSuchCase`] where the case has gone; those of [`Writer::put`].
    pub fn answer(&mut self, id: &str, decision: Decision, note: Option<String>) -> Result<ReviewItem> {
        self.commit()?;
        let (path, mut sheet, at) = self.question(id)?;
        let Some(item) = sheet.items.get_mut(at) else { return Err(Error::NoSuchQuestion { id: id.to_owned() }) };
        let earlier = item.answer.take();
        match &item.question {
            Question::Value { case, claim } => {
                let taken = decided(&decision, &claim.statement, id)?;
                let replaced =
                    earlier.and_then(|answer| decided(&answer.decision, &claim.statement, id).ok().flatten());
                self.enter(case, claim, taken, replaced.as_ref())?;
            }
            Question::SameMatter { cases: [a, b], .. } => match (&decision, earlier.map(|answer| answer.decision)) {
                (Decision::Corrected { .. }, _) => {
                    let message = "expected a pair to be accepted or rejected, found a correction".to_owned();
                    return Err(Error::WrongAnswer { id: id.to_owned(), message });
                }
                (Decision::Accepted, _) => {
                    self.merge_cases(a, b)?;
                }
                (Decision::Rejected, Some(Decision::Accepted)) => {
                    let message = "the two cases were merged; parting them is not done by an answer".to_owned();
                    return Err(Error::WrongAnswer { id: id.to_owned(), message });
                }
                (Decision::Rejected, _) => {}
            },
        }
        item.answer = Some(Answer { decision, on: self.today(), note });
        let answered = item.clone();
        sheet.write(self.group(), &path)?;
        self.commit()?;
        Ok(answered)
    }

    /// The file that holds a question, and its place there.
    fn question(&self, id: &str) -> Result<(PathBuf, Sheet, usize)> {
        for path in crate::base::record_files(&self.base().review_dir()) {
            // A damaged file holds up only the questions in it.
            let Ok(sheet) = Sheet::read(&path) else { continue };
            if let Some(at) = sheet.items.iter().position(|item| item.id == id) {
                return Ok((path, sheet, at));
            }
        }
        Err(Error::NoSuchQuestion { id: id.to_owned() })
    }

    /// Puts a person's value into a case, and takes the one out that an earlier answer put there.
    fn enter(
        &mut self,
        id: &CaseId,
        claim: &Claim,
        taken: Option<Statement>,
        replaced: Option<&Statement>,
    ) -> Result<()> {
        let Some(mut case) = self.base().case(id)? else { return Err(Error::NoSuchCase { id: id.clone() }) };
        let before = case.clone();
        resolve::state_curated(&mut case);
        let document = claim.evidence.as_ref().map(|evidence| evidence.document_sha256.as_str());
        let source = source_of(&case, document.unwrap_or_default(), &claim.source);
        case.claims.retain(|known| {
            let is_replaced = known.method == Method::Reviewed && Some(&known.statement) == replaced;
            let is_rejected = taken.is_none() && known.method != Method::Curated && known.statement == claim.statement;
            known.source != source || !(is_replaced || is_rejected)
        });
        let field = claim.statement.field();
        let mut note = format!("A person rejected a value for `{field}`.");
        if let Some(statement) = taken {
            note = format!("A person entered `{field}` from source `{source}`.");
            let reviewed = Claim {
                statement,
                source,
                method: Method::Reviewed,
                confidence: None,
                evidence: claim.evidence.clone(),
            };
            if !case.claims.contains(&reviewed) {
                case.claims.push(reviewed);
            }
        }
        crate::ingest::order_claims(&mut case);
        resolve::resolve(&mut case);
        if case != before {
            case.changes.push(Change { on: self.today(), kind: ChangeKind::Corrected, note });
            self.put(&case)?;
        }
        Ok(())
    }

    /// Makes one case of two. The one with a reference, else the one whose id comes first, stays; the other's id becomes
    /// an alias of it, and its sources and claims go over. What only one of them states is kept.
    ///
    /// # Errors
    /// [`Error::NoSuchCase`]; those of [`Writer::put`].
    pub fn merge_cases(&mut self, a: &CaseId, b: &CaseId) -> Result<CaseId> {
        self.commit()?;
        let load = |id: &CaseId| self.base().case(id)?.ok_or_else(|| Error::NoSuchCase { id: id.clone() });
        let (first, second) = (load(a)?, load(b)?);
        if first.id == second.id {
            // Merged before: an answer that was interrupted is given again.
            return Ok(first.id);
        }
        let first_stays = match (first.reference.value(), second.reference.value()) {
            (Some(_), None) => true,
            (None, Some(_)) => false,
            _ => first.id.as_str() <= second.id.as_str(),
        };
        let (mut kept, gone) = if first_stays { (first, second) } else { (second, first) };
        crate::ingest::take_over(&mut kept, gone.clone());
        let note = format!("Merged with `{}`: the same matter.", gone.id);
        kept.changes.push(Change { on: self.today(), kind: ChangeKind::SourceAdded, note });
        self.put(&kept)?;
        self.remove(&gone)?;
        Ok(kept.id)
    }
}

/// The statement that an answer puts into the record; `None` for a rejection.
fn decided(decision: &Decision, asked: &Statement, id: &str) -> Result<Option<Statement>> {
    match decision {
        Decision::Rejected => Ok(None),
        Decision::Accepted => Ok(Some(asked.clone())),
        Decision::Corrected { statement } if statement.field() == asked.field() => Ok(Some((**statement).clone())),
        Decision::Corrected { statement } => Err(Error::WrongAnswer {
            id: id.to_owned(),
            message: format!("expected a value for `{}`, found one for `{}`", asked.field(), statement.field()),
        }),
    }
}

/// Which of the case's sources is that document; its name where the hash is not among them.
fn source_of(case: &Case, document: &str, name: &SourceId) -> SourceId {
    let same = |source: &&Source| source.sha256.as_deref() == Some(document);
    let named = |source: &&Source| source.id == *name;
    let found = case.sources.iter().find(same).or_else(|| case.sources.iter().find(named)).or(case.sources.first());
    found.map_or_else(|| name.clone(), |source| source.id.clone())
}

/// Whether a case has room for a value: nothing sure for a single field, no such member in a list.
fn leaves_open(case: &Case, statement: &Statement) -> bool {
    let sure = |claim: &&Claim| claim.confidence.is_none_or(|confidence| confidence >= LEAST_CONFIDENCE);
    let mut known = case.claims.iter().filter(sure).map(|claim| &claim.statement);
    match statement {
        Statement::Authority(_) => false,
        Statement::Party(party) => !known.any(|other| match other {
            Statement::Party(other) => {
                other.id == party.id
                    || other.name.value().zip(party.name.value()).is_some_and(|(a, b)| is_same_party(a, b))
            }
            _ => false,
        }),
        Statement::Finding(finding) => !known.any(|other| match other {
            Statement::Finding(other) => {
                other.provision.is_within(&finding.provision) || finding.provision.is_within(&other.provision)
            }
            _ => false,
        }),
        Statement::Money(event) => {
            !known.any(|other| matches!(other, Statement::Money(other) if other.event == event.event))
        }
        Statement::Measure(measure) => {
            !known.any(|other| matches!(other, Statement::Measure(other) if other.kind == measure.kind))
        }
        single => !known.any(|other| other.field() == single.field()),
    }
}
