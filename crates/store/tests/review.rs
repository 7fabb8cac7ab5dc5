//! Questions for review: asked once, answered for good, safe against kills and damage.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a helper that fails fails the test that called it

use chrono::NaiveDate;
use fineprint_model::{
    AuthorityId, Basis, BlockKind, Case, CaseId, Claim, Currency, Document, Draft, Evidence, Finding, FindingKind,
    Method, Money, MoneyEvent, MoneyEventKind, PartialDate, Source, SourceId, SourceKind, Stated, Statement,
};
use fineprint_store::{Decision, Effect, Error, KnowledgeBase, Question, ReviewItem, Writer};

const TEXT: &str = "CNIL fined Example 20,000 euros. Article 32 was violated, perhaps Article 33. On 4 May 2022.";

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

fn document(seed: char) -> Document {
    Document {
        sha256: seed.to_string().repeat(64),
        text: TEXT.to_owned(),
        blocks: vec![fineprint_model::Block { kind: BlockKind::Paragraph, start: 0, end: TEXT.len() }],
        title: None,
        language: Some("en".into()),
        published_on: None,
        url: None,
        site: None,
        meta: std::collections::BTreeMap::new(),
        links: Vec::new(),
    }
}

fn claim(document: &Document, statement: Statement, confidence: f64, words: &str) -> Claim {
    let start = TEXT.find(words).unwrap();
    let evidence: Evidence = document.evidence(start, start + words.len()).unwrap();
    Claim {
        statement,
        source: SourceId::new("press").unwrap(),
        method: Method::Prose,
        confidence: Some(confidence),
        evidence: Some(evidence),
    }
}

fn violated(path: &str) -> Statement {
    let provision = path.parse().unwrap();
    Statement::Finding(Finding {
        provision,
        finding: FindingKind::Violated,
        violations: Vec::new(),
        party: None,
        note: None,
    })
}

fn imposed(units: i64) -> Statement {
    Statement::Money(MoneyEvent {
        event: MoneyEventKind::Imposed,
        on: Stated::default(),
        amount: Stated::Value(Money::from_major(units, Currency::EUR).unwrap()),
        party: None,
        source: None,
        note: None,
    })
}

fn decided(day: &str) -> Statement {
    Statement::DecidedOn(day.parse().unwrap())
}

/// A notice that is sure of the fine and of Article 32, and unsure of Article 33 and of the day.
fn draft(seed: char) -> Draft {
    let document = document(seed);
    let source = Source {
        sha256: Some(document.sha256.clone()),
        ..Source::new(SourceId::new("press").unwrap(), SourceKind::News)
    };
    Draft {
        claims: vec![
            claim(&document, Statement::Authority(AuthorityId::new("fr-cnil").unwrap()), 0.97, "CNIL"),
            claim(&document, Statement::Reference("SAN-2022-900".into()), 0.9, "2022"),
            claim(&document, imposed(20_000), 0.9, "20,000 euros"),
            claim(&document, violated("gdpr/32"), 0.9, "Article 32"),
        ],
        proposals: vec![
            claim(&document, violated("gdpr/33"), 0.4, "Article 33"),
            claim(&document, decided("2022-05-04"), 0.3, "4 May 2022"),
            // Claimed already, at another depth and with another amount: nothing to ask.
            claim(&document, violated("gdpr/32/1"), 0.3, "Article 32"),
            claim(&document, imposed(5), 0.3, "20,000"),
        ],
        source,
        document,
    }
}

struct Bench {
    _folder: tempfile::TempDir,
    base: KnowledgeBase,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let base = KnowledgeBase::init(&folder.path().join("kb")).unwrap();
        Self { _folder: folder, base }
    }

    fn writer(&self) -> Writer {
        self.base.writer(today()).unwrap()
    }

    fn items(&self) -> Vec<ReviewItem> {
        self.base.review_items().map(Result::unwrap).collect()
    }

    fn open(&self) -> Vec<ReviewItem> {
        self.items().into_iter().filter(ReviewItem::is_open).collect()
    }

    fn item(&self, field: &str) -> ReviewItem {
        let of_field = |item: &ReviewItem| matches!(&item.question, Question::Value { claim, .. } if claim.statement.field() == field);
        self.items().into_iter().find(of_field).unwrap()
    }

    fn case(&self) -> Case {
        self.base.case(&CaseId::new("fr-cnil-san-2022-900").unwrap()).unwrap().unwrap()
    }
}

