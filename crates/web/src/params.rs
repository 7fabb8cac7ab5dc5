//! What stands after the question mark: known names only, and the filter form's fields joined to the query.

use chrono::NaiveDate;
use fineprint_model::query::{Field, Node, Query, Sort, SortBy, Value};
use fineprint_search::{Engine, QueryError};
use fineprint_views::page::FACETS;

/// What is wrong with a request's parameters.
#[derive(Debug)]
pub(crate) enum Wrong {
    /// In a sentence: which parameter, what was expected and found.
    Parameter(String),
    /// The query cannot be read.
    Query {
        /// The query as it was read: the filter form's fields included.
        text: String,
        /// Where and why.
        error: QueryError,
    },
}

/// Decoded parameters in their order.
#[derive(Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Decodes them and refuses unknown names: a filter that is silently ignored gives wrong numbers.
    pub(crate) fn read(query: Option<&str>, known: &[&str]) -> Result<Self, Wrong> {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .filter(|(name, value)| !(name.is_empty() && value.is_empty()))
            .collect();
        for (name, _) in &pairs {
            if !known.contains(&name.as_str()) {
                let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                let expected =
                    if names.is_empty() { "no parameter".to_owned() } else { format!("one of {}", names.join(", ")) };
                let near = fineprint_model::vocab::nearest(name, known.iter().copied());
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                return Err(Wrong::Parameter(format!(
                    "parameter `{}`: expected {expected}{near}",
                    fineprint_views::format::tidy(&fineprint_views::format::shortened(name, 60))
                )));
            }
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter that may stand once.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&str>, Wrong> {
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() {
            return Err(Wrong::Parameter(format!("parameter `{name}`: expected once, found several times")));
        }
        Ok(first)
    }

    /// The values of a parameter that may stand several times.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// A whole number within bounds.
    pub(crate) fn number(&self, name: &str, default: usize, most: usize) -> Result<usize, Wrong> {
        let Some(text) = self.one(name)? else { return Ok(default) };
        match text.parse() {
            Ok(number) if number <= most => Ok(number),
            _ => Err(Wrong::Parameter(format!(
                "parameter `{name}`: expected a whole number from 0 to {most}, found `{}`",
                fineprint_views::format::shortened(&fineprint_views::format::tidy(text), 40)
            ))),
        }
    }
}

/// Names of the filter form's own fields.
pub(crate) const FORM: [&str; 6] = ["sort", "basis", "fine_min", "fine_max", "from", "to"];

/// Every name that stands for a part of the query.
pub(crate) fn query_names() -> Vec<&'static str> {
    let mut names = vec!["q"];
    names.extend(FORM);
    names.extend(FACETS.map(Field::as_str));
    names
}

/// The query that parameters ask for, and whether the filter form had a part in it.
pub(crate) fn query(params: &Params, engine: &Engine, today: NaiveDate) -> Result<(Query, bool), Wrong> {
    let text = params.one("q")?.unwrap_or_default().to_owned();
    let parse = |text: &str| engine.parse(text, today).map_err(|error| Wrong::Query { text: text.to_owned(), error });
    let mut query = parse(&text)?;
    let mut from_form = false;
    for (field, low, high) in [("fine", "fine_min", "fine_max"), ("decided", "from", "to")] {
        let ends = (params.one(low)?.unwrap_or_default().trim(), params.one(high)?.unwrap_or_default().trim());
        if ends != ("", "") {
            let range = parse(&format!("{field}:{}..{}", ends.0, ends.1))?;
            query.root = both(query.root, range.root);
        }
    }
    for name in FORM {
        from_form |= params.one(name)?.is_some();
    }
    if let Some(sort) = params.one("sort")?.filter(|sort| !sort.is_empty()) {
        query.sort = parse(&format!("sort:{sort}"))?.sort;
    }
    if let Some(basis) = params.one("basis")?.filter(|basis| !basis.is_empty()) {
        query.basis = parse(&format!("basis:{basis}"))?.basis;
    }
    for field in FACETS {
        for value in params.all(field.as_str()) {
            from_form = true;
            if value.is_empty() {
                continue;
            }
            // Read like a query, so that a wrong value is refused and not silently without a hit.
            let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
            parse(&format!("{}:\"{quoted}\"", field.as_str()))?;
            if !selected(&query, field).iter().any(|other| other == value) {
                query = fineprint_search::toggle(&query, field, value);
            }
        }
    }
    Ok((query, from_form))
}

