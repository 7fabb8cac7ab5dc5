//! The sample notices and what is expected of them agree with each other and with the vocabularies: what the
//! other crates' tests compare against must not be wrong itself.
#![allow(clippy::unwrap_used, reason = "a test may stop where its own fixture is broken")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fineprint_model::terms::{
    FindingKind, MeasureKind, MoneyEventKind, Outcome, PartyKind, PartyRole, SourceKind, Term,
};
use fineprint_model::{Currency, PartialDate, Provision, vocab};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/notices")
}

fn expected() -> Value {
    serde_json::from_str(&fs::read_to_string(folder().join("expected.json")).unwrap()).unwrap()
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

fn known<T: Term>(term: &str) {
    assert!(T::from_slug(term).is_known(), "`{term}` is no term of `{}`", T::VOCABULARY);
}

#[test]
fn every_notice_is_described_and_every_description_has_its_notice() {
    let expected = expected();
    let mut described = BTreeSet::new();
    for group in ["files", "not_a_case"] {
        described.extend(expected[group].as_object().unwrap().keys().cloned());
    }
    let mut present = BTreeSet::new();
    for (prefix, folder) in [("", folder()), ("not-a-case/", folder().join("not-a-case"))] {
        for entry in fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".html") || name.ends_with(".txt") {
                present.insert(format!("{prefix}{name}"));
            }
        }
    }
    assert_eq!(described, present);
    for file in expected["merged"][0]["files"].as_array().unwrap() {
        assert_eq!(expected["files"][file.as_str().unwrap()]["case"], expected["merged"][0]["case"]);
    }
}

#[test]
fn descriptions_use_terms_that_exist_and_words_that_stand_in_the_notice() {
    let expected = expected();
    for (file, notice) in expected["files"].as_object().unwrap() {
        let page = fs::read_to_string(folder().join(file)).unwrap();
        assert!(vocab::authorities().get(text(notice, "authority").unwrap()).is_some(), "{file}");
        known::<Outcome>(text(notice, "outcome").unwrap());
        known::<SourceKind>(text(notice, "source_kind").unwrap());
        for date in ["decided", "published"].iter().filter_map(|key| text(notice, key)) {
            date.parse::<PartialDate>().unwrap();
        }
        for stated in ["reference", "url"].iter().filter_map(|key| text(notice, key)) {
            assert!(page.contains(stated), "{file} does not say `{stated}`");
        }
        for party in notice["parties"].as_array().unwrap() {
            assert!(page.contains(text(party, "name").unwrap()), "{file}");
            known::<PartyKind>(text(party, "kind").unwrap());
            text(party, "role").into_iter().for_each(known::<PartyRole>);
        }
        for measure in notice["measures"].as_array().unwrap() {
            known::<MeasureKind>(measure.as_str().unwrap());
        }
        for event in notice["money"].as_array().unwrap() {
            known::<MoneyEventKind>(text(event, "event").unwrap());
            text(event, "currency").unwrap().parse::<Currency>().unwrap();
            assert!(event["amount"].as_i64().unwrap() > 0, "{file}");
        }
        let findings = notice["findings"].as_array().unwrap();
        for finding in findings {
            known::<FindingKind>(text(finding, "finding").unwrap());
        }
        let provisions = findings.iter().map(|finding| &finding["provision"]);
        for provision in provisions.chain(notice["procedural"].as_array().unwrap()) {
            let provision = Provision::new(provision.as_str().unwrap()).unwrap();
            assert!(vocab::instruments().get(provision.instrument()).is_some(), "{file}: {}", provision.as_str());
        }
    }
}
