//! Closed vocabularies as types. Reading is lenient: a term nobody knows survives as itself, so
//! that old programs read new records. Lint is strict: it reports that term with the nearest known one.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What every vocabulary type can do, for lint rules and forms that treat them alike.
pub trait Term: Sized + Clone + Eq + 'static {
    /// The vocabulary's name, as in `outcome`.
    const VOCABULARY: &'static str;
    /// Every known term, in the order people should see them.
    fn all() -> &'static [Self];
    /// The stable slug, as in `violation-found`.
    fn as_str(&self) -> &str;
    /// Reads any text; an unknown one is kept.
    fn from_slug(text: &str) -> Self;
    /// Whether the term is one of [`Term::all`].
    fn is_known(&self) -> bool {
        Self::all().contains(self)
    }
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident, $vocabulary:literal { $($(#[$vdoc:meta])* $variant:ident = $slug:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            /// A term this version does not know, kept as it was written.
            Other(Box<str>),
        }

        impl Term for $name {
            const VOCABULARY: &'static str = $vocabulary;
            fn all() -> &'static [Self] {
                &[$(Self::$variant,)+]
            }
            fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $slug,)+
                    Self::Other(text) => text,
                }
            }
            fn from_slug(text: &str) -> Self {
                match text {
                    $($slug => Self::$variant,)+
                    _ => Self::Other(text.into()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::from_slug(&Cow::<str>::deserialize(deserializer)?))
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "enum": [$($slug),+] })
            }
        }
    };
}

vocabulary! {
    /// What the authority found, apart from what it did about it.
    Outcome, "outcome" {
        /// An infringement was found.
        ViolationFound = "violation-found",
        /// Some of the alleged infringements were found.
        Partly = "partly",
        /// None was found.
        NoViolation = "no-violation",
        /// The complaint was rejected.
        RejectedComplaint = "rejected-complaint",
        /// The complaint was inadmissible.
        Inadmissible = "inadmissible",
        /// Settled without, or together with, a finding.
        Settled = "settled",
        /// Proceedings ended without a finding.
        Discontinued = "discontinued",
        /// Something else, said in the summary.
        OtherOutcome = "other",
    }
}

vocabulary! {
    /// What the authority did. The first ten are Art. 58(2)(a) to (j) GDPR.
    MeasureKind, "measure" {
        /// Art. 58(2)(a).
        Warning = "warning",
        /// Art. 58(2)(b).
        Reprimand = "reprimand",
        /// Art. 58(2)(c).
        ComplyWithRequest = "comply-with-request",
        /// Art. 58(2)(d).
        BringIntoCompliance = "bring-into-compliance",
        /// Art. 58(2)(e).
        CommunicateBreach = "communicate-breach",
        /// Art. 58(2)(f).
        LimitOrBan = "limit-or-ban",
        /// Art. 58(2)(g).
        RectifyOrErase = "rectify-or-erase",
        /// Art. 58(2)(h).
        WithdrawCertificate = "withdraw-certificate",
        /// Art. 58(2)(i), Art. 83.
        Fine = "fine",
        /// Art. 58(2)(j).
        SuspendTransfers = "suspend-transfers",
        /// A sum per day or period until an order is obeyed (astreinte, dwangsom).
        PeriodicPenalty = "periodic-penalty",
        /// An order with a term before a sanction (mise en demeure).
        FormalNotice = "formal-notice",
        /// The decision itself is published as a sanction.
        Publication = "publication",
        /// Referred for criminal prosecution.
        Prosecution = "prosecution",
        /// A settlement or consent order.
        Settlement = "settlement",
        /// A civil money penalty under US law.
        CivilPenalty = "civil-penalty",
        /// Profits given up under US law.
        Disgorgement = "disgorgement",
        /// A corrective action plan under supervision.
        CorrectiveActionPlan = "corrective-action-plan",
        /// Court order to refrain from an act.
        Injunction = "injunction",
    }
}

vocabulary! {
    /// How far the proceedings have come.
    Stage, "stage" {
        /// Opened, nothing decided.
        Investigation = "investigation",
        /// Formal notice served.
        FormalNotice = "formal-notice",
        /// Announced as intended: notice of intent, draft decision, recommendation to a prosecutor.
        Proposed = "proposed",
        /// Decided; whether it became final is not known.
        Decided = "decided",
        /// Under appeal, or appealed.
        Appealed = "appealed",
        /// No longer open to ordinary appeal.
        Final = "final",
        /// Taken back by the authority itself.
        Withdrawn = "withdrawn",
    }
}

