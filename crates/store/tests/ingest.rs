//! Several notices, one case: which case a notice joins, and that the order of reading does not matter.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

use fineprint_model::{
    AuthorityId, Case, CaseId, Claim, Currency, Document, Draft, Estimate, Evidence, Finding, FindingKind, Method,
    Money, MoneyEvent, MoneyEventKind, Outcome, Party, PartyId, Source, SourceId, SourceKind, Stated, Statement,
    slugify,
};
use fineprint_store::{Decision, Effect, KnowledgeBase, Match, Question, Writer, lint_tree};

fn base() -> (tempfile::TempDir, KnowledgeBase, Writer) {
    let folder = tempfile::tempdir().unwrap();
    let base = KnowledgeBase::init(folder.path()).unwrap();
    let writer = base.writer("2026-11-24".parse().unwrap()).unwrap();
    (folder, base, writer)
}

fn draft(kind: SourceKind, text: &str, statements: Vec<Statement>) -> Draft {
    let sha256 = fineprint_store::sha256(text.as_bytes());
    let document = Document {
        sha256: sha256.clone(),
        text: text.to_owned(),
        blocks: Vec::new(),
        title: None,
        language: Some("en".into()),
        published_on: None,
        url: None,
        site: None,
        meta: std::collections::BTreeMap::new(),
        links: Vec::new(),
    };
    let id = SourceId::new("source").unwrap();
    let claims = statements
        .into_iter()
        .map(|statement| Claim {
            statement,
            source: id.clone(),
            method: Method::Prose,
            confidence: Some(0.8),
            evidence: Some(Evidence { document_sha256: sha256.clone(), start: 0, end: 1, quote: text[..1].to_owned() }),
        })
        .collect();
    let source = Source {
        language: Some("en".into()),
        sha256: Some(sha256),
        licence: Some("facts only".into()),
        ..Source::new(id, kind)
    };
    Draft { source, document, claims, proposals: Vec::new() }
}

fn authority() -> Statement {
    Statement::Authority(AuthorityId::new("fr-cnil").unwrap())
}

fn party(name: &str) -> Statement {
    Statement::Party(Party::named(PartyId::new(slugify(name).unwrap()).unwrap(), name))
}

fn imposed(units: i64) -> Statement {
    Statement::Money(MoneyEvent {
        event: MoneyEventKind::Imposed,
        on: Stated::default(),
        amount: Money::from_major(units, Currency::EUR).unwrap().into(),
        party: None,
        source: None,
        note: None,
    })
}

fn violated(path: &str) -> Statement {
    Statement::Finding(Finding {
        provision: path.parse().unwrap(),
        finding: FindingKind::Violated,
        violations: Vec::new(),
        party: Some(PartyId::new("laboratory-software").unwrap()),
        note: None,
    })
}

fn decided(day: &str) -> Statement {
    Statement::DecidedOn(day.parse().unwrap())
}

fn press() -> Draft {
    let people = Statement::AffectedPeople(Estimate::AtLeast { value: 490_000 });
    let statements = vec![
        authority(),
        party("Laboratory Software"),
        imposed(1_500_000),
        people,
        violated("gdpr/32"),
        decided("2030-04"),
    ];
    draft(SourceKind::News, "Press article", statements)
}

fn decision() -> Draft {
    let people = Statement::AffectedPeople(Estimate::Exact { value: 491_840 });
    let reference = Statement::Reference("SAN-2030-009".into());
    let statements = vec![
        authority(),
        reference,
        party("LABORATORY SOFTWARES SAS"),
        imposed(1_500_000),
        people,
        decided("2030-04-15"),
    ];
    draft(SourceKind::OfficialDecision, "The decision", statements)
}

/// What does not depend on names that were given on the way.
fn values(case: &Case) -> Case {
    let mut case = case.clone();
    case.id = CaseId::new("fr-cnil-any").unwrap();
    case.aliases.clear();
    case.changes.clear();
    case.claims.sort_by_key(|claim| serde_json::to_string(claim).unwrap());
    case
}

