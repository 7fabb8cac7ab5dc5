//! A case: the answer first, then what it rests on.

use askama::Template;
use fineprint_model::query::Similar;
use fineprint_model::{
    AppealResult, Basis, Case, Claim, Estimate, FactorDirection, Finding, FindingKind, Fine, MoneyEvent,
    MoneyEventKind, PartialDate, ShareOrigin, Source, SourceId, Stated, Statement, Status, Term, TurnoverOf, vocab,
};

use super::{Alternate, Anchor, Page, Site, last_change, render};
use crate::chart::{self, Chart, Course, Point};
use crate::error::Result;
use crate::figures::{self, EuroFine};
use crate::format::{self, date, day, money, percent, share, tidy};
use crate::label;
use crate::line::{Badge, Line, exact_amount};
use crate::link::{self, Topic};
use crate::machine::{cite, json_ld};
use crate::title::{Title, party_name, title};

/// What a case's page needs.
#[derive(Debug)]
pub struct CaseContext<'a> {
    /// The case as it may be shown.
    pub case: &'a Case,
    /// Cases like it, most alike first, with the case each one names.
    pub similar: &'a [(Similar, &'a Case)],
}

/// A piece of a value: plain, a link within the site, or a party's name.
struct Piece {
    text: String,
    href: Option<String>,
    is_name: bool,
}

impl Piece {
    fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), href: None, is_name: false }
    }

    fn link(text: impl Into<String>, href: Option<String>) -> Self {
        Self { text: text.into(), href, is_name: false }
    }
}

/// A value with its name and what it rests on.
struct Fact {
    id: &'static str,
    label: &'static str,
    value: Vec<Piece>,
    notes: Vec<String>,
    claims: Vec<ClaimView>,
    disputed: bool,
    /// Numbers of the sources that say it; "*" where it was entered without a quoted passage.
    mark: String,
}

/// What one source says.
struct ClaimView {
    value: String,
    source: String,
    source_anchor: String,
    number: usize,
    method: String,
    confidence: Option<String>,
    quote: Option<String>,
    language: Option<String>,
}

struct FindingView {
    anchor: String,
    label: String,
    title: Option<String>,
    href: Option<String>,
    kind: String,
    kind_slug: String,
    violations: Vec<Anchor>,
    note: Option<String>,
    party: Option<String>,
    claims: Vec<ClaimView>,
    mark: String,
}

struct FactorView {
    label: String,
    note: Option<String>,
}

struct EventView {
    when: String,
    iso: Option<String>,
    what: String,
    note: Option<String>,
    kind: &'static str,
    /// The source that says so: its number and anchor.
    source: Option<(usize, String)>,
}

struct SourceView {
    number: usize,
    anchor: String,
    title: String,
    href: Option<String>,
    kind: String,
    language: Option<String>,
    language_code: String,
    published: Option<String>,
    retrieved: Option<String>,
    licence: String,
}

struct DisputeView {
    label: &'static str,
    used: String,
    claims: Vec<ClaimView>,
}

struct SimilarView {
    line: Line,
    reasons: String,
}

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage<'a> {
    page: Page<'a>,
    title: Title,
    badge: Badge,
    status_basis: Option<String>,
    amount: String,
    amount_notes: Vec<String>,
    amount_claims: Vec<ClaimView>,
    amount_disputed: bool,
    amount_mark: String,
    facts: Vec<Fact>,
    summary: Option<String>,
    findings: Vec<FindingView>,
    others: Vec<FindingView>,
    measures: Vec<(String, Option<String>)>,
    factors: Vec<(&'static str, Vec<FactorView>)>,
    events: Vec<EventView>,
    course: Option<Course>,
    compare: Option<String>,
    similar: Vec<SimilarView>,
    strip: Option<Chart>,
    sources: Vec<SourceView>,
    disputes: Vec<DisputeView>,
    citation: String,
    forms: Vec<Anchor>,
    changes: Vec<(String, String, String)>,
    updated: Option<String>,
    id: String,
    search: Option<String>,
}

