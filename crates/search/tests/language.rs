//! The query language under any input: it answers or says why not, and what it writes it reads.

#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed the test")]

use chrono::NaiveDate;
use fineprint_model::query::{Field, Node, Query, Request};
use fineprint_model::{AuthorityId, Case, CaseId};
use fineprint_search::{DocumentText, Engine, Error, ParseOptions, QueryError, parse_with, sentence, toggle, write};
use proptest::prelude::*;
use proptest::sample::select;

fn options() -> ParseOptions<'static> {
    ParseOptions { today: NaiveDate::from_ymd_opt(2024, 7, 1).unwrap(), known: None }
}

fn read(text: &str) -> Result<Query, QueryError> {
    parse_with(text, &options())
}

fn one(text: &str) -> Query {
    read(text).unwrap_or_else(|error| panic!("`{text}`: {error}"))
}

/// A condition as somebody may type it, right in itself.
fn leaf() -> impl Strategy<Value = String> {
    let values = select(vec![
        "authority:fr-cnil",
        "authority:es-aepd,gb-ico",
        "country:fr",
        "law:gdpr",
        "article:gdpr/32",
        "article:RGPD/5/1/f",
        "article:gdpr/32,gdpr/28",
        "cites:gdpr/83",
        "violation:security/encryption",
        "sector:health",
        "context:ai,breach",
        "data:health",
        "party:\"A, B \\\"and\\\" C\\\\\"",
        "party:Ärzte-Haus",
        "group:\"The  Group\"",
        "role:processor",
        "kind:company",
        "outcome:partly",
        "measure:fine",
        "status:final",
        "stage:decided",
        "language:fr",
        "source:news",
        "id:fr-cnil-1",
        "has:fine",
        "missing:turnover,share",
        "fine:>=1M",
        "fine:1.5k..2bn",
        "fine:<=12345.67",
        "fine:>500kGBP",
        "share:>0.1",
        "share:1..4.25",
        "affected:>=100k",
        "affected:7",
        "year:2020..2021",
        "year:2022",
        "decided:2020-02..2022",
        "decided:-90d",
        "published:<2021",
    ]);
    let words = "[a-zäé0-9][a-z0-9é.:/'-]{0,8}[a-z0-9]";
    prop_oneof![
        3 => values.prop_map(str::to_owned),
        2 => words.prop_filter("is no field", |word| read(word).is_ok()),
        1 => words.prop_filter("is no field", |word| read(word).is_ok()).prop_map(|word| format!("{word}*")),
        1 => words.prop_filter("is no field", |word| read(word).is_ok()).prop_map(|word| format!("{word}~")),
        1 => "\"[a-z0-9][a-z0-9 ()é:-]{0,20}\\*?\"",
    ]
}

fn condition() -> impl Strategy<Value = String> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|all| all.join(" ")),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|all| all.join(" AND ")),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|any| format!("({})", any.join(" OR "))),
            inner.clone().prop_map(|one| format!("-({one})")),
            inner.prop_map(|one| format!("NOT ({one})")),
        ]
    })
}