#[test]
fn two_notices_of_one_matter_make_one_case_in_either_order() {
    let mut results = Vec::new();
    for order in [[press(), decision()], [decision(), press()]] {
        let (folder, base, mut writer) = base();
        let first = writer.ingest(&order[0]).unwrap();
        assert_eq!(first.effect, Effect::Created);
        let second = writer.ingest(&order[1]).unwrap();
        assert_eq!((second.effect, second.because, &second.id), (Effect::Merged, Some(Match::Party), &first.id));
        assert_eq!(base.cases().count(), 1);
        // The official reference leads to the case, whatever it was called first.
        let case = base.case(&CaseId::new("fr-cnil-san-2030-009").unwrap()).unwrap().unwrap();
        assert_eq!(case.id, first.id);
        assert_eq!(case.affected_people.value(), Some(&Estimate::Exact { value: 491_840 }));
        assert_eq!(case.findings[0].party.as_ref(), Some(&case.parties[0].id));
        assert_eq!(case.parties.len(), 1);

        let before = std::fs::read(folder.path().join(format!("cases/fr-cnil/{}.json", case.id))).unwrap();
        for draft in &order {
            let again = writer.ingest(draft).unwrap();
            assert_eq!((again.effect, again.because), (Effect::Unchanged, Some(Match::Document)));
        }
        let after = std::fs::read(folder.path().join(format!("cases/fr-cnil/{}.json", case.id))).unwrap();
        assert!(before == after, "reading again changed the file");
        let errors: Vec<_> = lint_tree(folder.path())
            .unwrap()
            .findings
            .into_iter()
            .filter(|finding| finding.severity == fineprint_model::lint::Severity::Error)
            .collect();
        assert_eq!(errors, []);
        results.push(values(&case));
    }
    assert_eq!(results[0], results[1]);
}

#[test]
fn one_document_may_tell_of_two_cases() {
    let (_folder, base, mut writer) = base();
    let one = draft(
        SourceKind::Dataset,
        "A table",
        vec![authority(), Statement::Reference("SAN-2030-001".into()), party("First"), imposed(10)],
    );
    let two = draft(
        SourceKind::Dataset,
        "A table",
        vec![authority(), Statement::Reference("SAN-2030-002".into()), party("First"), imposed(10)],
    );
    let three = draft(SourceKind::Dataset, "A table", vec![authority(), party("Third Company"), imposed(10)]);
    for draft in [&one, &two, &three] {
        assert_eq!(writer.ingest(draft).unwrap().effect, Effect::Created);
    }
    assert_eq!(base.cases().count(), 3);
    for draft in [&one, &two, &three] {
        assert_eq!(writer.ingest(draft).unwrap().effect, Effect::Unchanged);
    }
}

#[test]
fn a_curated_record_keeps_its_values_when_a_notice_joins_it() {
    let (_folder, base, mut writer) = base();
    let mut curated = Case::new(CaseId::new("fr-cnil-san-2030-009").unwrap(), AuthorityId::new("fr-cnil").unwrap());
    curated.reference = Stated::Value("SAN-2030-009".into());
    curated.decided_on = Stated::Value("2030-04-14".parse().unwrap());
    curated.summary = Some("Ours.".into());
    let mut source = decision().source;
    source.sha256 = None;
    source.url = Some("https://www.cnil.fr/decision".into());
    curated.sources = vec![source];
    writer.put(&curated).unwrap();

    let mut read = decision();
    read.source.url = Some("http://cnil.fr/decision/".into());
    let ingested = writer.ingest(&read).unwrap();
    assert_eq!((&ingested.id, ingested.because), (&curated.id, Some(Match::Reference)));
    let case = base.case(&curated.id).unwrap().unwrap();
    assert_eq!(case.decided_on, curated.decided_on, "what a person entered stays");
    assert_eq!(case.summary, curated.summary);
    assert_eq!(case.affected_people.value(), Some(&Estimate::Exact { value: 491_840 }), "gaps are filled");
    assert_eq!(case.sources.len(), 1, "the same publication is one source");
    assert!(case.sources[0].sha256.is_some());
    assert_eq!(writer.ingest(&read).unwrap().effect, Effect::Unchanged);
}

#[test]
fn unlike_matters_stay_apart() {
    let (_folder, base, mut writer) = base();
    writer.ingest(&press()).unwrap();
    let other_amount = vec![authority(), party("Laboratory Software"), imposed(20_000), decided("2030-04")];
    let other_year = vec![authority(), party("Laboratory Software"), imposed(1_500_000), decided("2034-04")];
    let other_party = vec![authority(), party("Labour Union"), imposed(1_500_000), decided("2030-04")];
    for (text, statements) in [("a", other_amount), ("b", other_year), ("c", other_party)] {
        assert_eq!(
            writer.ingest(&draft(SourceKind::News, text, statements)).unwrap().effect,
            Effect::Created,
            "{text}"
        );
    }
    assert_eq!(base.cases().count(), 4);
    let nobody = draft(SourceKind::News, "d", vec![party("Laboratory Software")]);
    assert!(matches!(writer.ingest(&nobody), Err(fineprint_store::Error::NoAuthority)));
}

