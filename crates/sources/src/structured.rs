//! Claims from labelled places, and the small readers that several sources share.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use fineprint_model::vocab::{self, Authority};
use fineprint_model::{
    AuthorityId, Block, BlockKind, Claim, Currency, Document, Finding, FindingKind, Method, Money, MoneyEvent,
    MoneyEventKind, Party, PartyId, PartyKind, PartyRole, Provision, SourceId, Stated, Statement, slugify,
};

use crate::info::SourceInfo;

/// Claims being collected from one document.
pub(crate) struct Claims<'a> {
    document: &'a Document,
    source: SourceId,
    info: &'static SourceInfo,
    /// What was claimed so far.
    pub list: Vec<Claim>,
}

impl<'a> Claims<'a> {
    pub fn new(document: &'a Document, source: SourceId, info: &'static SourceInfo) -> Self {
        Self { document, source, info, list: Vec::new() }
    }

    /// Claims what no words of the document say, as whose register it is.
    pub fn know(&mut self, statement: Statement) {
        let source = self.source.clone();
        self.list.push(Claim { statement, source, method: Method::Structured, confidence: None, evidence: None });
    }

    /// What a labelled place means, where the source is known to have it wrong; else what it says.
    pub fn corrected<'t>(&self, place: &str, found: &'t str) -> &'t str
    where
        'static: 't,
    {
        self.info.corrected(self.document.url.as_deref(), place, found)
    }

    /// Claims a value for the words at a span; `None` for confidence where the place's label leaves no doubt.
    pub fn state(&mut self, statement: Statement, span: (usize, usize), confidence: Option<f64>) {
        let evidence = self.document.evidence(span.0, span.1);
        self.list.push(Claim {
            statement,
            source: self.source.clone(),
            method: Method::Structured,
            confidence,
            evidence,
        });
    }

    /// The source being read.
    pub fn info(&self) -> &'static SourceInfo {
        self.info
    }

    /// Whether a field has been claimed.
    pub fn has(&self, field: &str) -> bool {
        self.list.iter().any(|claim| claim.statement.field() == field)
    }
}

/// A block's text and span.
pub(crate) struct Cell<'a> {
    pub text: &'a str,
    pub start: usize,
    pub end: usize,
}

impl<'a> Cell<'a> {
    pub fn of(document: &'a Document, block: &Block) -> Self {
        Self { text: document.block_text(block), start: block.start, end: block.end }
    }

    pub fn span(&self) -> (usize, usize) {
        (self.start, self.end)
    }

    /// The cell's lines, each with its own span.
    pub fn lines(&self) -> impl Iterator<Item = Cell<'a>> {
        let (text, start) = (self.text, self.start);
        let mut at = 0;
        text.split('\n').filter_map(move |line| {
            let from = at + (line.len() - line.trim_start().len());
            let trimmed = line.trim();
            at += line.len() + 1;
            (!trimmed.is_empty()).then(|| Cell {
                text: trimmed,
                start: start + from,
                end: start + from + trimmed.len(),
            })
        })
    }
}

/// All blocks but those for which `leave_out` says so.
pub(crate) fn blocks_without(document: &Document, leave_out: impl Fn(&Block) -> bool) -> Vec<Block> {
    document.blocks.iter().copied().filter(|block| !leave_out(block)).collect()
}

pub(crate) fn is_cell(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Cell { .. })
}

/// The host of the document's address without `www.`.
pub(crate) fn host(document: &Document) -> Option<String> {
    host_of(document.url.as_deref()?)
}

pub(crate) fn host_of(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let host = url.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

/// Whether the document stands at a host or below it.
pub(crate) fn is_at(document: &Document, wanted: &str) -> bool {
    host(document)
        .is_some_and(|host| host == wanted || host.strip_suffix(wanted).is_some_and(|rest| rest.ends_with('.')))
}

/// The authority to which a host belongs.
pub(crate) fn authority_of_host(host: &str) -> Option<&'static Authority> {
    vocab::authorities().iter().find(|authority| {
        authority.hosts.iter().any(|own| host == own || host.strip_suffix(own).is_some_and(|rest| rest.ends_with('.')))
    })
}