fn whole_query() -> impl Strategy<Value = String> {
    let settings = select(vec!["", " sort:-fine", " sort:date", " basis:imposed", " basis:final sort:-share"]);
    (condition(), settings).prop_map(|(condition, settings)| format!("({condition}){settings}"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn any_text_is_read_or_refused_with_a_place_in_it(text in "\\PC{0,80}|[\\x00-\\x7f]{0,120}|[a-z:()\"*~ -]{0,60}") {
        match read(&text) {
            Ok(query) => {
                prop_assert_eq!(read(&write(&query)), Ok(query.clone()), "{}", write(&query));
                prop_assert!(!sentence(&query).is_empty());
            }
            Err(error) => {
                prop_assert!(error.span.0 <= error.span.1 && error.span.1 <= text.len(), "{error:?}");
                prop_assert!(text.get(error.span.0..error.span.1).is_some(), "{error:?}");
                prop_assert!(!error.message.is_empty());
            }
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same_query(text in whole_query()) {
        // Some are longer or deeper than the language allows.
        if let Ok(query) = read(&text) {
            let written = write(&query);
            if written.len() <= fineprint_model::query::MAX_QUERY_BYTES {
                match read(&written) {
                    Ok(again) => prop_assert_eq!(again, query, "{} gives {}", text, written),
                    Err(error) => prop_assert!(false, "{text} gives {written}: {error}"),
                }
            }
        }
    }

    #[test]
    fn toggling_twice_changes_nothing(text in whole_query(), field in select(vec![
        (Field::Authority, "it-garante"), (Field::Article, "gdpr/33"), (Field::Year, "2019"), (Field::Sector, "education"),
    ])) {
        if let Ok(query) = read(&text) {
            let with = toggle(&query, field.0, field.1);
            prop_assert_ne!(&with, &query);
            prop_assert_eq!(write(&toggle(&with, field.0, field.1)), write(&query));
        }
    }
}

#[test]
fn values_that_stand_side_by_side_are_alternatives() {
    let by_list = one("sector:health,education x");
    assert_eq!(one("sector:health x sector:education"), by_list);
    assert_eq!(write(&by_list), "sector:health,education x");
    let both = one("sector:health AND sector:education AND x");
    assert!(matches!(&both.root, Some(Node::And(nodes)) if nodes.len() == 3));
    assert_eq!(write(&both), "sector:health AND sector:education AND x");
    // Ranges narrow each other.
    assert!(matches!(&one("fine:>=1 fine:<=2").root, Some(Node::And(nodes)) if nodes.len() == 2));
}

#[test]
fn sentences_read_as_people_speak() {
    let says = |text: &str| sentence(&one(text));
    assert_eq!(
        says(
            "leaked \"patient data\" article:gdpr/32 sector:health fine:>=1M decided:2020..2022 -status:annulled sort:-fine"
        ),
        "Cases that mention \"leaked\", that mention the phrase \"patient data\", where Article 32 GDPR was violated, \
         in health and social care, fined at least EUR 1 M, decided from 2020 to 2022, that are not annulled, \
         highest fine first"
    );
    assert_eq!(
        says("share:2..4 affected:>=1500"),
        "Cases fined between 2 % and 4 % of turnover, with at least 1,500 people affected"
    );
    assert_eq!(
        says("-fax -article:gdpr/32 -sector:health -role:processor -(cookies OR fax) -missing:fine"),
        "Cases that do not mention \"fax\", where Article 32 GDPR was not violated, not in health and social care, \
         without a party in the role of processor, not (that mention \"cookies\" or that mention \"fax\"), \
         with a known fine"
    );
    assert_eq!(
        says("fine:1.25M OR missing:fine basis:final"),
        "Cases fined EUR 1.25 M or without a known fine, final fines only"
    );
    assert!(read("fine:1M sort:-fine OR missing:fine").unwrap_err().message.contains("at the end"));
}

#[test]
fn toggling_adds_and_takes_away() {
    let query = one("leaked sector:health sort:-fine");
    let more = toggle(&query, Field::Sector, "education");
    assert_eq!(write(&more), "leaked sector:health,education sort:-fine");
    assert_eq!(write(&toggle(&more, Field::Sector, "health")), "leaked sector:education sort:-fine");
    assert_eq!(write(&toggle(&query, Field::Sector, "health")), "leaked sort:-fine");
    assert_eq!(write(&toggle(&one("sector:health"), Field::Sector, "health")), "");
    assert_eq!(write(&toggle(&one("a OR b"), Field::Year, "2021")), "(a OR b) year:2021");
}

#[test]
fn limits_are_kept() {
    let refused = |text: &str| read(text).unwrap_err().message;
    assert!(refused(&"a".repeat(1_025)).contains("at most 1024 bytes"));
    assert!(refused(&"a ".repeat(65)).contains("at most 64 words"));
    assert!(read(&"a ".repeat(64)).is_ok());
    assert!(refused(&"a* ".repeat(17)).contains("at most 16 words and phrases with"));
    assert!(refused(&("(".repeat(17) + "a" + &")".repeat(17))).contains("at most 16 levels"));
    assert!(read(&("(".repeat(16) + "a" + &")".repeat(16))).is_ok());
    assert!(refused(&("-".repeat(17) + "a")).contains("at most 16 levels"));
    assert!(refused(&"(".repeat(1_000)).contains("at most 16 levels"));
    assert!(refused(&"é".repeat(81)).contains("at most 80 bytes"));
}

fn engine() -> Engine {
    let cases = (0..50).map(|number| {
        let id = CaseId::new(format!("xx-test-{number}")).unwrap();
        let mut case = Case::new(id, AuthorityId::new("xx-test").unwrap());
        case.summary = Some(format!("Case {number} about abandoned data of patients and a baby."));
        let text = DocumentText {
            language: Some("fr".to_owned()),
            text: format!("Les données abandonnées de {number} patients"),
        };
        (case, vec![text])
    });
    Engine::in_memory_with_texts(cases).unwrap()
}

fn request(text: &str) -> Request {
    let query = if text.is_empty() { Query::default() } else { one(text) };
    Request { query, limit: 3, cursor: None, facets: Vec::new(), snippets: false }
}

fn search(engine: &Engine, query: Query) -> usize {
    let facets = vec![Field::Authority, Field::Article, Field::Year];
    let request = Request { query, limit: 3, cursor: None, facets, snippets: true };
    engine.search(&request).unwrap().total
}

/// Pieces of texts that are meant to hurt.
const HOSTILE: &[&str] = &[
    "(",
    ")",
    "((((((((",
    "))))))))",
    "-",
    "--------",
    "NOT ",
    "OR ",
    "AND ",
    "\"",
    "\\",
    "*",
    "~",
    "a*",
    "a~",
    "\"a b*\"",
    "\"p*\"",
    "a ",
    "données ",
    "\u{0}",
    "\u{7f}",
    "\u{202e}",
    "\u{1f469}\u{200d}\u{1f4bb}",
    "é",
    "e\u{301}",
    "ﬁ",
    "article:",
    "article:gdpr/32",
    "article:gdpr/32/1/a/b/c/d/e",
    "fine:",
    "fine:>=",
    "fine:..",
    "fine:9e99",
    "fine:>=9007199254740992",
    "fine:-1..1",
    "share:>=0.0000000001",
    "affected:1..99999999999999",
    "year:1800..2199",
    "decided:-99999999999y",
    "decided:1800",
    "published:2199-12-31..",
    "sort:-fine",
    "sort:",
    "basis:final",
    "party:\"\"",
    "party:p*",
    "has:fine",
    "missing:fine",
    ",",
    ":",
    "::",
    "x:y",
    "[1 TO 2]",
    ".*.*.*.*",
    "a{1,9999}",
    "%00",
    "' OR 1=1 --",
    "<script>",
    "../..",
    "$(x)",
    "\t",
    "\n",
    "\r\n",
];

/// Texts put together of hostile pieces: of each length, the same ones every time.
fn hostile(count: usize, lengths: &'static [usize]) -> impl Iterator<Item = String> {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = move |below: usize| {
        // xorshift
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    (0..count).map(move |_| {
        let length = lengths[next(lengths.len())];
        (0..length).map(|_| HOSTILE[next(HOSTILE.len())]).collect()
    })
}

/// Ten thousand texts built to hurt: nesting, many terms, wildcards, control characters, long words, odd ranges.
#[test]
fn hostile_queries_are_answered_or_refused() {
    let engine = engine();
    let (mut answered, mut refused) = (0, 0);
    for text in hostile(10_000, &[1, 2, 3, 5, 8, 40, 400]) {
        match read(&text) {
            Ok(query) => {
                assert!(search(&engine, query) <= 50);
                answered += 1;
            }
            Err(error) => {
                assert!(text.get(error.span.0..error.span.1).is_some(), "{text:?}: {error:?}");
                refused += 1;
            }
        }
    }
    assert!(answered > 500 && refused > 500, "{answered} answered, {refused} refused");
}

/// A cursor is answered if it is one of the order asked for, and else refused with what was expected.
#[test]
fn hostile_cursors_are_refused() {
    let engine = engine();
    let forms =
        ["", "d", "d1f.", "dffffffffffffffff.", "d0.xx-test-1", "r1.", "f", "D7.", "d-1.", "d+1.", "d1f.xx-test-7/"];
    let mut refused = 0;
    for (number, text) in hostile(4_000, &[0, 1, 1, 2, 3, 40]).enumerate() {
        let cursor = format!("{}{text}", forms[number % forms.len()]);
        let request = Request { limit: 5, cursor: Some(cursor.clone()), ..request("") };
        match engine.search(&request) {
            Ok(_) => {
                let (key, id) = cursor.strip_prefix('d').and_then(|rest| rest.split_once('.')).unwrap();
                assert!(u64::from_str_radix(key, 16).is_ok() && CaseId::new(id).is_ok(), "{cursor:?} was answered");
            }
            Err(error @ Error::Cursor { .. }) => {
                let message = error.to_string();
                assert!(message.starts_with("cursor: expected the `next` of an answer") && message.len() < 600);
                refused += 1;
            }
            Err(error) => panic!("{cursor:?}: {error}"),
        }
    }
    assert!(refused > 3_000, "{refused}");
}

/// Names of fields and orders, and values of facets, are right or are refused with the right ones.
#[test]
fn hostile_names_and_values_are_refused() {
    let engine = engine();
    let (mut refused, mut suggested) = (0, 0);
    let near = ["autority", "secktor", "artikle", "sort:-fines", "statuss", "countri"];
    for (number, text) in hostile(2_000, &[1, 1, 2, 3, 40]).enumerate() {
        let name = format!("{}{text}", near[number % near.len()]);
        assert_eq!(Field::from_name(&name).map(Field::as_str).filter(|known| !name.contains(known)), None);
        for query in [format!("{name}:x"), format!("sort:{name}"), format!("basis:{name}")] {
            if let Err(error) = read(&query) {
                assert!(query.get(error.span.0..error.span.1).is_some() && error.message.len() < 2_000, "{query:?}");
                refused += 1;
                suggested += usize::from(error.suggestion.is_some());
            }
        }
        for field in [Field::Authority, Field::Article, Field::Sector, Field::Status, Field::Year] {
            if let Err(error) = engine.read_value(field, &text) {
                assert!(!error.message.is_empty() && error.message.len() < 2_000, "{text:?}: {error:?}");
                refused += 1;
            }
        }
    }
    assert!(refused > 5_000 && suggested > 50, "{refused} refused, {suggested} with a suggestion");
    for field in Field::ALL {
        let asked = engine.facet(&Query::default(), field);
        let counted = engine.histogram(&Query::default(), field);
        for wrong in [asked.err(), counted.err()].into_iter().flatten() {
            let message = wrong.to_string();
            assert!(matches!(wrong, Error::Request { .. }), "{message}");
            assert!(message.contains("`authority`") || message.contains("`affected`"), "{message}");
        }
    }
}

#[test]
fn documents_are_found_in_their_own_language() {
    let engine = engine();
    // French inflection, without its accents; English stemming of our own words; names in any language.
    assert_eq!(search(&engine, one("donnee abandonnee")), 50);
    assert_eq!(search(&engine, one("abandoning")), 50);
    assert_eq!(search(&engine, one("\"7 patients\"")), 1);
    assert_eq!(search(&engine, one("\"de 1* \"")), 11);
    assert_eq!(search(&engine, one("babies")), 50);
    assert_eq!(search(&engine, one("absent")), 0);
}
