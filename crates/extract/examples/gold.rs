//! Measures extraction against an annotated set: precision, recall and F1 by field, overall and by language.
//!
//! Reads `../shared/gold` beside the workspace, or `$FINEPRINT_SHARED/gold`; `--gold DIR` reads another folder of the
//! same form. `--errors` lists what was wrong; `--explain ID` prints the candidates of one document.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, reason = "a measuring tool for a terminal")]

use std::collections::{BTreeMap, BTreeSet};

use fineprint_extract::{Context, Extraction, extract, plain_document};
use fineprint_model::{
    FindingKind, MeasureKind, MoneyEventKind, Outcome, SourceId, SourceKind, Stage, Statement, slugify, vocab,
};
use serde_json::Value;

/// Counts of one field.
#[derive(Default, Clone, Copy)]
struct Tally {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Tally {
    fn add(&mut self, found: &BTreeSet<String>, expected: &BTreeSet<String>, optional: &BTreeSet<String>) {
        self.right += found.intersection(expected).count();
        self.wrong += found.iter().filter(|f| !expected.contains(*f) && !optional.contains(*f)).count();
        self.missed += expected.difference(found).count();
    }

    fn line(&self) -> String {
        #[allow(clippy::cast_precision_loss)]
        let ratio = |a: usize, b: usize| if a + b == 0 { 1.0 } else { a as f64 / (a + b) as f64 };
        let (p, r) = (ratio(self.right, self.wrong), ratio(self.right, self.missed));
        let f1 = if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) };
        format!("P {p:.3}  R {r:.3}  F1 {f1:.3}  ({} right, {} wrong, {} missed)", self.right, self.wrong, self.missed)
    }
}

/// Gold's name of an authority, as our id.
fn authority_id(gold: &str) -> String {
    let lower = gold.to_lowercase().replace('/', "-");
    let known = |id: &str| vocab::authorities().get(id).is_some();
    if known(&lower) {
        return lower;
    }
    // Names of the annotators that differ from ours.
    let ours = match lower.as_str() {
        "de-blnbdi" => "de-be",
        "de-lfdi-hb" => "de-hb",
        "de-hmbbfdi" => "de-hh",
        "de-lfd-ni" | "de-lfd-nds" => "de-ni",
        "be-apd-gba" => "be-apd",
        "fi-tsv" => "fi-tietosuoja",
        _ => lower.as_str(),
    };
    if known(ours) {
        return ours.to_owned();
    }
    let (country, name) = lower.split_once('-').unwrap_or((&lower, ""));
    let like = |a: &&fineprint_model::vocab::Authority| {
        let parts: Vec<&str> = a.id.split('-').collect();
        a.id.starts_with(&format!("{country}-")) && name.split('-').any(|part| parts[1..].contains(&part))
    };
    vocab::authorities().iter().find(like).map_or(lower.clone(), |a| a.id.clone())
}

/// `GDPR:5(1)(f)` as `gdpr/5/1/f`.
fn provision(gold: &str) -> String {
    let (law, path) = gold.split_once(':').unwrap_or((gold, ""));
    let law = match law.to_lowercase().replace('/', "-").as_str() {
        "us-sa" => "us-sa1933".to_owned(),
        "us-sea" | "us-sea-rule" => "us-sea1934".to_owned(),
        "gb-pecr" => "uk-pecr".to_owned(),
        "gb-dpa2018" => "uk-dpa2018".to_owned(),
        other => other.to_owned(),
    };
    let mut out = vocab::instruments().get(&law).map_or(law.clone(), |i| i.id.clone());
    for part in path.split(['(', ')']).filter(|part| !part.is_empty()) {
        out.push('/');
        out.push_str(&part.to_lowercase());
    }
    out
}

fn article(path: &str) -> String {
    path.split('/').take(2).collect::<Vec<_>>().join("/")
}

