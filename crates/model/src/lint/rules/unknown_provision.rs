//! Rule `unknown-provision`.

use crate::case::Case;
use crate::lint::{Report, fields, quoted};
use crate::provision::Provision;
use crate::vocab;

super::rule! {
/// # What it does
/// reports a provision of a law that the vocabulary does not list, or that the law does not have.
///
/// # Why is this bad
/// the case is not found under the provision that was meant, and the page links nowhere.
///
/// # Example
/// `"provision": "gdpr/32/7"` (Article 32 has four paragraphs)
///
/// # Use instead
/// `"provision": "gdpr/32/1"`, or the article alone where the paragraph is not certain.
    UnknownProvision, "unknown-provision", Error, check
}

/// Instruments of which the vocabulary lists every article; of others it may lack some.
const COMPLETE: &[&str] = &["gdpr"];

fn check(case: &Case, report: &mut Report) {
    for (pointer, finding) in fields::findings(case) {
        let pointer = format!("{pointer}/provision");
        provision(&finding.provision, &pointer, report);
    }
}

fn provision(provision: &Provision, pointer: &str, report: &mut Report) {
    let instrument = provision.instrument();
    if vocab::instruments().get(instrument).is_none() {
        let help = match vocab::instruments().nearest(instrument) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "add the law to `data/vocab/instruments.json`".to_owned(),
        };
        report.add(pointer, "a law of the vocabulary `instruments`", quoted(instrument), help);
        return;
    }
    let article = provision.article();
    if article.as_str() == instrument {
        return;
    }
    let Some(entry) = vocab::provisions().get(article.as_str()) else {
        if COMPLETE.contains(&instrument) {
            report.add(pointer, format!("an article of `{instrument}`"), quoted(&article), "check the decision's text");
        }
        return;
    };
    let part = provision.parts().skip(1).collect::<Vec<_>>().join("/");
    if !part.is_empty() && !entry.parts.is_empty() && !entry.parts.contains(&part) {
        let expected = format!("a part of `{article}` ({})", entry.parts.join(", "));
        report.add(pointer, expected, quoted(provision), "cut the path back to a part that exists");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::{assert_reports, check as check_rule, good as good_case};

    #[test]
    fn reports_the_bad_and_spares_the_good() {
        assert_reports(&UnknownProvision, &["/findings/0/provision"], |case| {
            case.findings[0].provision = Provision::new("gdpr/32/7").unwrap();
        });
        for (path, good) in
            [("gdpr/100", false), ("gdpr/99", true), ("gdpr", true), ("gdrp/5", false), ("fr-lil/82", true)]
        {
            let mut case = good_case();
            case.findings[0].provision = Provision::new(path).unwrap();
            assert_eq!(check_rule(&UnknownProvision, &case).is_empty(), good, "{path}");
        }
    }
}