/// The page of a case.
///
/// # Errors
/// Where the template does not render.
pub fn case(site: &Site, context: &CaseContext<'_>) -> Result<String> {
    let case = context.case;
    let path = link::case(&case.id);
    let sentence = title(case);
    let description = case.summary.as_deref().map_or_else(
        || format!("{sentence}. Status: {}.", label::status(case.status())),
        |summary| format::first_sentence(summary, 300),
    );
    let mut page = Page::new(site, &path, sentence.to_string(), description);
    page.noindex = case.noindex;
    page.crumbs = vec![Anchor::new("Authorities", Topic::Authority.index_path())];
    if let Some(path) = Topic::Authority.path(case.authority.as_str()) {
        page.crumbs.push(Anchor::new(label::authority(&case.authority), path));
    }
    page.json_ld = Some(json_ld::case(&page, case));
    page.picture = Some((format!("case/{}.png", case.id), sentence.to_string()));
    page.meta = cite::meta(site, case);
    let stem = path.trim_end_matches('/').to_owned();
    page.alternates.push(Alternate { kind: "application/json", text: "JSON", href: format!("{stem}.json") });
    let forms = [("JSON", "json"), ("BibTeX", "bib"), ("RIS", "ris"), ("CSL-JSON", "csl.json")]
        .into_iter()
        .map(|(text, ending)| Anchor::new(text, format!("{stem}.{ending}")))
        .collect();
    let similar_cases = context.similar.iter().map(|(_, other)| *other).chain(std::iter::once(case));
    let dots = figures::dots(similar_cases.clone(), Some(&case.id));
    let strip = (dots.len() > 2 && dots.iter().any(|dot| dot.marked))
        .then(|| chart::strip(&dots, &figures::summarise(similar_cases), &page.root))
        .flatten()
        .map(|mut chart| {
            "This fine among those of similar cases".clone_into(&mut chart.title);
            chart.note.insert_str(0, "The ringed dot is this case. ");
            chart
        });
    let (amount_claims, amount_disputed) = money_claims(case);
    let changes: Vec<(String, String, String)> =
        case.changes.iter().rev().map(|change| (date(change.on), change.on.to_string(), tidy(&change.note))).collect();
    let (events, points) = events(case);
    let compared: Vec<String> = std::iter::once(&case.id)
        .chain(context.similar.iter().map(|(_, other)| &other.id))
        .take(4)
        .map(|id| format!("id={id}"))
        .collect();
    let view = CasePage {
        course: chart::course(&points),
        compare: (compared.len() > 1).then(|| format!("compare/?{}", compared.join("&"))),
        amount_mark: mark(&amount_claims),
        badge: Badge(case.status()),
        status_basis: status_basis(case),
        amount: exact_amount(case),
        amount_notes: amount_notes(case),
        amount_claims,
        amount_disputed,
        facts: facts(case),
        summary: case.summary.as_deref().map(tidy),
        findings: findings(case, |kind| *kind == FindingKind::Violated),
        others: findings(case, |kind| *kind != FindingKind::Violated),
        measures: measures(case),
        factors: factors(case),
        events,
        similar: context
            .similar
            .iter()
            .map(|(similar, other)| SimilarView {
                line: Line::new(other, None),
                reasons: similar.reasons.iter().map(|reason| tidy(reason)).collect::<Vec<_>>().join(" · "),
            })
            .collect(),
        strip,
        sources: case.sources.iter().enumerate().map(|(at, source)| source_view(at + 1, source)).collect(),
        disputes: disputes(case),
        citation: cite::text(site, case),
        forms,
        changes,
        updated: last_change(case).map(date),
        id: case.id.to_string(),
        search: site.searches().then(|| link::search(&similar_query(case))),
        title: sentence,
        page,
    };
    render(&view, &path)
}

/// A query that leads from this case to its neighbours: its articles, largest fines first.
fn similar_query(case: &Case) -> String {
    let mut parts: Vec<String> = Vec::new();
    for provision in case.provisions(FindingKind::Violated) {
        let part = format!("article:{}", provision.article());
        if !parts.contains(&part) && parts.len() < 3 {
            parts.push(part);
        }
    }
    if parts.is_empty() {
        parts.push(format!("authority:{}", case.authority));
    }
    parts.push("sort:-fine".to_owned());
    parts.join(" ")
}