/// The day of `as_of`; a month or year stands for its last day.
pub(crate) fn as_of(params: &Params) -> Result<Option<NaiveDate>, Wrong> {
    let Some(text) = params.one("as_of")?.filter(|text| !text.is_empty()) else { return Ok(None) };
    text.parse::<fineprint_model::PartialDate>().map(|date| Some(date.last_day())).map_err(|_| {
        Wrong::Parameter(format!(
            "parameter `as_of`: expected a date such as `2022-04-15`, `2022-04` or `2022`, found `{}`",
            fineprint_views::format::shortened(&fineprint_views::format::tidy(text), 40)
        ))
    })
}

fn both(a: Option<Node>, b: Option<Node>) -> Option<Node> {
    match (a, b) {
        (Some(Node::And(mut nodes)), Some(b)) => {
            nodes.push(b);
            Some(Node::And(nodes))
        }
        (Some(a), Some(b)) => Some(Node::And(vec![a, b])),
        (one, other) => one.or(other),
    }
}

/// The conditions that must all hold.
pub(crate) fn conditions(query: &Query) -> &[Node] {
    match &query.root {
        None => &[],
        Some(Node::And(nodes)) => nodes,
        Some(one) => std::slice::from_ref(one),
    }
}

/// The query with other conditions.
pub(crate) fn with_conditions(query: &Query, mut nodes: Vec<Node>) -> Query {
    let root = if nodes.len() > 1 { Some(Node::And(nodes)) } else { nodes.pop() };
    Query { root, ..query.clone() }
}

/// The field and the values of a condition that names values of one field only.
pub(crate) fn values(node: &Node) -> Option<(Field, Vec<&Value>)> {
    match node {
        Node::Value(field, value) => Some((*field, vec![value])),
        Node::Or(nodes) => {
            let mut all = Vec::new();
            let mut field = None;
            for node in nodes {
                match node {
                    Node::Value(other, value) if field.is_none_or(|field| field == *other) => {
                        field = Some(*other);
                        all.push(value);
                    }
                    _ => return None,
                }
            }
            Some((field?, all))
        }
        _ => None,
    }
}

/// A facet's value as the form writes it; `None` for what its boxes cannot state.
pub(crate) fn box_value(value: &Value) -> Option<String> {
    match value {
        Value::Term(term) => Some(term.clone()),
        Value::Number { from: Some(from), to: Some(to) } if from.total_cmp(to).is_eq() => Some(from.to_string()),
        _ => None,
    }
}

/// The values of a facet that the query selects at its top.
pub(crate) fn selected(query: &Query, field: Field) -> Vec<String> {
    let mut all = Vec::new();
    for node in conditions(query) {
        if let Some((other, found)) = values(node)
            && other == field
        {
            all.extend(found.into_iter().filter_map(box_value));
        }
    }
    all
}

/// The query taken apart for the filter form.
#[derive(Debug, Default)]
pub(crate) struct Form {
    /// What the form does not state itself.
    pub(crate) rest: String,
    /// Lowest and highest fine.
    pub(crate) fine: (String, String),
    /// First and last day of the decision.
    pub(crate) decided: (String, String),
    /// The order.
    pub(crate) sort: String,
}

/// Takes a query apart.
pub(crate) fn form(query: &Query) -> Form {
    let mut form = Form::default();
    let mut rest = Vec::new();
    let mut taken: Vec<Field> = Vec::new();
    for node in conditions(query) {
        let stated = match (values(node), node) {
            (Some((field, found)), _)
                if FACETS.contains(&field)
                    && !taken.contains(&field)
                    && found.iter().all(|value| box_value(value).is_some()) =>
            {
                Some(field)
            }
            (_, Node::Value(Field::Fine, Value::Number { from, to })) if !taken.contains(&Field::Fine) => {
                form.fine = (from.map(euros).unwrap_or_default(), to.map(euros).unwrap_or_default());
                Some(Field::Fine)
            }
            (_, Node::Value(Field::Decided, Value::Date { from, to })) if !taken.contains(&Field::Decided) => {
                let write =
                    |end: &Option<fineprint_model::PartialDate>| end.map(|date| date.to_string()).unwrap_or_default();
                form.decided = (write(from), write(to));
                Some(Field::Decided)
            }
            _ => None,
        };
        match stated {
            Some(field) => taken.push(field),
            None => rest.push(node.clone()),
        }
    }
    form.sort = sort(query.sort);
    form.rest = fineprint_search::write(&Query { sort: Sort::default(), ..with_conditions(query, rest) });
    form
}

