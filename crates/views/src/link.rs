//! Addresses of pages, relative to the site's root, and checks of addresses that others wrote.

use fineprint_model::query::Field;

/// What pages group cases by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Topic {
    /// Who decided.
    Authority,
    /// The authority's country.
    Country,
    /// Laws and their provisions, found violated.
    Law,
    /// Organisations.
    Party,
    /// Friendly sector groups.
    Sector,
    /// Settings of the processing.
    Context,
    /// Violation types.
    Violation,
    /// Groups of companies.
    Group,
}

impl Topic {
    /// Every topic, in the order of the menu.
    pub const ALL: [Self; 8] = [
        Self::Authority,
        Self::Country,
        Self::Law,
        Self::Party,
        Self::Sector,
        Self::Context,
        Self::Violation,
        Self::Group,
    ];

    /// First part of its pages' addresses.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Country => "country",
            Self::Law => "law",
            Self::Party => "party",
            Self::Sector => "sector",
            Self::Context => "context",
            Self::Violation => "violation",
            Self::Group => "group",
        }
    }

    /// The topic with that slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.slug() == slug)
    }

    /// The field that finds the same cases in a query.
    pub fn field(self) -> Field {
        match self {
            Self::Authority => Field::Authority,
            Self::Country => Field::Country,
            Self::Law => Field::Article,
            Self::Party => Field::Party,
            Self::Sector => Field::Sector,
            Self::Context => Field::Context,
            Self::Violation => Field::Violation,
            Self::Group => Field::Group,
        }
    }

    /// Its heading: "Authorities".
    pub fn plural(self) -> &'static str {
        match self {
            Self::Authority => "Authorities",
            Self::Country => "Countries",
            Self::Law => "Laws",
            Self::Party => "Parties",
            Self::Sector => "Sectors",
            Self::Context => "Contexts",
            Self::Violation => "Violation types",
            Self::Group => "Groups of companies",
        }
    }

    /// One of them: "authority".
    pub fn singular(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Country => "country",
            Self::Law => "provision",
            Self::Party => "party",
            Self::Sector => "sector",
            Self::Context => "context",
            Self::Violation => "violation type",
            Self::Group => "group",
        }
    }

    /// Address of the list of all of them.
    pub fn index_path(self) -> String {
        format!("{}/", self.slug())
    }

    /// Address of one of them; `None` where the key is no safe path (then it has no page).
    pub fn path(self, key: &str) -> Option<String> {
        is_safe_key(key).then(|| format!("{}/{key}/", self.slug()))
    }

    /// The query that finds the same cases.
    pub fn query(self, key: &str) -> String {
        let field = if self == Self::Law && !key.contains('/') { Field::Law } else { self.field() };
        format!("{}:{key}", field.as_str())
    }
}

/// Whether a key may stand in an address and a file name as it is: lower-case parts between slashes, none empty, none
/// that begins with a dot.
pub fn is_safe_key(key: &str) -> bool {
    key.len() <= 160
        && key.split('/').all(|part| {
            part.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric)
                && part.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
        })
}

/// Address of a case.
pub fn case(id: &fineprint_model::CaseId) -> String {
    format!("case/{id}/")
}

/// Address of a search.
pub fn search(query: &str) -> String {
    format!("search/?q={}", encode(query))
}

/// Percent-encodes everything that means something in a query string.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b':' | b',' => {
                out.push(byte as char);
            }
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// An address that others wrote, if it is an absolute http or https one; anything else is never linked.
pub fn external(url: &str) -> Option<&str> {
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"))?;
    let host_follows = url.len() > if lower.starts_with("https") { 8 } else { 7 } && !rest.starts_with(['/', '?', '#']);
    let printable = url.chars().all(|c| !c.is_control() && !c.is_whitespace() && !matches!(c, '<' | '>' | '"' | '\\'));
    (host_follows && printable && url.len() <= 2_048).then_some(url)
}

/// The way up from a page to the site's root: `case/x/` gives `../../`.
pub fn root_of(path: &str) -> String {
    let file = path.split('?').next().unwrap_or_default();
    match file.matches('/').count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_web_addresses_are_linked() {
        for good in ["https://www.cnil.fr/x?y=z#a", "HTTP://example.org"] {
            assert_eq!(external(good), Some(good));
        }
        for bad in [
            "javascript:alert(1)",
            "//evil.example",
            "data:text/html,x",
            "https://",
            "http:///x",
            "ftp://a",
            "",
            "https://a\"b",
            "java\nscript:x",
        ] {
            assert_eq!(external(bad), None, "{bad}");
        }
    }

    #[test]
    fn keys_never_leave_their_folder() {
        for good in ["fr-cnil", "gdpr/5/1/f", "us-hipaa/164.308/a/1", "security/encryption"] {
            assert!(is_safe_key(good), "{good}");
        }
        for bad in ["", "..", "a/../b", "/a", "a//b", "a/", "A", "a b", "a\\b", ".a", "a/.b", "é"] {
            assert!(!is_safe_key(bad), "{bad}");
        }
    }

    #[test]
    fn addresses_carry_any_query() {
        assert_eq!(search("article:gdpr/32 \"a&b\" é"), "search/?q=article:gdpr/32+%22a%26b%22+%C3%A9");
        assert_eq!(root_of("case/x/"), "../../");
        assert_eq!(root_of(""), "./");
        assert_eq!(root_of("search.atom?q=a/b"), "./");
    }
}
