//! The way from an address over its redirects, which must end and may not turn in a circle.

use url::Url;

use crate::error::GetError;

/// Where a request stands on its way.
#[derive(Debug)]
pub(crate) struct Way {
    at: Url,
    visited: Vec<String>,
    limit: usize,
}

impl Way {
    /// Begins at an address; a fragment is the reader's and not the site's. `limit` is the most redirects to follow.
    pub(crate) fn from(address: &str, limit: usize) -> Result<Self, GetError> {
        let mut at = Url::parse(address).map_err(|_| GetError::Address { found: address.to_owned() })?;
        at.set_fragment(None);
        Ok(Self { at, visited: Vec::new(), limit })
    }

    /// The address to ask for next.
    pub(crate) fn at(&self) -> &Url {
        &self.at
    }

    /// Whether a redirect was followed.
    pub(crate) fn is_redirected(&self) -> bool {
        !self.visited.is_empty()
    }

    /// Goes where a redirect leads. `location` is what its answer says of that.
    pub(crate) fn follow(&mut self, location: Option<&str>) -> Result<(), GetError> {
        let location = location.ok_or_else(|| GetError::Address { found: self.at.to_string() })?;
        let mut next = self.at.join(location).map_err(|_| GetError::Address { found: location.to_owned() })?;
        next.set_fragment(None);
        self.visited.push(std::mem::replace(&mut self.at, next).to_string());
        if self.visited.iter().any(|known| known == self.at.as_str()) {
            return Err(GetError::RedirectLoop { back: self.at.to_string() });
        }
        if self.visited.len() > self.limit {
            return Err(GetError::Redirects { limit: self.limit, last: self.at.to_string() });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_ends_or_is_refused() {
        let mut way = Way::from("https://a.example/1#part", 2).unwrap();
        assert_eq!(way.at().as_str(), "https://a.example/1");
        assert!(!way.is_redirected());
        way.follow(Some("/2#x")).unwrap();
        assert_eq!((way.at().as_str(), way.is_redirected()), ("https://a.example/2", true));
        way.follow(Some("//b.example/3")).unwrap();
        assert_eq!(way.at().as_str(), "https://b.example/3");
        assert!(matches!(way.follow(Some("/4")), Err(GetError::Redirects { limit: 2, .. })));
        let mut way = Way::from("https://a.example/1", 9).unwrap();
        way.follow(Some("2")).unwrap();
        assert!(matches!(way.follow(Some("1")), Err(GetError::RedirectLoop { .. })));
        assert!(matches!(Way::from("nowhere", 1), Err(GetError::Address { .. })));
        assert!(matches!(Way::from("https://a.example/1", 1).unwrap().follow(None), Err(GetError::Address { .. })));
    }
}