fn status_basis(case: &Case) -> Option<String> {
    // The step that explains the badge, where a later one only let it stand.
    let stands = |result: &AppealResult| {
        matches!(result, AppealResult::Upheld | AppealResult::AppealWithdrawn | AppealResult::Inadmissible)
    };
    let changed = matches!(case.status(), Status::Annulled | Status::Reduced | Status::Increased);
    let telling = case.appeals.iter().rfind(|appeal| changed && !stands(&appeal.result)).or(case.appeals.last());
    if let Some(appeal) = telling {
        let when = appeal.decided_on.value().or(appeal.lodged_on.value()).map(|on| format!(", {}", date(*on)));
        return Some(format!(
            "{}: {}{}",
            tidy(&appeal.body),
            label::lower(&label::term(&appeal.result)),
            when.unwrap_or_default()
        ));
    }
    let finality = case.finality.as_ref()?;
    let when = finality.on.value().map(|on| format!(", {}", date(*on))).unwrap_or_default();
    Some(format!("{}{when}", tidy(&finality.basis)))
}

fn amount_notes(case: &Case) -> Vec<String> {
    let mut notes = Vec::new();
    if let EuroFine::Amount(euro, Some(rate)) = EuroFine::of(case, Basis::Current) {
        notes.push(format!(
            "about {} at the European Central Bank's rate of {} ({} for one euro)",
            money(euro),
            day(rate.on),
            rate.rate
        ));
    }
    let imposed = case.fine(Basis::Imposed);
    if let (Some(first), current) = (imposed.amount(), case.fine(Basis::Current))
        && current.amount() != Some(first)
    {
        notes.push(match current {
            Fine::Annulled => format!("{} was imposed and annulled", money(first)),
            _ => format!("{} as first imposed", money(first)),
        });
    }
    if matches!(case.fine(Basis::Current), Fine::None)
        && case.ledger.iter().any(|event| event.event == MoneyEventKind::Proposed)
    {
        notes.push("proposed, not imposed".to_owned());
    }
    if let Some(stated) = case.turnover_share.value() {
        let how = match stated.origin {
            ShareOrigin::Stated => "as a source states",
            ShareOrigin::Computed => "worked out from fine and turnover",
        };
        notes.push(format!("{} of turnover, {how}", share(&stated.share)));
    }
    notes.extend(cap_note(case));
    notes
}

/// A fine beside the legal maximum.
pub(super) struct CapShare {
    /// The fine as a share of it.
    pub(super) share: f64,
    /// The maximum in euro.
    cap: f64,
    /// Paragraph of Article 83 GDPR that sets it.
    paragraph: u8,
}

/// The fine as a share of the legal maximum, where tier, turnover and currency allow to say so.
pub(super) fn cap_share(case: &Case) -> Option<CapShare> {
    let euro = EuroFine::of(case, Basis::Current).amount()?;
    let tier = case
        .provisions(FindingKind::Violated)
        .filter_map(|provision| vocab::provisions().get(provision.article().as_str())?.tier)
        .max()?;
    let (fixed, ratio, paragraph) = if tier >= 2 { (20_000_000.0, 0.04, 5) } else { (10_000_000.0, 0.02, 4) };
    let turnover = case.turnover.value().filter(|turnover| turnover.amount.currency == euro.currency)?;
    let cap = (turnover.amount.units() * ratio).max(fixed);
    Some(CapShare { share: euro.units() / cap, cap, paragraph })
}

fn cap_note(case: &Case) -> Option<String> {
    let CapShare { share, cap, paragraph } = cap_share(case)?;
    Some(format!(
        "{} of the maximum of EUR\u{a0}{} under Article 83({paragraph}) GDPR, by the turnover stated",
        percent(share),
        format::amount_tick(cap)
    ))
}

/// Numbers of the sources that claims come from, as a footnote marks them.
fn mark(claims: &[ClaimView]) -> String {
    let numbers: std::collections::BTreeSet<usize> = claims.iter().map(|claim| claim.number).collect();
    if numbers.is_empty() {
        return "*".to_owned();
    }
    numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(",")
}