/// What authorities and countries are called, as slugs: made once, because every page of a wiki is labelled.
#[derive(Default)]
struct Slugs {
    /// Names and aliases; the first authority of a name.
    names: HashMap<String, &'static Authority>,
    /// Each authority with its names, aliases and acronym.
    authorities: Vec<(&'static Authority, Vec<String>)>,
    acronyms: HashSet<String>,
    /// Country names and their codes; the first country of a name.
    countries: HashMap<String, &'static str>,
}

static SLUGS: LazyLock<Slugs> = LazyLock::new(|| {
    let mut slugs = Slugs::default();
    for one in vocab::authorities().iter() {
        let mut called: Vec<String> =
            one.aliases.iter().chain(one.names.values()).filter_map(|name| slugify(name)).collect();
        for slug in &called {
            slugs.names.entry(slug.clone()).or_insert(one);
        }
        slugs.acronyms.extend(slugify(&one.acronym));
        called.extend(slugify(&one.acronym));
        slugs.authorities.push((one, called));
    }
    for entry in vocab::countries().iter() {
        for slug in entry.labels.values().filter_map(|label| slugify(label)) {
            slugs.countries.entry(slug).or_insert(entry.id.as_str());
        }
    }
    slugs
});

/// The authority that a label such as `CNIL (France)` names.
pub(crate) fn authority_of_label(label: &str) -> Option<&'static Authority> {
    if let Some(found) = SLUGS.names.get(&slugify(label)?) {
        return Some(found);
    }
    let (name, place) = label.rsplit_once('(')?;
    let (name, place) = (slugify(name)?, slugify(place.trim_end_matches(')'))?);
    let place = place.strip_prefix("the-").unwrap_or(&place);
    let country = match place {
        "uk" => Some("GB"),
        "island" => Some("IS"),
        "eu" => Some("EU"),
        _ => SLUGS.countries.get(place).copied(),
    };
    let mut called = SLUGS.authorities.iter().filter(|(_, slugs)| slugs.contains(&name)).map(|(one, _)| *one);
    match country {
        Some(country) => called.find(|one| one.country == country).or_else(|| {
            // A country with a single authority of the field leaves no doubt however it is called.
            let is_own = |one: &&Authority| one.country == country && one.field == "data-protection";
            let mut own = vocab::authorities().iter().filter(is_own);
            own.next().filter(|_| own.next().is_none())
        }),
        // The authority of a part of a country.
        None => called.next(),
    }
}

pub(crate) fn authority_id(authority: &Authority) -> Option<AuthorityId> {
    AuthorityId::new(authority.id.as_str()).ok()
}

/// One amount and its currency in a field made for that: `1500000 EUR`, `€1,500,000`, `1.500 €`. `None` where
/// there is no amount, more than one, or it is nought; the flag says whether the currency was written there.
pub(crate) fn amount(text: &str, default: Option<Currency>) -> Option<(Money, bool)> {
    let mut numbers: Vec<String> = Vec::new();
    let mut words = String::new();
    let mut after_digit = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_ascii_digit() {
            if !after_digit {
                numbers.push(String::new());
            }
            numbers.last_mut()?.push(c);
            after_digit = true;
            continue;
        }
        let next_is_digit = chars.peek().is_some_and(char::is_ascii_digit);
        let separates = matches!(c, '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
        if after_digit && separates && next_is_digit {
            numbers.last_mut()?.push(if c == '.' || c == ',' { c } else { '\'' });
        } else {
            after_digit = false;
            words.push(c);
        }
    }
    let [number] = numbers.as_slice() else { return None };
    let named = currency(&words);
    let currency = named.or(default)?;
    let minor = minor_units(number, currency)?;
    (minor > 0).then(|| (Money::from_minor(minor, currency), named.is_some()))
}

/// Words that multiply an amount, with the number of noughts, in the languages of the authorities; longer ones first.
const SCALES: &[(&str, u32)] = &[
    ("milliards", 9),
    ("milliard", 9),
    ("milliarden", 9),
    ("miljard", 9),
    ("miliardi", 9),
    ("miliardo", 9),
    ("billion", 9),
    ("mrd", 9),
    ("bn", 9),
    ("millions", 6),
    ("million", 6),
    ("millionen", 6),
    ("millioner", 6),
    ("miljoner", 6),
    ("miljoen", 6),
    ("milioni", 6),
    ("milione", 6),
    ("millones", 6),
    ("millón", 6),
    ("milionów", 6),
    ("mln", 6),
    ("mio", 6),
    ("mn", 6),
    ("m", 6),
    ("thousand", 3),
    ("tysięcy", 3),
    ("tys", 3),
    ("k", 3),
];

