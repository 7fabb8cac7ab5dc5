//! The rules, one a file.

mod amount_not_positive;
mod anonymised_with_name;
mod appeal_without_ledger_event;
mod case_without_official_source;
mod confidence_out_of_range;
mod dangling_reference;
mod dates_out_of_order;
mod duplicate_member;
mod evidence_not_in_range;
mod fine_above_cap;
mod fine_without_amount;
mod fine_without_measure;
mod id_not_from_authority;
mod ledger_without_imposed;
mod measure_without_ledger;
mod mixed_currencies;
mod natural_person_named;
mod outcome_contradicts_findings;
mod procedural_as_violated;
mod quote_without_span;
mod range_upside_down;
mod share_mismatch;
mod source_url_not_http;
mod source_without_licence;
mod summary_missing;
mod summary_too_long;
mod unknown_provision;
mod unknown_term;
mod unsafe_text;
mod value_differs_from_claims;
mod violation_without_provision;

use crate::lint::Rule;

/// Makes a rule of its doc comment, its code, its severity and the function that checks it. The doc comment is the
/// explanation, so that the two cannot differ.
macro_rules! rule {
    ($(#[doc = $doc:literal])+ $name:ident, $code:literal, $severity:ident, $check:path) => {
        $(#[doc = $doc])+
        pub(crate) struct $name;

        impl $crate::lint::Rule for $name {
            fn code(&self) -> &'static str {
                $code
            }
            fn severity(&self) -> $crate::lint::Severity {
                $crate::lint::Severity::$severity
            }
            fn explain(&self) -> String {
                // A line of a doc comment begins with the blank that follows the slashes.
                [$($doc),+].map(|line: &str| line.strip_prefix(' ').unwrap_or(line)).join("\n")
            }
            fn check(&self, case: &$crate::case::Case, report: &mut $crate::lint::Report) {
                $check(case, report);
            }
        }
    };
}
use rule;

/// Every rule, by code.
pub fn rules() -> &'static [&'static dyn Rule] {
    &[
        &amount_not_positive::AmountNotPositive,
        &anonymised_with_name::AnonymisedWithName,
        &appeal_without_ledger_event::AppealWithoutLedgerEvent,
        &case_without_official_source::CaseWithoutOfficialSource,
        &confidence_out_of_range::ConfidenceOutOfRange,
        &dangling_reference::DanglingReference,
        &dates_out_of_order::DatesOutOfOrder,
        &duplicate_member::DuplicateMember,
        &evidence_not_in_range::EvidenceNotInRange,
        &fine_above_cap::FineAboveCap,
        &fine_without_amount::FineWithoutAmount,
        &fine_without_measure::FineWithoutMeasure,
        &id_not_from_authority::IdNotFromAuthority,
        &ledger_without_imposed::LedgerWithoutImposed,
        &measure_without_ledger::MeasureWithoutLedger,
        &mixed_currencies::MixedCurrencies,
        &natural_person_named::NaturalPersonNamed,
        &outcome_contradicts_findings::OutcomeContradictsFindings,
        &procedural_as_violated::ProceduralAsViolated,
        &quote_without_span::QuoteWithoutSpan,
        &range_upside_down::RangeUpsideDown,
        &share_mismatch::ShareMismatch,
        &source_url_not_http::SourceUrlNotHttp,
        &source_without_licence::SourceWithoutLicence,
        &summary_missing::SummaryMissing,
        &summary_too_long::SummaryTooLong,
        &unknown_provision::UnknownProvision,
        &unknown_term::UnknownTerm,
        &unsafe_text::UnsafeText,
        &value_differs_from_claims::ValueDiffersFromClaims,
        &violation_without_provision::ViolationWithoutProvision,
    ]
}