fn facts(case: &Case) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut push = |id, label, field: &'static [&'static str], value: Vec<Piece>, notes: Vec<String>| {
        let used = value.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().concat();
        let claims = claims(case, |claim| field.contains(&claim.statement.field()));
        let disputed = field.iter().any(|field| !disputed(case, field, &used).is_empty());
        facts.push(Fact { id, label, value, notes, mark: mark(&claims), claims, disputed });
    };
    push(
        "authority",
        "Authority",
        &["authority"],
        vec![Piece::link(label::authority(&case.authority), Topic::Authority.path(case.authority.as_str()))],
        vec![format!(
            "{}, {}",
            label::authority_name(&case.authority),
            label::country(&label::authority_country(&case.authority))
        )],
    );
    push(
        "reference",
        "Number",
        &["reference", "ecli"],
        vec![Piece::text(format::stated(&case.reference, |text| tidy(text)))],
        case.ecli.iter().map(|ecli| tidy(ecli)).collect(),
    );
    push("decided", "Decided", &["decided-on"], vec![Piece::text(format::stated_date(&case.decided_on))], Vec::new());
    push(
        "published",
        "Published",
        &["published-on"],
        vec![Piece::text(format::stated_date(&case.published_on))],
        Vec::new(),
    );
    push("parties", "Party", &["party"], party_pieces(case), party_notes(case));
    let sectors: Vec<String> = figures::keys(Topic::Sector, case);
    push("sector", "Sector", &[], topic_pieces(Topic::Sector, &sectors), Vec::new());
    let mut people = Vec::new();
    if let Some(records) = case.affected_records.value() {
        people.push(format!("{} records", format::estimate(records)));
    }
    if let Some(organisations) = case.affected_organisations.value() {
        people.push(format!("{} organisations", format::estimate(organisations)));
    }
    push(
        "affected",
        "People affected",
        &["affected-people", "affected-records", "affected-organisations"],
        vec![Piece::text(format::stated(&case.affected_people, format::estimate))],
        people,
    );
    push(
        "outcome",
        "Outcome",
        &["outcome", "stage"],
        vec![Piece::text(format::stated(&case.outcome, label::term))],
        case.cross_border
            .value()
            .map(|role| format!("Cross-border: {}", label::lower(&label::term(role))))
            .into_iter()
            .collect(),
    );
    if case.trigger.value().is_some() {
        push(
            "trigger",
            "Set off by",
            &["trigger"],
            vec![Piece::text(format::stated(&case.trigger, label::term))],
            Vec::new(),
        );
    }
    if let Some(turnover) = case.turnover.value() {
        let mut text = money(turnover.amount);
        if let Some(year) = turnover.year {
            text.push_str(&format!(" ({year})"));
        }
        let of = match turnover.of {
            Some(TurnoverOf::Party) => vec!["the party's own".to_owned()],
            Some(TurnoverOf::Group) => vec!["the whole group's".to_owned()],
            None => Vec::new(),
        };
        push("turnover", "Turnover", &["turnover", "turnover-share"], vec![Piece::text(text)], of);
    }
    if !case.contexts.is_empty() {
        push("contexts", "Context", &[], topic_pieces(Topic::Context, &case.contexts), Vec::new());
    }
    if !case.data_categories.is_empty() {
        let kinds: Vec<String> = case.data_categories.iter().map(|id| label::data_category(id)).collect();
        push("data", "Kinds of data", &[], vec![Piece::text(format::list(&kinds))], Vec::new());
    }
    if let Some(code) = &case.language {
        push("language", "Language", &[], vec![Piece::text(label::language(code))], Vec::new());
    }
    facts
}

fn topic_pieces(topic: Topic, keys: &[String]) -> Vec<Piece> {
    if keys.is_empty() {
        return vec![Piece::text(format::NOT_STATED)];
    }
    let mut pieces = Vec::new();
    for key in keys {
        if !pieces.is_empty() {
            pieces.push(Piece::text(", "));
        }
        pieces.push(Piece::link(label::topic(topic, key), topic.path(key)));
    }
    pieces
}