vocabulary! {
    /// What became of an appeal.
    AppealResult, "appeal-result" {
        /// Not decided yet.
        Pending = "pending",
        /// The decision stands.
        Upheld = "upheld",
        /// The fine was lowered.
        Reduced = "reduced",
        /// The fine was raised.
        Increased = "increased",
        /// Part of the decision was annulled.
        PartlyAnnulled = "partly-annulled",
        /// The decision was annulled.
        Annulled = "annulled",
        /// Sent back to the authority or a lower court.
        Remitted = "remitted",
        /// The appeal was withdrawn.
        AppealWithdrawn = "withdrawn",
        /// The appeal was inadmissible.
        Inadmissible = "inadmissible",
        /// Lodged, result not known to us.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// What the decision says of a provision.
    FindingKind, "finding" {
        /// Found infringed.
        Violated = "violated",
        /// Examined and found not infringed.
        NotViolated = "not-violated",
        /// Discussed without a finding.
        Discussed = "discussed",
        /// Competence, procedure or power: Art. 58, 60 and 83 GDPR and their like.
        Procedural = "procedural",
    }
}

vocabulary! {
    /// The party's role towards the data or the proceedings.
    PartyRole, "role" {
        /// Art. 4(7) GDPR.
        Controller = "controller",
        /// Art. 26 GDPR.
        JointController = "joint-controller",
        /// Art. 4(8) GDPR.
        Processor = "processor",
        /// Controller for some operations, processor for others.
        ControllerAndProcessor = "controller-and-processor",
        /// Art. 27 GDPR.
        Representative = "representative",
        /// A respondent outside data protection law.
        Respondent = "respondent",
        /// The person or body that complained.
        Complainant = "complainant",
    }
}

vocabulary! {
    /// What the party is.
    PartyKind, "kind" {
        /// An undertaking of any legal form.
        Company = "company",
        /// A state, regional or municipal body.
        PublicBody = "public-body",
        /// An association, foundation, church, party.
        NonProfit = "non-profit",
        /// A human being: never named.
        NaturalPerson = "natural-person",
        /// Named in the proceedings but not in what was published ("Société X", "A.A.A.").
        Anonymised = "anonymised",
    }
}

vocabulary! {
    /// What happened to a fine on a day.
    MoneyEventKind, "money-event" {
        /// Announced as intended; owes nobody anything yet.
        Proposed = "proposed",
        /// Imposed; the amount is what the decision orders.
        Imposed = "imposed",
        /// Lowered by payment, settlement, court or authority; the amount is the new one.
        Reduced = "reduced",
        /// Raised; the amount is the new one.
        Increased = "increased",
        /// Annulled or withdrawn: nothing is owed any more. Has no amount of its own.
        Annulled = "annulled",
        /// Paid; the amount is what was paid.
        Paid = "paid",
    }
}

vocabulary! {
    /// What kind of publication a source is. The order is the order of trust.
    SourceKind, "source-kind" {
        /// A person who read the documents and decided.
        Curator = "curator",
        /// The decision itself.
        OfficialDecision = "official-decision",
        /// A judgment on the decision.
        CourtDecision = "court-decision",
        /// What the authority published about its decision: press release, summary, list entry.
        OfficialPressRelease = "official-press-release",
        /// A tracker or open data set.
        Dataset = "dataset",
        /// A wiki.
        Wiki = "wiki",
        /// A law firm's or consultant's note.
        LawFirm = "law-firm",
        /// The press.
        News = "news",
    }
}

impl SourceKind {
    /// Place in the order of trust, 0 first; the policy is DESIGN's "curator > official decision >
    /// official press release > dataset or wiki > news". Unknown kinds come last.
    pub fn rank(&self) -> usize {
        match self {
            Self::Curator => 0,
            Self::OfficialDecision | Self::CourtDecision => 1,
            Self::OfficialPressRelease => 2,
            Self::Dataset | Self::Wiki => 3,
            Self::LawFirm | Self::News => 4,
            Self::Other(_) => 5,
        }
    }

    /// Whether an authority or court published it.
    pub fn is_official(&self) -> bool {
        matches!(self, Self::OfficialDecision | Self::CourtDecision | Self::OfficialPressRelease)
    }
}

vocabulary! {
    /// Why the authority looked at all.
    Trigger, "trigger" {
        /// A complaint, Art. 77 GDPR.
        Complaint = "complaint",
        /// The controller's own notification, Art. 33 GDPR.
        BreachNotification = "breach-notification",
        /// On its own initiative.
        OwnInitiative = "own-initiative",
        /// Referred by another body.
        Referral = "referral",
        /// Press reports.
        Media = "media",
        /// Checking whether an earlier order was obeyed.
        FollowUp = "follow-up",
    }
}

vocabulary! {
    /// Which way a factor of Art. 83(2) GDPR was weighed.
    FactorDirection, "factor-direction" {
        /// Raised the fine.
        Aggravating = "aggravating",
        /// Lowered it.
        Mitigating = "mitigating",
        /// Discussed without effect.
        Neutral = "neutral",
    }
}

vocabulary! {
    /// The authority's part in a cross-border case (Art. 56 and 60 GDPR).
    CrossBorderRole, "cross-border-role" {
        /// Lead supervisory authority.
        Lead = "lead",
        /// Concerned supervisory authority.
        Concerned = "concerned",
        /// Not a cross-border case.
        Domestic = "domestic",
    }
}

vocabulary! {
    /// How a claim came to be.
    Method, "method" {
        /// A person entered it.
        Curated = "curated",
        /// A person confirmed or corrected one value that was recognised.
        Reviewed = "reviewed",
        /// Read from a labelled place: table, infobox, meta tag, data file.
        Structured = "structured",
        /// Recognised in prose.
        Prose = "prose",
        /// Taken over from another data set.
        Imported = "imported",
        /// Worked out from other values of the record.
        Computed = "computed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_terms_survive() {
        let outcome: Outcome = serde_json::from_str(r#""violation-fuond""#).unwrap();
        assert!(!outcome.is_known());
        assert_eq!(serde_json::to_string(&outcome).unwrap(), r#""violation-fuond""#);
        assert!(Outcome::from_slug("partly").is_known());
    }
}
