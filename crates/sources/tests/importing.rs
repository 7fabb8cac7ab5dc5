//! Importers: what others hold becomes drafts marked as imported, with their source's licence; a bad row is told with its
//! place and harms no other.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::Cursor;

use fineprint_model::{Draft, Method, SourceKind, Statement};
use fineprint_sources::{Error, Import, ImportKind, Mapping, RowError, import};
use fineprint_testkit::shared;

fn imported(
    bytes: &[u8],
    kind: ImportKind,
    mapping: Option<&Mapping>,
) -> (Vec<Draft>, Vec<RowError>, Result<(), Error>) {
    let what = Import { name: "held", kind, mapping, retrieved_on: None };
    let (mut drafts, mut errors) = (Vec::new(), Vec::new());
    let end = import(&mut Cursor::new(bytes), &what, &mut |row| {
        match row {
            Ok(draft) => drafts.push(draft),
            Err(error) => errors.push(error),
        }
        true
    });
    (drafts, errors, end)
}

fn has(draft: &Draft, field: &str, value: &serde_json::Value) -> bool {
    draft.statements().any(|statement| {
        let json = serde_json::to_value(statement).unwrap();
        json["field"] == field && json["value"] == *value
    })
}

const MAP: &str = r#"
[source]
publisher = "Example University"
licence = "CC-BY-4.0"
language = "en"
url = "https://data.example/fines"
[every]
currency = "EUR"
law = "gdpr"
[columns]
authority = "Authority"
reference = "Case no."
decided-on = "Date"
fine = "Fine"
party = "Company"
violated = "Articles"
outcome = "Result"
affected-people = "People"
[values.outcome]
"Breach" = "violation-found"
"#;