fn party_pieces(case: &Case) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for party in case.respondents() {
        if !pieces.is_empty() {
            pieces.push(Piece::text(", "));
        }
        let href = if party.is_mergeable() { Topic::Party.path(party.id.as_str()) } else { None };
        pieces.push(Piece { text: party_name(party), href, is_name: true });
    }
    if pieces.is_empty() {
        pieces.push(Piece::text(format::NOT_STATED));
    }
    pieces
}

fn party_notes(case: &Case) -> Vec<String> {
    let several = case.respondents().nth(1).is_some();
    case.respondents()
        .filter_map(|party| {
            let mut parts: Vec<String> = Vec::new();
            parts.extend(party.role.value().map(label::term));
            parts.extend(party.kind.value().map(|kind| label::lower(&label::term(kind))));
            parts.extend(party.country.as_deref().map(label::country));
            parts.extend(party.group.as_deref().map(|group| format!("group at the time: {}", tidy(group))));
            let text = parts.join(", ");
            (!text.is_empty()).then(|| if several { format!("{}: {text}", party_name(party)) } else { text })
        })
        .collect()
}

fn findings(case: &Case, wanted: impl Fn(&FindingKind) -> bool) -> Vec<FindingView> {
    case.findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| wanted(&finding.finding))
        .map(|(at, finding)| {
            let article = finding.provision.article();
            let claims = claims(
                case,
                |claim| matches!(&claim.statement, Statement::Finding(said) if said.provision == finding.provision),
            );
            FindingView {
                // The same provision may stand twice, for two parties: the place in the record tells them apart.
                anchor: format!("finding-{}-{}", at + 1, finding.provision.as_str().replace(['/', '.'], "-")),
                label: finding.provision.label(),
                title: vocab::provisions().get(article.as_str()).map(|entry| entry.title.clone()),
                href: Topic::Law.path(finding.provision.as_str()).filter(|_| finding.finding == FindingKind::Violated),
                kind: label::term(&finding.finding),
                kind_slug: slug_class(finding.finding.as_str()),
                // Only what was found violated is grouped by, and has a page to lead to.
                violations: finding
                    .violations
                    .iter()
                    .filter(|_| finding.finding == FindingKind::Violated)
                    .filter_map(|id| Some(Anchor::new(label::violation(id), Topic::Violation.path(id)?)))
                    .collect(),
                note: finding.note.as_deref().map(tidy),
                party: finding
                    .party
                    .as_ref()
                    .and_then(|id| case.parties.iter().find(|party| party.id == *id).map(party_name)),
                mark: mark(&claims),
                claims,
            }
        })
        .collect()
}

/// A term as a class name: terms that nobody knows may be any text.
fn slug_class(slug: &str) -> String {
    if link::is_safe_key(slug) && !slug.contains(['/', '.']) { slug.to_owned() } else { "other".to_owned() }
}

fn measures(case: &Case) -> Vec<(String, Option<String>)> {
    case.measures
        .iter()
        .map(|measure| {
            let mut text = label::term(&measure.kind);
            if let Some(amount) = measure.amount {
                text.push_str(&format!(", {}", money(amount)));
            }
            (text, measure.note.as_deref().map(tidy))
        })
        .collect()
}

fn factors(case: &Case) -> Vec<(&'static str, Vec<FactorView>)> {
    let of = |direction: &FactorDirection| {
        case.factors
            .iter()
            .filter(|factor| factor.direction == *direction)
            .map(|factor| FactorView { label: label::factor(&factor.factor), note: factor.note.as_deref().map(tidy) })
            .collect::<Vec<_>>()
    };
    [
        ("Raised the fine", of(&FactorDirection::Aggravating)),
        ("Lowered it", of(&FactorDirection::Mitigating)),
        ("Weighed without effect", of(&FactorDirection::Neutral)),
    ]
    .into_iter()
    .filter(|(_, list)| !list.is_empty())
    .collect()
}