fn provisions(case: &Case) -> Vec<&str> {
    case.provisions(FindingKind::Violated).map(fineprint_model::Provision::as_str).collect()
}

#[test]
fn what_is_unsure_is_asked_and_not_recorded() {
    let bench = Bench::new();
    let ingested = bench.writer().ingest(&draft('a')).unwrap();
    assert_eq!((ingested.effect, ingested.asked), (Effect::Created, 2));
    let fields: Vec<&str> = bench
        .open()
        .iter()
        .map(|item| match &item.question {
            Question::Value { claim, .. } => {
                assert!(document('a').supports(claim.evidence.as_ref().unwrap()), "the words are with it");
                claim.statement.field()
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(fields, ["finding", "decided-on"]);
    let case = bench.case();
    assert_eq!((provisions(&case), case.decided_on.value()), (vec!["gdpr/32"], None));
    let before = bench.items();
    let again = bench.writer().ingest(&draft('a')).unwrap();
    assert_eq!((again.effect, again.asked), (Effect::Unchanged, 2));
    assert_eq!(bench.items(), before, "asked once");
}

#[test]
fn an_accepted_value_enters_the_record_and_stays() {
    let bench = Bench::new();
    bench.writer().ingest(&draft('a')).unwrap();
    let id = bench.item("finding").id;
    let answered = bench.writer().answer(&id, Decision::Accepted, Some("read it".into())).unwrap();
    assert!(!answered.is_open());
    let case = bench.case();
    assert_eq!(provisions(&case), ["gdpr/32", "gdpr/33"]);
    assert_eq!(case.fine(Basis::Current).amount(), Money::from_major(20_000, Currency::EUR), "other fields stand");
    let entered = case.claims.iter().find(|claim| claim.method == Method::Reviewed).unwrap();
    assert_eq!(entered.evidence.as_ref().unwrap().quote, "Article 33");
    assert!(case.changes.iter().any(|change| change.note.contains("person")));
    let again = bench.writer().ingest(&draft('a')).unwrap();
    assert_eq!((again.effect, again.asked), (Effect::Unchanged, 1));
    assert_eq!(bench.case(), case);
}

#[test]
fn a_correction_wins_over_what_is_read_later() {
    let bench = Bench::new();
    bench.writer().ingest(&draft('a')).unwrap();
    let id = bench.item("decided-on").id;
    bench.writer().answer(&id, Decision::Corrected { statement: Box::new(decided("2022-05-03")) }, None).unwrap();
    let day: PartialDate = "2022-05-03".parse().unwrap();
    assert_eq!(bench.case().decided_on.value(), Some(&day));
    // A better reader is sure of the day it proposed before, and an official source says so too.
    let mut surer = draft('b');
    surer.source.kind = SourceKind::OfficialDecision;
    surer.claims.push(claim(&surer.document, decided("2022-05-04"), 0.97, "4 May 2022"));
    bench.writer().ingest(&surer).unwrap();
    assert_eq!(bench.case().decided_on.value(), Some(&day));
    // An answer may be changed.
    bench.writer().answer(&id, Decision::Corrected { statement: Box::new(decided("2022-05-02")) }, None).unwrap();
    assert_eq!(bench.case().decided_on.value(), Some(&"2022-05-02".parse().unwrap()));
    let wrong = bench.writer().answer(&id, Decision::Corrected { statement: Box::new(imposed(3)) }, None);
    assert!(matches!(wrong, Err(Error::WrongAnswer { .. })), "{wrong:?}");
}

#[test]
fn a_rejected_value_is_never_asked_again_unless_the_document_changed() {
    let bench = Bench::new();
    bench.writer().ingest(&draft('a')).unwrap();
    for item in bench.open() {
        bench.writer().answer(&item.id, Decision::Rejected, None).unwrap();
    }
    assert_eq!(bench.writer().ingest(&draft('a')).unwrap().asked, 0);
    assert_eq!(provisions(&bench.case()), ["gdpr/32"]);
    // Not even where a better reader is sure of it.
    let mut surer = draft('a');
    surer.claims.push(claim(&surer.document, violated("gdpr/33"), 0.9, "Article 33"));
    bench.writer().ingest(&surer).unwrap();
    assert_eq!(provisions(&bench.case()), ["gdpr/32"]);
    // Another version of the notice is another document.
    assert_eq!(bench.writer().ingest(&draft('b')).unwrap().asked, 2);
}

#[test]
fn what_became_sure_is_no_question_any_more() {
    let bench = Bench::new();
    bench.writer().ingest(&draft('a')).unwrap();
    let mut surer = draft('a');
    surer.claims.push(claim(&surer.document, decided("2022-05-04"), 0.9, "4 May 2022"));
    surer.proposals.retain(|claim| claim.statement.field() == "finding");
    assert_eq!(bench.writer().ingest(&surer).unwrap().asked, 1);
    surer.claims.push(claim(&surer.document, violated("gdpr/33"), 0.9, "Article 33"));
    surer.proposals.clear();
    assert_eq!(bench.writer().ingest(&surer).unwrap().asked, 0);
    assert_eq!(bench.items(), []);
}

/// The same told without a number.
fn without_number() -> Draft {
    let mut draft = draft('b');
    draft.claims.retain(|claim| claim.statement.field() != "reference");
    draft
}

/// Two cases of one matter: one by its number, one without.
fn pair(bench: &Bench) -> (CaseId, CaseId) {
    bench.writer().ingest(&draft('a')).unwrap();
    let second = bench.writer().ingest(&without_number()).unwrap();
    assert_eq!(second.effect, Effect::Created);
    (CaseId::new("fr-cnil-san-2022-900").unwrap(), second.id)
}

#[test]
fn an_accepted_pair_becomes_one_case() {
    let bench = Bench::new();
    let (first, second) = pair(&bench);
    let item = bench.writer().ask_same_matter(&second, &first, 0.7, vec!["same fine".into()]).unwrap();
    assert_eq!(bench.base.same_matter(&first, &second).unwrap(), Some(item.clone()), "in either order");
    bench.writer().answer(&item.id, Decision::Accepted, None).unwrap();
    let cases: Vec<Case> = bench.base.cases().map(|stored| stored.unwrap().case).collect();
    assert_eq!(cases.len(), 1);
    assert_eq!((&cases[0].id, cases[0].aliases.contains(&second)), (&first, true), "the one with a number stays");
    assert_eq!(cases[0].sources.len(), 2);
    assert_eq!(bench.base.case(&second).unwrap().unwrap().id, first, "the old id still leads there");
    // The questions of the case that went are still its own: neither lost nor asked twice.
    let before = bench.items().len();
    let again = bench.writer().ingest(&without_number()).unwrap();
    assert_eq!((again.id, again.effect), (first.clone(), Effect::Unchanged));
    assert_eq!(bench.items().len(), before);
    let question = bench.open().into_iter().find(|item| item.cases() == [second.clone()]).unwrap();
    bench.writer().answer(&question.id, Decision::Accepted, None).unwrap();
    let wrong = bench.writer().answer(&item.id, Decision::Rejected, None);
    assert!(matches!(wrong, Err(Error::WrongAnswer { .. })), "{wrong:?}");
}

#[test]
fn a_rejected_pair_is_remembered() {
    let bench = Bench::new();
    let (first, second) = pair(&bench);
    assert!(!bench.base.is_rejected_pair(&first, &second).unwrap());
    let item = bench.writer().ask_same_matter(&first, &second, 0.7, vec!["same fine".into()]).unwrap();
    bench.writer().answer(&item.id, Decision::Rejected, Some("two companies".into())).unwrap();
    assert!(bench.base.is_rejected_pair(&second, &first).unwrap());
    let again = bench.writer().ask_same_matter(&first, &second, 0.9, vec!["same day too".into()]).unwrap();
    assert!(again.is_rejected(), "asking again does not open it");
    assert_eq!(bench.base.cases().count(), 2);
}

#[test]
fn a_damaged_file_is_named_and_harms_no_other() {
    let bench = Bench::new();
    let (first, second) = pair(&bench);
    let folder = bench.base.root().join("review");
    std::fs::write(folder.join(format!("{}.json", "a".repeat(64))), "{").unwrap();
    let broken: Vec<String> =
        bench.base.review_items().filter_map(Result::err).map(|error| error.to_string()).collect();
    assert_eq!(broken.len(), 1);
    assert!(broken[0].contains("expected questions for review"), "{broken:?}");
    assert!(matches!(bench.writer().ingest(&draft('a')), Err(Error::Review { .. })), "not written over");
    let item = bench.writer().ask_same_matter(&first, &second, 0.5, Vec::new()).unwrap();
    bench.writer().answer(&item.id, Decision::Rejected, None).unwrap();
    assert!(matches!(
        bench.writer().answer("0123456789ab", Decision::Rejected, None),
        Err(Error::NoSuchQuestion { .. })
    ));
}
