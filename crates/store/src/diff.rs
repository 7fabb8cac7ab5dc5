//! What differs between two records, place by place.

use fineprint_model::Case;
use serde_json::Value;

/// A place where two records differ.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    /// The old value; `None` where there was none.
    pub from: Option<Value>,
    /// The new value; `None` where it is gone.
    pub to: Option<Value>,
}

/// Every place where `new` differs from `old`, keys in alphabetical order. Lists are compared by position.
pub fn diff(old: &Case, new: &Case) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    // A record that cannot be written as JSON is compared as if it were empty.
    let value = |case: &Case| serde_json::to_value(case).unwrap_or_default();
    compare(String::new(), Some(&value(old)), Some(&value(new)), &mut changes);
    changes
}

fn compare(pointer: String, old: Option<&Value>, new: Option<&Value>, changes: &mut Vec<FieldChange>) {
    match (old, new) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let added = b.keys().filter(|key| !a.contains_key(*key));
            for key in a.keys().chain(added) {
                let place = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                compare(place, a.get(key), b.get(key), changes);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            for at in 0..a.len().max(b.len()) {
                compare(format!("{pointer}/{at}"), a.get(at), b.get(at), changes);
            }
        }
        (old, new) if old == new => {}
        (old, new) => changes.push(FieldChange { pointer, from: old.cloned(), to: new.cloned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fineprint_model::{AuthorityId, CaseId, Stated};

    #[test]
    fn names_each_place_that_differs() {
        let old = Case::new(CaseId::new("xx-a-1").unwrap(), AuthorityId::new("xx-a").unwrap());
        let mut new = old.clone();
        new.reference = Stated::Value("1".into());
        new.authority = AuthorityId::new("xx-b").unwrap();
        new.contexts.push("cctv".into());
        assert!(diff(&old, &old).is_empty());
        let pointers: Vec<String> = diff(&old, &new).into_iter().map(|change| change.pointer).collect();
        assert_eq!(pointers, ["/authority", "/contexts", "/reference"]);
    }
}