/// What happened, in order, and the same as points of a drawing.
fn events(case: &Case) -> (Vec<EventView>, Vec<Point>) {
    struct Event {
        on: Option<PartialDate>,
        view: EventView,
        owed: Option<Option<fineprint_model::Money>>,
    }
    let mut events: Vec<Event> = Vec::new();
    let source = |id: Option<&SourceId>| id.and_then(|id| Some((source_number(case, id)?, format!("source-{id}"))));
    let mut push = |on: Option<PartialDate>, what: String, note: Option<String>, kind, source, owed| {
        let view = EventView {
            when: on.map_or_else(|| "date not stated".to_owned(), date),
            iso: on.map(|on| on.to_string()),
            what,
            note: note.as_deref().map(tidy),
            kind,
            source,
        };
        events.push(Event { on, view, owed });
    };
    for (value, what, kind) in [
        (&case.incident_on, "Events took place or began", "early"),
        (&case.opened_on, "Proceedings opened", "early"),
        (&case.decided_on, "Decided", "decision"),
        (&case.published_on, "Published", "early"),
    ] {
        if let Some(on) = value.value() {
            push(Some(*on), what.to_owned(), None, kind, None, None);
        }
    }
    // What several parties owe, each its own part, is no single step.
    let single = case.ledger.iter().all(|event| event.party == case.ledger[0].party);
    for event in &case.ledger {
        let owed = match event.event {
            MoneyEventKind::Imposed | MoneyEventKind::Reduced | MoneyEventKind::Increased => {
                event.amount.value().map(|amount| Some(*amount))
            }
            MoneyEventKind::Annulled => Some(None),
            _ => None,
        };
        let on = event.on.value().copied();
        push(
            on,
            money_event(event),
            event.note.clone(),
            "money",
            source(event.source.as_ref()),
            owed.filter(|_| single),
        );
    }
    for appeal in &case.appeals {
        let body = tidy(&appeal.body);
        if let Some(on) = appeal.lodged_on.value() {
            push(Some(*on), format!("Appeal to {body}"), None, "early", source(appeal.source.as_ref()), None);
        }
        if appeal.lodged_on.value().is_none() || appeal.result != AppealResult::Pending {
            let mut what = format!("{body}: {}", label::lower(&label::term(&appeal.result)));
            if let Some(reference) = &appeal.reference {
                what.push_str(&format!(" ({})", tidy(reference)));
            }
            let on = appeal.decided_on.value().copied();
            push(on, what, appeal.note.clone(), "appeal", source(appeal.source.as_ref()), None);
        }
    }
    if let Some(finality) = &case.finality {
        let on = finality.on.value().copied();
        push(on, "Became final".to_owned(), Some(finality.basis.clone()), "final", None, None);
    }
    // A stable sort: what has no date keeps its place at the end.
    events.sort_by_key(|event| event.on.map_or((true, chrono::NaiveDate::MAX), |on| (false, on.first_day())));
    let points = events
        .iter()
        .enumerate()
        .filter_map(|(at, event)| {
            Some(Point {
                number: at + 1,
                on: event.on?,
                what: event.view.what.clone(),
                decides: event.view.kind != "early",
                owed: event.owed,
            })
        })
        .collect();
    (events.into_iter().map(|event| event.view).collect(), points)
}

/// A source's number in the list of sources, from 1.
fn source_number(case: &Case, id: &SourceId) -> Option<usize> {
    case.sources.iter().position(|source| source.id == *id).map(|at| at + 1)
}

fn money_event(event: &MoneyEvent) -> String {
    let amount = event.amount.value().map(|amount| money(*amount));
    match (&event.event, amount) {
        (MoneyEventKind::Annulled, _) => "Fine annulled".to_owned(),
        (MoneyEventKind::Imposed, Some(amount)) => format!("Fine of {amount} imposed"),
        (MoneyEventKind::Proposed, Some(amount)) => format!("Fine of {amount} proposed"),
        (MoneyEventKind::Reduced, Some(amount)) => format!("Fine reduced to {amount}"),
        (MoneyEventKind::Increased, Some(amount)) => format!("Fine raised to {amount}"),
        (MoneyEventKind::Paid, Some(amount)) => format!("{amount} paid"),
        (other, Some(amount)) => format!("{}: {amount}", label::term(other)),
        (other, None) => format!("Fine {}, amount not stated", label::lower(&label::term(other))),
    }
}

