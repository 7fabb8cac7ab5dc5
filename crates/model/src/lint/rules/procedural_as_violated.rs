//! Rule `procedural-as-violated`.

use crate::case::Case;
use crate::lint::{Report, quoted};
use crate::terms::FindingKind;
use crate::vocab;

super::rule! {
/// # What it does
/// reports an article of definitions, competence, procedure or fines that is marked as violated. Art. 58 GDPR is
/// excepted: whoever ignores an authority's order violates it.
///
/// # Why is this bad
/// nobody can violate such a provision; the decision merely applies it.
///
/// # Example
/// `{"provision": "gdpr/83/2", "finding": "violated"}`
///
/// # Use instead
/// `{"provision": "gdpr/83/2", "finding": "procedural"}`
    ProceduralAsViolated, "procedural-as-violated", Warning, check
}

/// Procedural by default, but a party can violate it.
const EXCEPTED: &str = "gdpr/58";

fn check(case: &Case, report: &mut Report) {
    for (at, finding) in case.findings.iter().enumerate() {
        let article = finding.provision.article();
        let procedural = vocab::provisions().get(article.as_str()).is_some_and(|entry| entry.procedural);
        if finding.finding == FindingKind::Violated && procedural && article.as_str() != EXCEPTED {
            let help = format!("`{}` is applied, not violated", finding.provision);
            report.add(format!("/findings/{at}/finding"), "`procedural`", quoted(&finding.finding), help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::{assert_reports, check as check_rule, good as good_case};

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&ProceduralAsViolated, &["/findings/1/finding"], |case| {
            case.findings[1].finding = FindingKind::Violated;
        });
        let mut ignored_order = good_case();
        ignored_order.findings[0].provision = "gdpr/58/2/d".parse().unwrap();
        assert_eq!(check_rule(&ProceduralAsViolated, &ignored_order), []);
    }
}
