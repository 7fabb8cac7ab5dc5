//! Charts, pictures and turns of events of one invented case.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]

use fineprint_model::Case;
use fineprint_views::figures;
use fineprint_views::link::Topic;
use fineprint_views::machine::card;
use fineprint_views::page::{self, CaseContext, GroupContext, Site, Totals};

fn changed(change: impl FnOnce(&mut serde_json::Value)) -> Case {
    let mut value: serde_json::Value = serde_json::from_str(include_str!("fixtures/invented.json")).unwrap();
    change(&mut value);
    Case::from_json(&value.to_string()).unwrap()
}

fn site() -> Site {
    Site {
        served: true,
        base_url: Some("https://fines.example".into()),
        css: "assets/site.css".into(),
        js: "assets/site.js".into(),
        icon: "assets/icon.svg".into(),
        engine: None,
        fonts: Vec::new(),
        today: "2033-01-02".parse().unwrap(),
        note: None,
        totals: Totals::default(),
    }
}

/// A dozen cases of rising fines, the last of another country's authority.
fn dozen() -> Vec<Case> {
    (1..=12)
        .map(|number: i64| {
            changed(|case| {
                case["id"] = format!("fr-cnil-2031-{number:03}").into();
                case["ledger"] = serde_json::json!([{"event": "imposed", "amount": {"amount_minor": number * 1_000_000, "currency": "EUR"}}]);
                case["appeals"] = serde_json::json!([]);
                case["decided_on"] = format!("{}-04-15", 2020 + number / 3).into();
                if number == 12 {
                    case["authority"] = "ie-dpc".into();
                }
            })
        })
        .collect()
}

#[test]
fn what_became_of_a_decision_names_amounts_and_court_once() {
    let case = changed(|_| {});
    let told: Vec<(String, &str, String)> = figures::happenings(std::iter::once(&case))
        .into_iter()
        .map(|item| (item.on.to_string(), item.kind, item.text.replace('\u{a0}', " ")))
        .collect();
    assert_eq!(
        told,
        [("2032-02-01".to_owned(), "Reduced", "fine reduced from EUR 2 M to EUR 1.5 M (Conseil d'État)".to_owned())]
    );
}

#[test]
fn the_course_of_a_case_is_drawn_and_numbered_as_in_the_list() {
    let case = changed(|_| {});
    let html = page::case(&site(), &CaseContext { case: &case, similar: &[] }).unwrap();
    assert!(html.contains("Above the line: what was owed"), "the fine moved");
    let drawn = html.split("id=\"course-d\">").nth(1).unwrap().split("</desc>").next().unwrap();
    for (number, what) in [("1: 2030", "Events took place"), ("2: November 2030", "Proceedings opened")] {
        assert!(drawn.contains(number) && drawn.contains(what), "{drawn}");
    }
    let still = changed(|case| {
        case["ledger"].as_array_mut().unwrap().truncate(1);
        case["appeals"] = serde_json::json!([]);
    });
    let html = page::case(&site(), &CaseContext { case: &still, similar: &[] }).unwrap();
    assert!(!html.contains("Above the line"), "one step says no more than its amount");
}

#[test]
fn the_picture_of_a_case_names_whom_the_page_names() {
    let named = card::card(&site(), &changed(|_| {}));
    assert!(
        named.contains(">Exempla Labo<") && named.contains("Reduced") && named.contains("fines.example"),
        "{named}"
    );
    let hidden = card::card(
        &site(),
        &changed(|case| {
            case["parties"][0]["kind"] = "natural-person".into();
            case["parties"][0]["name"] = serde_json::json!({"missing": "not-published"});
        }),
    );
    assert!(hidden.contains(">An individual<") && !hidden.contains("Exempla Labo"));
    let hostile = card::card(&site(), &changed(|case| case["parties"][0]["name"] = "</text><script>x</script>".into()));
    assert!(!hostile.contains("<script>"));
}

#[test]
fn a_group_has_its_charts_with_table_files_and_code_to_embed() {
    let cases = dozen();
    let of: Vec<&Case> = cases.iter().collect();
    let charts = page::group_charts(Topic::Law, "gdpr/32", &of, &cases);
    let ids: Vec<&str> = charts.iter().map(|chart| chart.id).collect();
    assert_eq!(ids, ["strip", "years", "sectors"]);
    for chart in &charts {
        assert!(chart.svg.contains("<title") && chart.svg.contains("<desc"), "{}", chart.id);
        assert!(!chart.rows.is_empty() && chart.csv.len() > 1 && chart.note.contains('\u{a0}'), "{}", chart.id);
        assert!(chart.file.starts_with("<svg xmlns") && !chart.file.contains("class="), "{}", chart.id);
    }
    let context = GroupContext { topic: Topic::Law, key: "gdpr/32", cases: &of, charts: &charts, number: 1 };
    let html = page::group(&site(), &context).unwrap();
    assert!(html.contains("href=\"../../../law/gdpr/32/strip.svg\""));
    assert!(html.contains("https://fines.example/law/gdpr/32/strip.svg"), "the embed code");
    let against = page::group_chart(Topic::Authority, "fr-cnil", &of[..11], &cases, "against").unwrap();
    assert_eq!(against.rows.iter().map(|row| row[1].as_str()).collect::<Vec<_>>(), ["11", "1"]);
}