fn source_view(number: usize, source: &Source) -> SourceView {
    SourceView {
        number,
        anchor: format!("source-{}", source.id),
        title: source_title(source),
        href: source.url.as_deref().and_then(link::external).map(str::to_owned),
        kind: label::term(&source.kind),
        language: source.language.as_deref().map(label::language),
        language_code: source.language.as_deref().filter(|code| code.len() == 2).unwrap_or("und").to_owned(),
        published: source.published_on.map(date),
        retrieved: source.retrieved_on.map(date),
        licence: source.licence.as_deref().map_or_else(|| format::NOT_STATED.to_owned(), tidy),
    }
}

fn source_title(source: &Source) -> String {
    match (&source.title, &source.publisher) {
        (Some(title), Some(publisher)) if !title.contains(publisher.as_str()) => {
            format!("{}, {}", tidy(publisher), tidy(title))
        }
        (Some(title), _) => tidy(title),
        (None, Some(publisher)) => format!("{}: {}", tidy(publisher), label::lower(&label::term(&source.kind))),
        (None, None) => label::term(&source.kind),
    }
}

fn source_name(case: &Case, id: &SourceId) -> String {
    case.source(id).map_or_else(
        || id.to_string(),
        |source| {
            source.publisher.as_deref().map_or_else(
                || label::term(&source.kind),
                |publisher| format!("{}, {}", tidy(publisher), label::lower(&label::term(&source.kind))),
            )
        },
    )
}

fn claims(case: &Case, wanted: impl Fn(&Claim) -> bool) -> Vec<ClaimView> {
    let mut claims: Vec<&Claim> = case.claims.iter().filter(|claim| wanted(claim)).collect();
    claims.sort_by_key(|claim| case.source(&claim.source).map_or(usize::MAX, |source| source.kind.rank()));
    claims.into_iter().map(|claim| claim_view(case, claim)).collect()
}

fn claim_view(case: &Case, claim: &Claim) -> ClaimView {
    ClaimView {
        value: statement(&claim.statement),
        source: source_name(case, &claim.source),
        source_anchor: format!("source-{}", claim.source),
        number: source_number(case, &claim.source).unwrap_or_default(),
        method: label::lower(&label::term(&claim.method)),
        confidence: claim.confidence.map(percent),
        quote: claim.evidence.as_ref().map(|evidence| tidy(&evidence.quote)),
        language: case.source(&claim.source).and_then(|source| source.language.clone()).filter(|code| code.len() == 2),
    }
}

/// A statement's value as people read it.
fn statement(statement: &Statement) -> String {
    match statement {
        Statement::Authority(id) => label::authority(id),
        Statement::Reference(text) | Statement::Ecli(text) => tidy(text),
        Statement::Party(party) => party_name(party),
        Statement::IncidentOn(on) | Statement::OpenedOn(on) | Statement::DecidedOn(on) | Statement::PublishedOn(on) => {
            date(*on)
        }
        Statement::Outcome(term) => label::term(term),
        Statement::Stage(term) => label::term(term),
        Statement::Trigger(term) => label::term(term),
        Statement::Finding(finding) => finding_text(finding),
        Statement::Money(event) => money_event(event),
        Statement::Measure(measure) => label::term(&measure.kind),
        Statement::Turnover(turnover) => money(turnover.amount),
        Statement::TurnoverShare(stated) => share(&stated.share),
        Statement::AffectedPeople(count) => format!("{} people", format::estimate(count)),
        Statement::AffectedRecords(count) => format!("{} records", format::estimate(count)),
        Statement::AffectedOrganisations(count) => format!("{} organisations", format::estimate(count)),
    }
}

fn finding_text(finding: &Finding) -> String {
    format!("{}, {}", finding.provision.label(), label::lower(&label::term(&finding.finding)))
}

/// Claims about the fine, and whether sources give different amounts for the same event.
fn money_claims(case: &Case) -> (Vec<ClaimView>, bool) {
    (claims(case, |claim| matches!(claim.statement, Statement::Money(_))), !money_disputes(case).is_empty())
}