#[test]
fn a_table_is_read_by_its_mapping() {
    let mapping = Mapping::parse(MAP).unwrap();
    let csv = "Case no.;Authority;Date;Fine;Company;Articles;Result;People\n\
        SAN-2030-901;CNIL (France);15/04/2030;1,5 million;Exemple Santé SAS;32, 5(1)(f);Breach;491 840\n\
        X-1;Nobody at all;15/04/2030;100;A Ltd;32;Breach;1\n\
        X-2;fr-cnil;soon;much;Jane Roe;everything;Maybe;many\n\
        X-3;fr-cnil\n\
        SAN-2030-902;fr-cnil;2030-05;0;Exemple Banque SA;Article 6 GDPR;Breach;\n";
    let (drafts, errors, end) = imported(csv.as_bytes(), ImportKind::Csv, Some(&mapping));
    assert_eq!(end, Ok(()));
    assert_eq!(drafts.len(), 3, "{errors:?}");
    let first = &drafts[0];
    assert!(has(first, "authority", &"fr-cnil".into()));
    assert!(has(first, "decided-on", &"2030-04-15".into()));
    assert!(has(first, "outcome", &"violation-found".into()));
    assert!(has(first, "affected-people", &serde_json::json!({"precision": "exact", "value": 491_840})));
    let found: Vec<String> = first
        .statements()
        .filter_map(|statement| match statement {
            Statement::Finding(finding) => Some(finding.provision.to_string()),
            Statement::Money(event) => event.amount.value().map(ToString::to_string),
            Statement::Party(party) => Some(party.id.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(found, ["gdpr/32", "gdpr/5/1/f", "EUR 1500000", "exemple-sante"]);
    for draft in &drafts {
        assert_eq!(draft.source.licence.as_deref(), Some("CC-BY-4.0"));
        assert_eq!(draft.source.kind, SourceKind::Dataset);
        assert!(draft.source.url.as_deref().is_some_and(|url| url.starts_with("https://data.example/fines#:~:text=")));
        assert!(draft.claims.iter().all(|claim| claim.method == Method::Imported));
        assert!(
            draft.claims.iter().filter_map(|claim| claim.evidence.as_ref()).all(|one| draft.document.supports(one))
        );
    }
    assert!(!drafts[1].statements().any(|one| matches!(one, Statement::Party(_))), "a natural person is not taken");
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let expected = [
        "`held`, row 3, column `Authority`: expected an authority of the vocabulary by id, name or acronym, found `Nobody at all`",
        "`held`, row 4, column `Date`: expected a date, as in `2022-04-15`, found `soon`",
        "`held`, row 4, column `Fine`: expected one amount of money, as in `20000` or `1.5 million`, found `much`",
        "`held`, row 4, column `Articles`: expected provisions, as in `Art. 5(1)(f) GDPR`, found `everything`",
        "`held`, row 4, column `People`: expected a number of people, found `many`",
        "`held`, row 5: expected 8 cells, found 2",
    ];
    for line in expected {
        assert!(told.iter().any(|one| one == line), "{line}\nis not among\n{told:#?}");
    }
    assert!(
        told.iter().any(|one| one.starts_with("`held`, row 4, column `Result`: expected one of `violation-found`"))
    );
    assert_eq!(told.len(), expected.len() + 1, "{told:#?}");
}

#[test]
fn a_mapping_must_fit_the_table() {
    let error = Mapping::parse("[source]\npublisher = 'x'\n[columns]\nfine = 'Fine'").unwrap_err().to_string();
    assert_eq!(error, "expected `authority` among `[columns]` or under `[every]`, found neither");
    assert!(
        Mapping::parse("[source]\npublisher = 'x'\n[columns]\nfien = 'Fine'").unwrap_err().to_string().contains("fien")
    );
    let mapping = Mapping::parse(MAP).unwrap();
    let (_, _, end) = imported(b"Case no;Authority;Date\n1;2;3\n", ImportKind::Csv, Some(&mapping));
    let message = end.unwrap_err().to_string();
    assert_eq!(
        message,
        "`held`: expected column `Case no.` (for `reference`), found `Case no`, `Authority`, `Date`; did you mean `Case no`?"
    );
}

/// A page of the wiki in its own markup, as its export holds it.
fn wiki_page(number: &str, fine: &str) -> String {
    format!(
        "<page><title>CNIL (France) - {number}</title><ns>0</ns><revision><text xml:space=\"preserve\">{{{{DPAdecisionBOX\n\n\
        |Jurisdiction=France\n|DPA_Abbrevation=CNIL\n|DPA_With_Country=CNIL (France)\n\n|Case_Number_Name={number}\n|ECLI=\n\n\
        |Original_Source_Name_1=L&eacute;gifrance\n|Type=Investigation\n|Outcome=Violation Found\n|Date_Decided=15.04.2030\n\
        |Date_Published=\n|Fine={fine}\n|Currency=EUR\n\n|GDPR_Article_1=[[Article 32 GDPR|Article 32 GDPR]]\n|GDPR_Article_2=Article 28(3) GDPR\n\
        |Party_Name_1=Exemple Biologie SAS\n|Party_Link_1=\n|Appeal_To_Status=Not appealed\n}}}}\n\n\
        The French DPA fined a processor.\n\n== English Summary ==\n\n=== Facts ===\nThe data of 491,840 patients of ''Exemple Biologie SAS'' leaked.&lt;ref&gt;x&lt;/ref&gt;\n\n\
        === Holding ===\nThe DPA found a violation of [[Article 32 GDPR]] and fined the company € 1,500,000.\n\n== Comment ==\n''Share your comments here!''\n\
        </text></revision></page>"
    )
}

#[test]
fn an_export_of_the_wiki_is_read_page_by_page() {
    let talk = "<page><title>Talk:Something</title><ns>1</ns><revision><text>Hello</text></revision></page>";
    let export = format!(
        "<mediawiki xmlns=\"http://www.mediawiki.org/xml/export-0.11/\" xml:lang=\"en\"><siteinfo><sitename>GDPRhub</sitename></siteinfo>{}{talk}{}</mediawiki>",
        wiki_page("SAN-2030-901", "1,500,000"),
        wiki_page("SAN-2030-902", "None")
    );
    let (drafts, errors, end) = imported(export.as_bytes(), ImportKind::GdprhubWikitext, None);
    assert_eq!(end, Ok(()));
    assert_eq!(drafts.len(), 2, "{errors:?}");
    assert_eq!(errors.len(), 1);
    assert_eq!(
        errors[0].to_string(),
        "`held`, row 2: expected a page with the template `DPAdecisionBOX` or `COURTdecisionBOX`, found `Talk:Something` without one"
    );
    let first = &drafts[0];
    assert!(has(first, "reference", &"SAN-2030-901".into()));
    assert!(has(first, "decided-on", &"2030-04-15".into()));
    assert!(has(first, "stage", &"decided".into()));
    assert!(has(first, "affected-people", &serde_json::json!({"precision": "exact", "value": 491_840})));
    let fines = |draft: &Draft| draft.statements().filter(|one| matches!(one, Statement::Money(_))).count();
    assert_eq!((fines(first), fines(&drafts[1])), (1, 0));
    assert_eq!(first.source.kind, SourceKind::Wiki);
    assert_eq!(first.source.url.as_deref(), Some("https://gdprhub.eu/index.php?title=CNIL_(France)_-_SAN-2030-901"));
    assert!(first.source.licence.as_deref().is_some_and(|licence| licence.starts_with("CC-BY-NC-SA-4.0")));
    let labelled = first.claims.iter().find(|claim| matches!(claim.statement, Statement::Reference(_))).unwrap();
    assert_eq!(labelled.method, Method::Imported);
    assert!(first.claims.iter().all(|claim| claim.method != Method::Structured));
}

#[test]
fn one_page_of_wikitext_does_without_an_export() {
    let page = wiki_page("SAN-2030-903", "20000");
    let text = page.split_once("preserve\">").unwrap().1.split_once("</text>").unwrap().0;
    let (drafts, errors, _) = imported(text.as_bytes(), ImportKind::GdprhubWikitext, None);
    assert_eq!((drafts.len(), errors.len()), (1, 0), "{errors:?}");
}

#[test]
fn damaged_exports_say_where() {
    let (drafts, _, end) = imported(
        format!("<mediawiki>{}<page><title>x</titel>", wiki_page("SAN-2030-904", "1")).as_bytes(),
        ImportKind::GdprhubWikitext,
        None,
    );
    assert_eq!(drafts.len(), 1, "what came before the damage is kept");
    assert!(end.unwrap_err().to_string().contains("found an error at byte "));
    let (_, _, end) = imported(b"<mediawiki></mediawiki>", ImportKind::GdprhubWikitext, None);
    assert_eq!(end.unwrap_err().to_string(), "`held`: expected pages of a wiki, found none");
    let (_, _, end) = imported(b"a,b\n", ImportKind::Csv, None);
    assert_eq!(end.unwrap_err().to_string(), "`held`: expected a mapping of its columns, found none");
}

#[test]
fn a_kind_is_told_by_name_and_beginning() {
    for (name, head, kind) in [
        ("x.xml", "<mediawiki xmlns=", Some(ImportKind::GdprhubWikitext)),
        ("x.txt", "{{DPAdecisionBOX", Some(ImportKind::GdprhubWikitext)),
        ("x.json", "{\"data\": [", Some(ImportKind::TrackerJson)),
        ("a/b.CSV", "a,b", Some(ImportKind::Csv)),
        ("x.html", "<!doctype html>", Some(ImportKind::GdprhubHtml)),
        ("x.bin", "words", None),
    ] {
        assert_eq!(ImportKind::of(name, head.as_bytes()), kind, "{name}");
    }
}

#[test]
fn the_tracker_s_file_is_read() {
    let Some(path) = shared("data/enforcementtracker/export-2024-02.json") else { return };
    let bytes = std::fs::read(path).unwrap();
    let (drafts, errors, end) = imported(&bytes, ImportKind::TrackerJson, None);
    assert_eq!(end, Ok(()));
    println!("{} drafts, {} without a case", drafts.len(), errors.len());
    assert_eq!(drafts.len() + errors.len(), 2225);
    assert!(
        drafts.len() * 100 >= 2225 * 95,
        "{} drafts; first errors: {:?}",
        drafts.len(),
        errors.iter().take(5).collect::<Vec<_>>()
    );
    assert!(drafts.iter().all(|draft| draft.source.licence.is_none()), "nobody may pass the collection on");
    let with = |field: &str| drafts.iter().filter(|draft| draft.statements().any(|one| one.field() == field)).count();
    for field in ["authority", "decided-on", "money", "finding", "party"] {
        println!("{field}: {}", with(field));
    }
    assert!(with("money") * 100 >= drafts.len() * 80 && with("finding") * 100 >= drafts.len() * 85);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn any_table_and_any_wikitext_are_read_or_refused(parts in proptest::collection::vec(proptest::sample::select(vec![
        "{{DPAdecisionBOX", "|Fine=1.5", "}}", "{{", "[[", "]]", "|", "=", "== Facts ==", "<pre>", "</pre>", "<ref", "/>", "''", "é", "\n", "<mediawiki>",
        "<page>", "<text>", "</text>", "</page>", "&amp;", "&x;", "\"", ";", ",", "Authority;Fine\n", "fr-cnil", "10 €", "\u{0}", "<!--", "Case no.;Authority;Date;Fine;Company;Articles;Result;People\n",
    ]), 0..40)) {
        let text = parts.concat();
        let mapping = Mapping::parse(MAP).unwrap();
        for (kind, mapping) in [(ImportKind::Csv, Some(&mapping)), (ImportKind::GdprhubWikitext, None), (ImportKind::TrackerJson, None)] {
            let (drafts, _, _) = imported(text.as_bytes(), kind, mapping);
            for draft in drafts {
                for evidence in draft.claims.iter().filter_map(|claim| claim.evidence.as_ref()) {
                    proptest::prop_assert!(draft.document.supports(evidence));
                }
            }
        }
    }
}