/// Cents as the form writes them: `10k`, `1.5M`, `0.5`.
fn euros(cents: f64) -> String {
    let units = cents / 100.0;
    for (scale, letter) in [(1e9, "bn"), (1e6, "M"), (1e3, "k")] {
        let scaled = units / scale;
        if scaled >= 1.0 && (scaled * 100.0).fract() == 0.0 {
            return format!("{scaled}{letter}");
        }
    }
    units.to_string()
}

fn sort(sort: Sort) -> String {
    let name = match sort.by {
        SortBy::Relevance => return String::new(),
        SortBy::Fine => "fine",
        SortBy::Share => "share",
        SortBy::Affected => "affected",
        SortBy::Date => "date",
    };
    if sort.ascending { name.to_owned() } else { format!("-{name}") }
}

#[cfg(test)]
mod tests {
    use fineprint_search::{parse, write};
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// Conditions as people type them, at the top of a query.
    fn conditions_typed() -> impl Strategy<Value = Vec<&'static str>> {
        let all = vec![
            "leaked",
            "\"patient data\"",
            "encrypt*",
            "patints~",
            "-open",
            "(fax OR letter)",
            "authority:fr-cnil,es-aepd",
            "country:fr",
            "article:gdpr/32",
            "sector:health,unknown",
            "status:final",
            "-status:annulled",
            "year:2021",
            "year:2020..2022",
            "fine:>=1M",
            "fine:100k..2M",
            "fine:<=12345.67",
            "decided:2020..2022-06",
            "decided:>=2021",
            "cites:gdpr/83",
            "has:turnover",
            "missing:share",
            "share:>=2",
            "party:\"A & B, C\"",
            "violation:security",
        ];
        prop::collection::vec(select(all), 0..6)
    }

    fn encoded(pairs: &[(String, String)]) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    fn read_back(pairs: &[(String, String)], engine: &Engine) -> Query {
        let text = encoded(pairs);
        let params = Params::read(Some(&text), &query_names()).unwrap_or_default();
        query(&params, engine, chrono::NaiveDate::MIN).map(|(query, _)| query).unwrap_or_default()
    }

    /// The conditions in no order, each in its canonical text; the values of a facet in no order either.
    fn said(query: &Query) -> Vec<String> {
        let each = conditions(query).iter().map(|node| {
            let mut text: Vec<String> = match node {
                Node::Or(nodes) => nodes.iter().map(alone).collect(),
                node => vec![alone(node)],
            };
            text.sort();
            text.join(" | ")
        });
        let mut all: Vec<String> = each.collect();
        all.sort();
        all
    }

    fn alone(node: &Node) -> String {
        write(&Query { root: Some(node.clone()), ..Query::default() })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

        #[test]
        fn a_query_survives_the_address_as_text_and_as_a_form(
            typed in conditions_typed(),
            settings in select(vec!["", " sort:-fine", " sort:date basis:imposed", " basis:final"]),
        ) {
            let engine = Engine::in_memory([]).unwrap_or_else(|error| panic!("{error}"));
            let Ok(asked) = parse(&format!("{}{settings}", typed.join(" "))) else { return Ok(()) };
            let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            prop_assert_eq!(&read_back(&[pair("q", &write(&asked))], &engine), &asked);

            let form = form(&asked);
            let mut pairs = vec![
                pair("q", &form.rest), pair("sort", &form.sort), pair("fine_min", &form.fine.0),
                pair("fine_max", &form.fine.1), pair("from", &form.decided.0), pair("to", &form.decided.1),
            ];
            let left = parse(&form.rest).unwrap_or_default();
            for field in FACETS {
                if selected(&left, field).is_empty() {
                    pairs.extend(selected(&asked, field).iter().map(|value| pair(field.as_str(), value)));
                }
            }
            let back = read_back(&pairs, &engine);
            prop_assert_eq!(said(&back), said(&asked));
            prop_assert_eq!((back.sort, back.basis), (asked.sort, asked.basis));
        }
    }
}