/// Claims of amounts that the ledger does not have for that event.
fn money_disputes(case: &Case) -> Vec<&Claim> {
    case.claims
        .iter()
        .filter(|claim| match &claim.statement {
            Statement::Money(said) => said.amount.value().is_some_and(|amount| {
                let mut same =
                    case.ledger.iter().filter(|event| event.event == said.event && event.party == said.party);
                let known: Vec<_> = same.by_ref().filter_map(|event| event.amount.value()).collect();
                !known.is_empty() && !known.contains(&amount)
            }),
            _ => false,
        })
        .collect()
}

/// Claims about a single-valued field that do not agree with the value in use.
fn disputed<'a>(case: &'a Case, field: &str, used: &str) -> Vec<&'a Claim> {
    case.claims
        .iter()
        .filter(|claim| claim.statement.field() == field && !claim.statement.is_member())
        .filter(|claim| !agrees(case, &claim.statement, used))
        .collect()
}

/// Whether a claim can be true together with the record's own value.
fn agrees(case: &Case, said: &Statement, used: &str) -> bool {
    let dates =
        |own: &Stated<PartialDate>, said: PartialDate| own.value().is_some_and(|own| own.is_compatible_with(said));
    let counts = |own: &Stated<Estimate<u64>>, said: &Estimate<u64>| own.value().is_some_and(|own| own == said);
    match said {
        Statement::DecidedOn(on) => dates(&case.decided_on, *on),
        Statement::PublishedOn(on) => dates(&case.published_on, *on),
        Statement::IncidentOn(on) => dates(&case.incident_on, *on),
        Statement::OpenedOn(on) => dates(&case.opened_on, *on),
        Statement::AffectedPeople(count) => counts(&case.affected_people, count),
        Statement::AffectedRecords(count) => counts(&case.affected_records, count),
        Statement::AffectedOrganisations(count) => counts(&case.affected_organisations, count),
        Statement::Authority(id) => *id == case.authority,
        Statement::Reference(text) => case.reference.value() == Some(text),
        Statement::Ecli(text) => case.ecli.as_ref() == Some(text),
        Statement::Outcome(term) => case.outcome.value() == Some(term),
        Statement::Stage(term) => case.stage.value() == Some(term),
        Statement::Trigger(term) => case.trigger.value() == Some(term),
        Statement::Turnover(turnover) => case.turnover.value().is_some_and(|own| own.amount == turnover.amount),
        Statement::TurnoverShare(said) => case.turnover_share.value().is_some_and(|own| own.share == said.share),
        _ => statement(said) == used,
    }
}

fn disputes(case: &Case) -> Vec<DisputeView> {
    let scalar: [(&'static str, &'static str, String); 14] = [
        ("authority", "Authority", label::authority(&case.authority)),
        ("reference", "Number", format::stated(&case.reference, |text| tidy(text))),
        ("decided-on", "Decided", format::stated_date(&case.decided_on)),
        ("published-on", "Published", format::stated_date(&case.published_on)),
        ("incident-on", "Events", format::stated_date(&case.incident_on)),
        ("opened-on", "Opened", format::stated_date(&case.opened_on)),
        ("outcome", "Outcome", format::stated(&case.outcome, label::term)),
        ("stage", "Stage", format::stated(&case.stage, label::term)),
        ("trigger", "Set off by", format::stated(&case.trigger, label::term)),
        ("turnover", "Turnover", format::stated(&case.turnover, |turnover| money(turnover.amount))),
        ("turnover-share", "Share of turnover", format::stated(&case.turnover_share, |stated| share(&stated.share))),
        ("affected-people", "People affected", format::stated(&case.affected_people, format::estimate)),
        ("affected-records", "Records affected", format::stated(&case.affected_records, format::estimate)),
        (
            "affected-organisations",
            "Organisations affected",
            format::stated(&case.affected_organisations, format::estimate),
        ),
    ];
    let mut disputes: Vec<DisputeView> = scalar
        .into_iter()
        .filter(|(field, _, used)| !disputed(case, field, used).is_empty())
        .map(|(field, label, used)| DisputeView {
            label,
            used,
            claims: claims(case, |claim| claim.statement.field() == field),
        })
        .collect();
    if !money_disputes(case).is_empty() {
        disputes.insert(0, DisputeView { label: "Fine", used: exact_amount(case), claims: money_claims(case).0 });
    }
    disputes
}