#[test]
fn unsure_claims_stay_out() {
    let (_folder, base, mut writer) = base();
    let mut unsure = press();
    unsure.claims.retain(|claim| claim.statement.field() != "finding");
    for claim in &mut unsure.claims {
        if matches!(claim.statement, Statement::AffectedPeople(_)) {
            claim.confidence = Some(0.3);
        }
    }
    let id = writer.ingest(&unsure).unwrap().id;
    let case = base.case(&id).unwrap().unwrap();
    assert!(case.affected_people.is_not_extracted());
    assert!(case.claims.iter().all(|claim| claim.statement.field() != "affected-people"));
}

#[test]
fn opposite_outcomes_of_one_reference_stay_apart_until_a_person_says_so() {
    let (_folder, base, mut writer) = base();
    let telling = |text: &str, outcome: Outcome| {
        let reference = Statement::Reference("SAN-2030-009".into());
        draft(SourceKind::Wiki, text, vec![authority(), reference, decided("2030-04-15"), Statement::Outcome(outcome)])
    };
    let first = writer.ingest(&telling("one page", Outcome::ViolationFound)).unwrap();
    let second = writer.ingest(&telling("another page", Outcome::NoViolation)).unwrap();
    assert_eq!((second.effect, second.doubts), (Effect::Created, 1));
    let item = base.same_matter(&first.id, &second.id).unwrap().unwrap();
    let Question::SameMatter { reasons, .. } = &item.question else { panic!("{item:?}") };
    assert!(reasons.iter().any(|reason| reason.contains("violation")), "{reasons:?}");
    // A third page of the reference that agrees with the first joins it, and asks nothing.
    let third = writer.ingest(&telling("third page", Outcome::ViolationFound)).unwrap();
    assert_eq!((third.effect, &third.id, third.doubts), (Effect::Merged, &first.id, 0));
    // The answer is remembered: reading the pages again asks nothing.
    writer.answer(&item.id, Decision::Rejected, None).unwrap();
    assert_eq!(writer.ingest(&telling("another page", Outcome::NoViolation)).unwrap().doubts, 0);
    assert!(base.is_rejected_pair(&first.id, &second.id).unwrap());
    writer.answer(&item.id, Decision::Accepted, None).unwrap();
    assert_eq!(base.cases().count(), 1);
    let id = |id: &CaseId| base.case(id).unwrap().unwrap().id;
    assert_eq!(id(&second.id), id(&first.id), "the id that went is an alias");
}

#[test]
fn pages_that_name_one_official_address_meet_without_a_number_or_a_name() {
    let (_folder, base, mut writer) = base();
    let address = "https://www.cnil.fr/fr/sanction-de-la-societe-exemple";
    let told = |text: String, statements| draft(SourceKind::Dataset, &text, statements);
    let first = told(format!("see <a href='{address}'>link</a>"), vec![authority(), party("Example"), imposed(10_000)]);
    let second = told(format!("source: {address}"), vec![authority(), imposed(10_000), decided("2030-04-15")]);
    let one = writer.ingest(&first).unwrap();
    let two = writer.ingest(&second).unwrap();
    assert_eq!((two.effect, two.because, &two.id), (Effect::Merged, Some(Match::Address), &one.id));
    let case = base.case(&one.id).unwrap().unwrap();
    assert!(case.sources.iter().all(|source| source.cites == [address]), "{:?}", case.sources);
    // An address that many matters name is none of theirs.
    let list = "https://www.cnil.fr/fr/liste";
    for (at, name) in ["Alderney", "Birchwood", "Corvid", "Dovecote"].iter().enumerate() {
        let fine = 100 + i64::try_from(at).unwrap();
        let telling =
            told(format!("{name} {list}"), vec![authority(), party(name), imposed(fine), decided("2030-01-01")]);
        assert_eq!(writer.ingest(&telling).unwrap().effect, Effect::Created, "{name}");
    }
    let telling = told(format!("someone {list}"), vec![authority(), imposed(77), decided("2031-01-01")]);
    let someone = writer.ingest(&telling).unwrap();
    assert_eq!((someone.effect, someone.doubts), (Effect::Created, 0));
}