fn set(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

fn party_key(name: &str) -> String {
    const FORMS: [&str; 22] = [
        "s-l", "s-a", "sl", "sa", "srl", "s-r-l", "s-p-a", "spa", "gmbh", "ag", "ltd", "limited", "llc", "inc", "plc",
        "bv", "nv", "uab", "ab", "as", "sas", "group",
    ];
    let slug = slugify(name).unwrap_or_default();
    let mut slug = slug.as_str();
    for form in FORMS {
        slug = slug.strip_suffix(form).and_then(|s| s.strip_suffix('-')).unwrap_or(slug);
        slug = slug.strip_prefix(form).and_then(|s| s.strip_prefix('-')).unwrap_or(slug);
    }
    slug.to_owned()
}

/// Same name, or one contained in the other word by word.
fn is_same_party(a: &str, b: &str) -> bool {
    let (a, b) = (party_key(a), party_key(b));
    let (a, b) = (format!("-{a}-"), format!("-{b}-"));
    a.len() > 3 && b.len() > 3 && (a.contains(&b) || b.contains(&a))
}

fn outcome(extraction: &Extraction) -> Option<&'static str> {
    let has = |wanted: &dyn Fn(&Statement) -> bool| extraction.claims.iter().any(|c| wanted(&c.statement));
    let measure = |kind: MeasureKind| has(&|s| matches!(s, Statement::Measure(m) if m.kind == kind));
    if has(&|s| matches!(s, Statement::Stage(Stage::Proposed))) {
        Some("proposed_fine")
    } else if measure(MeasureKind::Settlement) {
        Some("settlement")
    } else if measure(MeasureKind::Fine) {
        Some("fine")
    } else if measure(MeasureKind::Reprimand) {
        Some("reprimand")
    } else if measure(MeasureKind::BringIntoCompliance) {
        Some("order")
    } else if has(&|s| matches!(s, Statement::Outcome(Outcome::NoViolation))) {
        Some("dismissed")
    } else if has(&|s| matches!(s, Statement::Outcome(Outcome::Discontinued))) {
        Some("closed")
    } else if has(&|s| matches!(s, Statement::Outcome(Outcome::ViolationFound))) {
        Some("violation_no_fine")
    } else {
        None
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let show_errors = arguments.iter().any(|a| a == "--errors");
    let explain = arguments.iter().position(|a| a == "--explain").and_then(|at| arguments.get(at + 1));
    let folder = arguments.iter().position(|a| a == "--gold").and_then(|at| arguments.get(at + 1));
    let Some(gold_dir) = folder.map(std::path::PathBuf::from).or_else(|| fineprint_testkit::shared("gold")) else {
        return;
    };
    let Ok(gold) = std::fs::read_to_string(gold_dir.join("gold.jsonl")) else {
        println!("skipped: no gold set at {}", gold_dir.display());
        return;
    };
    let mut tallies: BTreeMap<(String, &str), Tally> = BTreeMap::new();
    let (mut bytes, mut time) = (0, std::time::Duration::ZERO);
    let mut reliability: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    for line in gold.lines() {
        let gold: Value = serde_json::from_str(line).expect("gold is JSON");
        let id = gold["id"].as_str().expect("an id");
        let file = std::fs::read_to_string(gold_dir.join("docs").join(format!("{id}.json"))).expect("the document");
        let record: Value = serde_json::from_str(&file).expect("the document is JSON");
        let text = record["text"].as_str().unwrap_or_default();
        let mut document = plain_document(text);
        document.language = record["lang"].as_str().map(str::to_owned);
        let kind = match record["source_kind"].as_str() {
            Some("official") => SourceKind::OfficialPressRelease,
            Some("wiki") => SourceKind::Wiki,
            Some("lawfirm") => SourceKind::LawFirm,
            _ => SourceKind::News,
        };
        let context = Context { source: SourceId::new("text").unwrap(), kind, authority: None, url: None };
        let start = std::time::Instant::now();
        let extraction = extract(&document, &context);
        time += start.elapsed();
        bytes += text.len();
        for claim in &extraction.claims {
            assert!(claim.evidence.as_ref().is_none_or(|evidence| document.supports(evidence)), "{id}");
        }
        if explain.is_some_and(|wanted| wanted == id) {
            println!("language {:?}", extraction.language);
            for c in &extraction.candidates {
                let reasons: Vec<String> = c.reasons.iter().take(5).map(|(n, w)| format!("{n} {w:+.1}")).collect();
                let star = if c.is_claimed { "*" } else { " " };
                println!(
                    "{star} {:?} {}..{} {} -> {} ({:+.2}) {}",
                    c.kind,
                    c.start,
                    c.end,
                    c.value,
                    c.role,
                    c.score,
                    reasons.join(", ")
                );
            }
            for c in &extraction.claims {
                println!("{:.2} {:?}", c.confidence.unwrap_or_default(), c.statement);
            }
        }
        let language = record["lang"].as_str().unwrap_or("?").to_owned();
        let mut score = |field: &'static str, found: Vec<String>, expected: Vec<String>, optional: Vec<String>| {
            let [found, expected, optional] =
                [found, expected, optional].map(|list| list.into_iter().collect::<BTreeSet<String>>());
            for group in ["all".to_owned(), language.clone()] {
                tallies.entry((group, field)).or_default().add(&found, &expected, &optional);
            }
            let wrong: Vec<&String> =
                found.iter().filter(|f| !expected.contains(*f) && !optional.contains(*f)).collect();
            let missed: Vec<&String> = expected.difference(&found).collect();
            if show_errors && (!wrong.is_empty() || !missed.is_empty()) {
                println!("{field:12} {id}: wrong {wrong:?} missed {missed:?}");
            }
            wrong.is_empty()
        };
        let one = |value: &Value| value.as_str().map(str::to_owned).into_iter().collect::<Vec<_>>();
        let statements = || extraction.claims.iter().map(|c| &c.statement);

        let found: Vec<String> = statements()
            .filter_map(|s| if let Statement::Authority(a) = s { Some(a.to_string()) } else { None })
            .collect();
        let sure = |field: &str| {
            extraction
                .claims
                .iter()
                .filter(|c| c.statement.field() == field)
                .filter_map(|c| c.confidence)
                .fold(0.0, f64::max)
        };
        let mut calibrate = |confidence: f64, is_right: bool| {
            if confidence > 0.0 {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let slot = reliability.entry((confidence * 10.0) as u32).or_default();
                slot.0 += 1;
                slot.1 += usize::from(is_right);
            }
        };
        let right =
            score("authority", found, one(&gold["authority"]).iter().map(|a| authority_id(a)).collect(), vec![]);
        calibrate(sure("authority"), right);

        let events: Vec<_> =
            statements().filter_map(|s| if let Statement::Money(m) = s { Some(m) } else { None }).collect();
        let of = |kind: &MoneyEventKind| events.iter().find(|m| m.event == *kind).and_then(|m| m.amount.value());
        let final_fine = of(&MoneyEventKind::Reduced)
            .or_else(|| of(&MoneyEventKind::Imposed))
            .or_else(|| of(&MoneyEventKind::Proposed))
            .map(|m| format!("{} {}", m.currency, m.units()));
        let fine = |value: &Value| {
            value
                .as_object()
                .map(|o| format!("{} {}", o["currency"].as_str().unwrap_or("?"), o["amount"].as_f64().unwrap_or(0.0)))
        };
        let expected: Vec<String> = gold["fines"].as_array().into_iter().flatten().filter_map(fine).collect();
        let right = score("fines", final_fine.into_iter().collect(), expected, vec![]);
        calibrate(sure("money"), right);

        let alternatives = set(&gold["outcome_alt"]);
        let mut found: Vec<String> = outcome(&extraction).map(str::to_owned).into_iter().collect();
        let expected = one(&gold["outcome"]);
        if found.first().is_some_and(|f| alternatives.contains(f)) {
            found.clone_from(&expected);
        }
        let right = score("outcome", found, expected, vec![]);
        calibrate(sure("outcome"), right);

        let found: Vec<String> = statements()
            .filter_map(|s| match s {
                Statement::Finding(f) if f.finding == FindingKind::Violated => Some(f.provision.to_string()),
                _ => None,
            })
            .collect();
        let expected: Vec<String> = set(&gold["legal_refs"]).iter().map(|r| provision(r)).collect();
        let optional: Vec<String> = set(&gold["legal_refs_optional"]).iter().map(|r| provision(r)).collect();
        let articles = |list: &[String]| list.iter().map(|p| article(p)).collect::<Vec<_>>();
        score("refs/article", articles(&found), articles(&expected), articles(&optional));
        let right = score("refs/full", found, expected, optional);
        calibrate(sure("finding"), right);

        let affected = statements()
            .find_map(|s| if let Statement::AffectedPeople(n) = s { Some(n.point()) } else { None })
            .or_else(|| {
                statements().find_map(|s| if let Statement::AffectedRecords(n) = s { Some(n.point()) } else { None })
            });
        let expected = gold["affected"].as_u64().map(|n| n.to_string()).into_iter().collect();
        let right = score("affected", affected.map(|n| n.to_string()).into_iter().collect(), expected, vec![]);
        calibrate(sure("affected-people"), right);

        let names = set(&gold["parties"]);
        let found: Vec<String> = statements()
            .filter_map(|s| match s {
                Statement::Party(p) => p.name.value().cloned(),
                _ => None,
            })
            .map(|name| names.iter().find(|gold| is_same_party(gold, &name)).cloned().unwrap_or(name))
            .collect();
        let right = score("parties", found, names, vec![]);
        calibrate(sure("party"), right);

        let date =
            |wanted: fn(&Statement) -> Option<String>| statements().find_map(wanted).into_iter().collect::<Vec<_>>();
        let decided = date(|s| if let Statement::DecidedOn(d) = s { Some(d.to_string()) } else { None });
        score("decided", decided, one(&gold["decision_date"]), vec![]);
        let published = date(|s| if let Statement::PublishedOn(d) = s { Some(d.to_string()) } else { None });
        score("published", published, one(&gold["publication_date"]), vec![]);
        let reference = date(|s| if let Statement::Reference(r) = s { Some(r.clone()) } else { None });
        score("case_ref", reference, one(&gold["case_ref"]), vec![]);
    }
    let mut last = String::new();
    for ((group, field), tally) in &tallies {
        if *group != last {
            println!("\n{group}");
            last.clone_from(group);
        }
        println!("  {field:12} {}", tally.line());
    }
    println!("\nconfidence of the best claim of a field -> documents, of them right");
    for (tenth, (all, right)) in &reliability {
        println!("  0.{tenth}  {all:4} {right:4}");
    }
    println!("\n{bytes} bytes in {time:?}");
}
