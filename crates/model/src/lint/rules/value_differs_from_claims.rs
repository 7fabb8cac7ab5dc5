//! Rule `value-differs-from-claims`.

use serde_json::Value;

use crate::case::Case;
use crate::ledger::Basis;
use crate::lint::{Report, quoted};
use crate::resolve::resolve;

super::rule! {
/// # What it does
/// reports a field whose value is not the one that the record's own claims give it by the policy (curator, official
/// decision, official press release, data set or wiki, news; then surer; then newer).
///
/// # Why is this bad
/// the page shows a value that none of the sources it names supports.
///
/// # Example
/// `"decided_on": "2022-04-15"` beside one claim, of the decision, that says 2022-04-16
///
/// # Use instead
/// the claimed value, or a claim of your own with `"method": "curated"` on a better source.
    ValueDiffersFromClaims, "value-differs-from-claims", Warning, check
}

fn check(case: &Case, report: &mut Report) {
    if case.claims.is_empty() {
        return;
    }
    let mut resolved = case.clone();
    resolve(&mut resolved);
    let (Ok(Value::Object(found)), Ok(Value::Object(expected))) =
        (serde_json::to_value(case), serde_json::to_value(&resolved))
    else {
        return;
    };
    let help = "take over the claimed value, or add a claim of a better source";
    for claim in &case.claims {
        // Lists of a curated record may say more of each member than the claims about it do.
        if claim.statement.is_member() {
            continue;
        }
        let field = claim.statement.field().replace('-', "_");
        let (found, expected) = (found.get(&field), expected.get(&field));
        if found != expected {
            let text = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), quoted);
            report.add(format!("/{field}"), text(expected), text(found), help);
        }
    }
    let (found, expected) = (case.fine(Basis::Imposed), resolved.fine(Basis::Imposed));
    if let (true, Some(expected)) = (found != expected, expected.amount()) {
        let found = found.amount().map_or_else(|| "no amount".to_owned(), quoted);
        report.add("/ledger", quoted(expected), found, help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::assert_reports;
    use crate::stated::Stated;

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&ValueDiffersFromClaims, &["/decided_on"], |case| {
            case.decided_on = Stated::Value("2030-02-01".parse().unwrap());
        });
    }
}