/// One amount that a label announces, in figures with or without a scale: `27 millions d'euros`, `£4.4m`, `3 000 kr.`. `None`
/// where there is no amount or more than one.
pub(crate) fn amount_in_words(text: &str, default: Option<Currency>) -> Option<Money> {
    let lower = text.to_lowercase();
    let start = lower.find(|c: char| c.is_ascii_digit())?;
    let rest = lower.get(start..)?;
    let end = rest
        .char_indices()
        .scan(None, |last, (at, c)| {
            let separates = matches!(c, '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
            let goes_on = c.is_ascii_digit() || (separates && *last != Some(false));
            *last = Some(c.is_ascii_digit());
            goes_on.then_some((at, c))
        })
        .filter(|(_, c)| c.is_ascii_digit())
        .last()
        .map_or(0, |(at, c)| at + c.len_utf8());
    let (number, after) = (rest.get(..end)?, rest.get(end..)?);
    let word: String = after.trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
    let scale = SCALES.iter().find(|(name, _)| *name == word).map(|(_, noughts)| *noughts);
    let Some(noughts) = scale else { return amount(text, default).map(|(money, _)| money) };
    if after.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let words = format!("{} {}", lower.get(..start)?, after.trim_start().get(word.len()..)?);
    let currency = currency(&words).or(default)?;
    // Before a scale a separator is the decimal one: "1,5 million", "4.4m".
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let noughts = usize::try_from(noughts + currency.digits()).ok()?;
    if !digits(whole) || !digits(fraction) || fraction.len() > noughts {
        return None;
    }
    let minor: i64 = format!("{whole}{fraction:0<noughts$}").parse().ok()?;
    (minor > 0).then(|| Money::from_minor(minor, currency))
}

/// The one currency that the words around a number name.
fn currency(words: &str) -> Option<Currency> {
    let upper = words.to_uppercase();
    let symbols = [("€", "EUR"), ("£", "GBP"), ("EURO", "EUR"), ("ZŁ", "PLN"), ("US$", "USD"), ("LEI", "RON")];
    let codes = upper.split(|c: char| !c.is_alphabetic()).filter_map(|word| word.parse().ok());
    let mut found: Vec<Currency> = codes.collect();
    let named = symbols.iter().filter(|(symbol, _)| upper.contains(symbol));
    found.extend(named.filter_map(|(_, code)| code.parse::<Currency>().ok()));
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

/// A number with separators in minor units. Groups of three after every separator are thousands;
/// one or two digits after the last are decimals.
fn minor_units(number: &str, currency: Currency) -> Option<i64> {
    let last = number.rfind(['.', ',', '\'']);
    let decimals = last.map_or(0, |at| number.len() - at - 1);
    let (whole, rest) = match last {
        Some(at) if (1..=2).contains(&decimals) && !number[at..].starts_with('\'') => {
            (number.get(..at)?, number.get(at + 1..)?)
        }
        _ => (number, ""),
    };
    let mut groups = whole.split(['.', ',', '\'']);
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    let scale = usize::try_from(currency.digits()).ok()?;
    let fraction: i64 = if scale == 0 || rest.is_empty() { 0 } else { format!("{rest:0<scale$}").parse().ok()? };
    digits.parse::<i64>().ok()?.checked_mul(10_i64.checked_pow(currency.digits())?)?.checked_add(fraction)
}

/// The statement that a fine was imposed.
pub(crate) fn imposed(amount: Money) -> Statement {
    Statement::Money(MoneyEvent {
        event: MoneyEventKind::Imposed,
        on: Stated::default(),
        amount: Stated::Value(amount),
        party: None,
        source: None,
        note: None,
    })
}

/// The statement of a finding.
pub(crate) fn finding(provision: Provision, finding: FindingKind) -> Statement {
    Statement::Finding(Finding { provision, finding, violations: Vec::new(), party: None, note: None })
}

/// Words that end or make up a company's name, folded as slugs are.
const FORMS: &[&str] = &[
    "sa",
    "sas",
    "sasu",
    "sarl",
    "eurl",
    "sca",
    "scs",
    "snc",
    "gie",
    "sl",
    "slu",
    "sau",
    "slp",
    "sll",
    "s-a",
    "s-l",
    "s-a-u",
    "s-l-u",
    "gmbh",
    "ag",
    "kg",
    "ohg",
    "se",
    "ev",
    "llc",
    "llp",
    "ltd",
    "limited",
    "inc",
    "corp",
    "corporation",
    "plc",
    "co",
    "ab",
    "as",
    "asa",
    "a-s",
    "aps",
    "oy",
    "oyj",
    "bv",
    "b-v",
    "nv",
    "n-v",
    "bvba",
    "vzw",
    "asbl",
    "spa",
    "s-p-a",
    "srl",
    "s-r-l",
    "scarl",
    "kft",
    "zrt",
    "nyrt",
    "bt",
    "doo",
    "d-o-o",
    "dd",
    "d-d",
    "jdoo",
    "sp-z-o-o",
    "sro",
    "s-r-o",
    "uab",
    "sia",
    "ou",
    "oue",
    "as",
    "eood",
    "ood",
    "ead",
    "ad",
    "ehf",
    "hf",
    "ohf",
    "sf",
    "lda",
    "unipessoal",
    "ike",
    "ae",
    "ltda",
    "uc",
    "dac",
    "clg",
    "gmbh-co-kg",
    "pfa",
];
/// Words that only organisations carry in their names.
const ORGANISATION: &[&str] = &[
    "company",
    "group",
    "groupe",
    "gruppo",
    "grupo",
    "bank",
    "banca",
    "banco",
    "banque",
    "caixabank",
    "insurance",
    "assicurazioni",
    "municipality",
    "city",
    "town",
    "county",
    "council",
    "region",
    "regione",
    "comune",
    "comun",
    "ayuntamiento",
    "commune",
    "ville",
    "kommune",
    "kommun",
    "kommuner",
    "gemeente",
    "gemeinde",
    "stadt",
    "ministry",
    "ministero",
    "ministere",
    "ministerio",
    "minister",
    "government",
    "agency",
    "agencia",
    "agenzia",
    "office",
    "authority",
    "commission",
    "committee",
    "police",
    "polizia",
    "policia",
    "court",
    "university",
    "universita",
    "universite",
    "universidad",
    "universitet",
    "college",
    "school",
    "scuola",
    "istituto",
    "institute",
    "instituto",
    "hospital",
    "ospedale",
    "hopital",
    "clinic",
    "clinica",
    "azienda",
    "asl",
    "ausl",
    "association",
    "associazione",
    "asociacion",
    "foundation",
    "fondazione",
    "fundacion",
    "stichting",
    "federation",
    "federazione",
    "federacion",
    "union",
    "syndicat",
    "sindicato",
    "party",
    "partito",
    "partido",
    "club",
    "church",
    "services",
    "service",
    "servizi",
    "servicios",
    "systems",
    "solutions",
    "technologies",
    "technology",
    "software",
    "platforms",
    "media",
    "telecom",
    "telecommunications",
    "energy",
    "energia",
    "airlines",
    "hotel",
    "hotels",
    "holding",
    "holdings",
    "international",
    "europe",
    "ireland",
    "france",
    "espana",
    "spain",
    "italia",
    "italy",
    "deutschland",
    "germany",
    "sweden",
    "sverige",
    "norge",
    "norway",
    "danmark",
    "denmark",
    "polska",
    "romania",
    "hellas",
    "greece",
    "department",
    "directorate",
    "dipartimento",
    "directie",
    "post",
    "poste",
    "network",
    "news",
    "press",
    "centre",
    "center",
    "fund",
    "trust",
    "housing",
    "supermarket",
    "supermercati",
    "shop",
    "store",
    "travel",
    "health",
    "healthcare",
    "medical",
    "pharmacy",
    "society",
    "societe",
    "societa",
    "sociedad",
    "national",
    "nazionale",
    "nacional",
    "public",
    "board",
    "chamber",
    "consorzio",
    "comunidad",
    "communications",
    "digital",
    "online",
    "com",
    "labs",
    "ai",
    "airport",
    "railways",
    "transport",
    "logistics",
    "consulting",
    "marketing",
    "entertainment",
    "games",
    "security",
    "credit",
    "finance",
    "capital",
    "financial",
    "estate",
    "properties",
    "laboratory",
    "laboratories",
];
/// Words that mark who complained, or nobody in particular.
const NOT_RESPONDENT: &[&str] = &[
    "complainant",
    "complainants",
    "claimant",
    "represented",
    "noyb",
    "user",
    "users",
    "individual",
    "individuals",
    "anonymous",
    "anonymised",
    "anonymized",
    "unknown",
    "exempt",
    "excempt",
    "n-a",
    "data-subject",
    "data-subjects",
    "person",
    "persons",
    "employee",
    "plaintiff",
    "applicant",
    "mr",
    "mrs",
    "ms",
    "dr",
    "lawyer",
    "citizen",
    "customer",
    "party-a",
    "x",
    "confidential",
    "various",
    "several",
    "none",
    "undisclosed",
];

/// Words that say what a party is and not which.
const GENERIC: &[&str] = &[
    "company",
    "school",
    "hospital",
    "clinic",
    "municipality",
    "bank",
    "parent",
    "parents",
    "party",
    "organisation",
    "organization",
    "employer",
    "controller",
    "processor",
    "association",
    "university",
    "shop",
    "store",
    "hotel",
    "bar",
    "restaurant",
    "website",
    "public",
    "police",
    "defendant",
    "respondent",
    "complianant",
    "doctor",
    "landlord",
    "political-party",
    "public-high-school",
    "social-services",
];
/// Words of a name that was withheld, or is a person's in trade.
const WITHHELD: &[&str] = &[
    "unnamed",
    "redacted",
    "private",
    "sole-proprietorship",
    "sole-proprietor",
    "sole-trader",
    "not-specified",
    "name-withheld",
    "pseudonym",
];

/// A party of that name; `None` where the name may be a natural person's, since those are never named, or is nobody's.
pub(crate) fn organisation(text: &str) -> Option<Party> {
    let (name, role) = without_role(text);
    let name = name.trim_end_matches([',', ';', '-', '–', '\\', ' ']);
    let slug = slugify(name)?;
    let joined = format!("-{slug}-");
    let holds = |terms: &[&str]| terms.iter().any(|term| joined.contains(&format!("-{term}-")));
    let words: Vec<&str> = slug.split('-').collect();
    let is_masked = words.iter().any(|word| word.len() > 2 && word.bytes().all(|b| word.starts_with(char::from(b))));
    if name.len() > 120 || words.len() > 14 || name.contains(['[', '…']) || is_masked {
        return None;
    }
    if holds(NOT_RESPONDENT) || holds(WITHHELD) || GENERIC.contains(&slug.as_str()) || is_authority(&slug) {
        return None;
    }
    let has_form = FORMS.iter().any(|form| joined.ends_with(&format!("-{form}-")) && slug != *form);
    // "Public organisation A": a letter for a name.
    if !has_form && words.len() > 1 && words.last().is_some_and(|last| last.len() == 1) {
        return None;
    }
    // A single word with a capital is a brand or an acronym; two names may be a person.
    let is_brand = !name.contains(char::is_whitespace) && slug.len() > 2 && name.contains(char::is_uppercase);
    if !(has_form || holds(ORGANISATION) || is_brand) {
        return None;
    }
    let mut party = party(name, party_id(&slug)?, has_form);
    if let Some(role) = role {
        party.role = Stated::Value(role);
    }
    Some(party)
}

/// A name without the role that stands after it in brackets.
fn without_role(text: &str) -> (&str, Option<PartyRole>) {
    let text = text.trim();
    let Some((name, note)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('(')) else { return (text, None) };
    match note.to_lowercase().trim_start_matches("the ").trim() {
        "controller" | "data controller" => (name.trim_end(), Some(PartyRole::Controller)),
        "processor" | "data processor" => (name.trim_end(), Some(PartyRole::Processor)),
        "defendant" | "respondent" | "company" => (name.trim_end(), None),
        _ => (text, None),
    }
}

/// Whether the name is an authority's: it decides, or did before, and is not the one decided against.
fn is_authority(slug: &str) -> bool {
    SLUGS.names.contains_key(slug) || SLUGS.acronyms.contains(slug)
}

/// A party that the document calls a company, whatever its name looks like; `None` where the name is a placeholder.
pub(crate) fn company(name: &str) -> Option<Party> {
    let name = name.trim();
    let slug = slugify(name)?;
    let is_placeholder = slug.len() < 2 || name.contains(['[', ']', '…']) || NOT_RESPONDENT.contains(&slug.as_str());
    if is_placeholder { None } else { Some(party(name, party_id(&slug)?, true)) }
}

fn party(name: &str, id: PartyId, is_company: bool) -> Party {
    let kind = if is_company { Stated::Value(PartyKind::Company) } else { Stated::default() };
    Party { kind, ..Party::named(id, name) }
}

/// The id of a party: its name as a slug without the legal form, the same in every case.
fn party_id(slug: &str) -> Option<PartyId> {
    let mut rest = slug;
    while let Some(form) = FORMS.iter().filter(|form| rest.ends_with(&format!("-{form}"))).max_by_key(|form| form.len())
    {
        rest = rest.get(..rest.len() - form.len() - 1)?;
    }
    PartyId::new(rest).ok()
}

/// The spelling of a name in which the document writes it in running text, where a heading has it in capitals.
pub(crate) fn usual_spelling(document: &Document, name: &str) -> String {
    if name.chars().any(char::is_lowercase) || name.is_empty() {
        return name.to_owned();
    }
    let first: Vec<char> = name.chars().take(1).collect();
    let mut at = 0;
    while let Some(found) = document.text.get(at..).and_then(|rest| rest.find(first.as_slice())).map(|found| at + found)
    {
        let length = name.len();
        if let Some(candidate) = document.text.get(found..found + length)
            && candidate.to_uppercase() == name
            && candidate.chars().any(char::is_lowercase)
            && candidate.split_whitespace().all(|word| word.chars().next().is_some_and(|c| !c.is_lowercase()))
        {
            return candidate.to_owned();
        }
        at = found + first.iter().map(|c| c.len_utf8()).sum::<usize>();
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_fields_state_them() {
        let eur = Some(Currency::EUR);
        for (text, default, expected) in [
            ("1500000 EUR", None, Some("EUR 1500000")),
            ("€2,600,000", None, Some("EUR 2600000")),
            ("1.500 €", None, Some("EUR 1500")),
            ("30 000 EUR", None, Some("EUR 30000")),
            ("1,234.50 EUR", None, Some("EUR 1234.50")),
            ("NOK 250,000 NOK", None, Some("NOK 250000")),
            ("400 000 NOK", None, Some("NOK 400000")),
            ("31200", eur, Some("EUR 31200")),
            ("31200", None, None),
            ("0", eur, None),
            ("n/a", eur, None),
            ("20,000 and 30,000 €", None, None),
            ("12,34,56 €", None, None),
            ("99999999999999999999 EUR", None, None),
        ] {
            assert_eq!(amount(text, default).map(|(money, _)| money.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn amounts_in_words() {
        let eur = Some(Currency::EUR);
        for (text, default, expected) in [
            ("Amende de 27 millions d'euros", None, Some("EUR 27000000")),
            ("Amende de 1,5 million d'euros", None, Some("EUR 1500000")),
            ("Amende de 3\u{a0}000 euros", None, Some("EUR 3000")),
            ("£4.4m", None, Some("GBP 4400000")),
            ("£1,233,400", None, Some("GBP 1233400")),
            ("1,2 Mio. Euro", None, Some("EUR 1200000")),
            ("2,5 millioner", "DKK".parse().ok(), Some("DKK 2500000")),
            ("100 000", eur, Some("EUR 100000")),
            ("1 million et 2 millions d'euros", eur, None),
            ("20 000 euros et 30 000 euros", eur, None),
            ("Rappel à l'ordre", eur, None),
            ("99999999999999 milliards d'euros", eur, None),
        ] {
            assert_eq!(amount_in_words(text, default).map(|money| money.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn organisations_and_never_persons() {
        for (name, id) in [
            ("Dedalus Biologie SAS", Some("dedalus-biologie")),
            ("VODAFONE ESPAÑA, S.A.U.", Some("vodafone-espana")),
            ("Google LLC", Some("google")),
            ("Suomen Asiakastieto Oy", Some("suomen-asiakastieto")),
            ("TikTok", Some("tiktok")),
            ("City of Exampleton", Some("city-of-exampleton")),
            ("Foundation Example (the controller)", Some("foundation-example")),
            ("XXX", None),
            ("Company", None),
            ("Public organisation A", None),
            ("CNIL", None),
            ("Example Services (sole proprietorship)", None),
            ("Jane Roe", None),
            ("A.A.A.", None),
            ("n/a", None),
            ("Anonymous", None),
            ("A user (represented by a lawyer)", None),
            ("Mr. Roe", None),
        ] {
            assert_eq!(organisation(name).map(|party| party.id.to_string()).as_deref(), id, "{name}");
        }
    }

    #[test]
    fn labels_name_authorities() {
        for (label, id) in [
            ("CNIL (France)", "fr-cnil"),
            ("ICO (UK)", "gb-ico"),
            ("AEPD (Spain)", "es-aepd"),
            ("AP (The Netherlands)", "nl-ap"),
            ("Datatilsynet (Denmark)", "dk-datatilsynet"),
            ("Datatilsynet (Norway)", "no-datatilsynet"),
            ("HmbBfDI (Hamburg)", "de-hh"),
        ] {
            assert_eq!(authority_of_label(label).map(|found| found.id.as_str()), Some(id), "{label}");
        }
        assert!(authority_of_label("Nobody (Nowhere)").is_none());
    }
}
