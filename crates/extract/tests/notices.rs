//! Notices written for these tests, in the shapes that authorities and newspapers use.

#![allow(clippy::unwrap_used, reason = "tests")]

use fineprint_extract::{Context, Extraction, extract, plain_document};
use fineprint_model::{
    AuthorityId, FindingKind, MeasureKind, MoneyEventKind, Outcome, PartyRole, SourceId, SourceKind, Stage, Statement,
};

fn read(text: &str, kind: SourceKind) -> Extraction {
    let context = Context { source: SourceId::new("text").unwrap(), kind, authority: None, url: None };
    extract(&plain_document(text), &context)
}

/// The claims in a short form: field and value.
fn facts(extraction: &Extraction) -> Vec<String> {
    let mut facts: Vec<String> = extraction
        .claims
        .iter()
        .filter_map(|claim| match &claim.statement {
            Statement::Authority(id) => Some(format!("authority {id}")),
            Statement::Reference(text) => Some(format!("reference {text}")),
            Statement::Party(party) => Some(format!("party {}", party.name.value()?)),
            Statement::DecidedOn(date) => Some(format!("decided {date}")),
            Statement::PublishedOn(date) => Some(format!("published {date}")),
            Statement::Finding(finding) if finding.finding == FindingKind::Violated => {
                Some(format!("violated {}", finding.provision))
            }
            Statement::Money(event) => Some(format!("{} {}", event.event, event.amount.value()?)),
            Statement::AffectedPeople(number) => Some(format!("people {} {}", number.precision(), number.point())),
            Statement::AffectedRecords(number) => Some(format!("records {} {}", number.precision(), number.point())),
            Statement::AffectedOrganisations(number) => {
                Some(format!("organisations {} {}", number.precision(), number.point()))
            }
            Statement::TurnoverShare(share) => {
                Some(format!("share {} {}", share.share.precision(), share.share.point()))
            }
            _ => None,
        })
        .collect();
    facts.sort();
    facts
}

#[test]
fn a_press_article_in_english() {
    let text = "Nordlys Software fined after leak of patient files

3 May 2021

France's data protection authority has fined the software maker Nordlys Software after the records of its clients were \
put on the internet. The firm exposed over 120,000 patient files from 14 laboratories.

The breaches of Article 28 and Article 29 of the GDPR and of Article 32 of the GDPR led to a fine of 1.2 million euros, \
or about 8% of the firm's annual revenue. Under the GDPR fines can reach up to 20 million euros.";
    assert_eq!(
        facts(&read(text, SourceKind::News)),
        [
            "authority fr-cnil",
            "imposed EUR 1200000",
            "organisations exact 14",
            "party Nordlys Software",
            "people at-least 120000",
            "share about 0.08",
            "violated gdpr/28",
            "violated gdpr/29",
            "violated gdpr/32",
        ]
    );
}

#[test]
fn a_decision_in_french() {
    let text = "Délibération de la formation restreinte n° SAN-2019-123 du 12 mars 2019 concernant la société Verre & Fils SARL

La Commission nationale de l’informatique et des libertés, réunie en sa formation restreinte,

Vu le règlement (UE) 2016/679 du 27 avril 2016, notamment ses articles 56 et 60 ;

Le contrôle du 4 juin 2018 a permis de constater que les données de 3 450 clients étaient accessibles.

Sur le manquement à l’article 5-1-e) du RGPD

La formation restreinte considère que la société a méconnu l’article 5-1-e) du RGPD et que le manquement à l’article 32 \
du RGPD est constitué. En revanche, le manquement à l’article 13 n’est pas caractérisé.

PAR CES MOTIFS, la formation restreinte décide de prononcer à l’encontre de la société Verre & Fils SARL une amende \
administrative d’un montant de 75 000 (soixante-quinze mille) euros, assortie d’une astreinte de 500 euros par jour de \
retard.";
    let found = facts(&read(text, SourceKind::OfficialDecision));
    for expected in [
        "authority fr-cnil",
        "reference SAN-2019-123",
        "decided 2019-03-12",
        "imposed EUR 75000",
        "party Verre & Fils SARL",
        "violated gdpr/5/1/e",
        "violated gdpr/32",
        "people exact 3450",
    ] {
        assert!(found.iter().any(|fact| fact == expected), "{expected} not in {found:?}");
    }
    assert!(!found.iter().any(|fact| fact == "violated gdpr/13" || fact.ends_with(" EUR 500")), "{found:?}");
}

#[test]
fn a_reduction_is_an_event_of_its_own() {
    let text = "The Spanish DPA fined Ejemplo Energía, S.L. €30,000 for a violation of Article 6(1) GDPR.

The initial fine of €50,000 was reduced to €30,000 because the company paid voluntarily and admitted its responsibility.";
    let extraction = read(text, SourceKind::Wiki);
    let events: Vec<_> = extraction
        .claims
        .iter()
        .filter_map(|claim| match &claim.statement {
            Statement::Money(event) => Some((event.event.clone(), event.amount.value()?.to_string())),
            _ => None,
        })
        .collect();
    assert!(events.contains(&(MoneyEventKind::Imposed, "EUR 50000".to_owned())), "{events:?}");
    assert!(events.contains(&(MoneyEventKind::Reduced, "EUR 30000".to_owned())), "{events:?}");
}

#[test]
fn a_complaint_that_fails_has_no_fine() {
    let text = "The Danish DPA dismissed a complaint against a bank.

The complainant asked for a fine of DKK 10,000 under Article 83 GDPR. The DPA found no violation of Article 15 GDPR and \
dismissed the complaint.";
    let extraction = read(text, SourceKind::Wiki);
    let statements: Vec<&Statement> = extraction.claims.iter().map(|claim| &claim.statement).collect();
    assert!(statements.contains(&&Statement::Outcome(Outcome::NoViolation)), "{statements:?}");
    assert!(!statements.iter().any(|s| matches!(s, Statement::Money(_))), "{statements:?}");
    assert!(!statements.iter().any(|s| matches!(s, Statement::Finding(f) if f.finding == FindingKind::Violated)));
}

#[test]
fn what_is_announced_is_not_imposed() {
    let text = "The Norwegian DPA intends to fine Eksempel AS NOK 2,000,000.

The authority sent a notice of intent: the proposed fine of NOK 2,000,000 concerns a breach of Article 32 GDPR.";
    let extraction = read(text, SourceKind::Wiki);
    let statements: Vec<&Statement> = extraction.claims.iter().map(|claim| &claim.statement).collect();
    assert!(statements.contains(&&Statement::Stage(Stage::Proposed)), "{statements:?}");
    assert!(facts(&extraction).contains(&"proposed NOK 2000000".to_owned()), "{:?}", facts(&extraction));
    assert!(!statements.iter().any(|s| matches!(s, Statement::Measure(m) if m.kind == MeasureKind::Fine)));
}

#[test]
fn a_processor_is_told_by_what_it_is_called() {
    let text = "The Polish DPA fined Przykład S.A. PLN 40,000. Acting as a processor, the company breached Article 28 GDPR. \
                The data of 120 employees were lost by the processor.";
    let extraction = read(text, SourceKind::Wiki);
    let party = extraction.claims.iter().find_map(|claim| match &claim.statement {
        Statement::Party(party) => Some(party),
        _ => None,
    });
    let party = party.unwrap();
    assert_eq!(party.role.value(), Some(&PartyRole::Processor));
    assert_eq!(party.name.value().unwrap(), "Przykład S.A.");
    assert_eq!(party.id.as_str(), "przyklad");
}

#[test]
fn a_source_that_knows_its_authority_is_believed() {
    let mut context =
        Context { source: SourceId::new("text").unwrap(), kind: SourceKind::Wiki, authority: None, url: None };
    context.authority = Some(AuthorityId::new("ie-dpc").unwrap());
    let extraction = extract(&plain_document("The French DPA was consulted. A fine of €10 was imposed."), &context);
    let authorities: Vec<_> = extraction.claims.iter().filter(|claim| claim.statement.field() == "authority").collect();
    assert_eq!(authorities.len(), 1);
    assert_eq!(authorities[0].statement, Statement::Authority(AuthorityId::new("ie-dpc").unwrap()));
}

#[test]
fn candidates_say_why() {
    let extraction =
        read("The Greek DPA may impose fines of up to €20,000,000 but fined the firm €5,000.", SourceKind::Wiki);
    let of = |value: &str| extraction.candidates.iter().find(|candidate| candidate.value == value).unwrap();
    assert_eq!(of("EUR 20000000").role, "maximum");
    assert_eq!(of("EUR 5000").role, "imposed");
    assert!(of("EUR 5000").is_claimed && !of("EUR 20000000").is_claimed);
    assert!(of("EUR 20000000").reasons.iter().any(|(feature, part)| *feature == "maximum.before" && *part > 0.0));
}

/// Provisions found not to be violated.
fn cleared(extraction: &Extraction) -> Vec<String> {
    let of = |statement: &Statement| match statement {
        Statement::Finding(finding) if finding.finding == FindingKind::NotViolated => {
            Some(finding.provision.to_string())
        }
        _ => None,
    };
    extraction.claims.iter().filter_map(|claim| of(&claim.statement)).collect()
}

fn measures(extraction: &Extraction) -> Vec<MeasureKind> {
    let of = |statement: &Statement| match statement {
        Statement::Measure(measure) => Some(measure.kind.clone()),
        _ => None,
    };
    extraction.claims.iter().filter_map(|claim| of(&claim.statement)).collect()
}

#[test]
fn denied_breaches_and_further_measures() {
    let text = "Decision in the Muster Clinics Inquiry

The Data Protection Commission (DPC) has concluded its inquiry into Muster Clinics DAC. Its decision, which was made on \
7 May 2024, found infringements of Article 5(1)(f) and Article 32(1) of the GDPR. It did not find an infringement of \
Article 34 GDPR. The decision reprimands the company, orders it to bring its processing into compliance and imposes an \
administrative fine of EUR 463,000.";
    let extraction = read(text, SourceKind::OfficialPressRelease);
    assert_eq!(cleared(&extraction), ["gdpr/34"]);
    let facts = facts(&extraction);
    for fact in ["decided 2024-05-07", "party Muster Clinics DAC", "violated gdpr/32/1", "imposed EUR 463000"] {
        assert!(facts.iter().any(|found| found == fact), "{fact} in {facts:?}");
    }
    assert!(!facts.iter().any(|found| found == "violated gdpr/34"), "{facts:?}");
    assert_eq!(extraction.role, Some(PartyRole::Controller));
    let mut kinds: Vec<String> = measures(&extraction).iter().map(|kind| format!("{kind:?}")).collect();
    kinds.sort();
    assert_eq!(kinds, ["BringIntoCompliance", "Fine", "Reprimand"]);
    let outcome = |claim: &&fineprint_model::Claim| matches!(claim.statement, Statement::Outcome(_));
    let outcome = extraction.claims.iter().find(outcome).map(|claim| claim.statement.clone());
    assert_eq!(outcome, Some(Statement::Outcome(Outcome::Partly)));
}

#[test]
fn what_was_proposed_is_not_what_was_imposed() {
    let text = "Courier firm fined £310,000

The Information Commissioner's Office (ICO) has fined Muster Couriers Limited £310,000 for infringing Article 32 of the \
UK GDPR. In May 2022 it gave the company notice of its intent to impose a penalty of £450,000. The maximum is £17.5 \
million or 4% of annual worldwide turnover.";
    let extraction = read(text, SourceKind::OfficialPressRelease);
    assert_eq!(
        facts(&extraction),
        [
            "authority gb-ico",
            "imposed GBP 310000",
            "party Muster Couriers Limited",
            "proposed GBP 450000",
            "violated uk-gdpr/32"
        ]
    );
}

#[test]
fn a_fine_reduced_for_voluntary_payment() {
    let text = "Resolución PS/00998/2022

La Agencia Española de Protección de Datos acordó iniciar procedimiento sancionador a COMERCIAL MUESTRA, S.L., por la \
infracción del artículo 6.1 del RGPD. La sanción que pudiera corresponder sería de 70.000 €.

La parte reclamada ha procedido al pago de la sanción en la cuantía de 42.000 euros haciendo uso de las dos reducciones \
previstas. Se declara la terminación del procedimiento.";
    let facts = facts(&read(text, SourceKind::OfficialDecision));
    for fact in ["imposed EUR 70000", "reduced EUR 42000", "violated gdpr/6/1"] {
        assert!(facts.iter().any(|found| found == fact), "{fact} in {facts:?}");
    }
}

#[test]
fn a_value_that_was_not_chosen_is_proposed() {
    let text = "The Danish DPA fined Eksempel A/S DKK 50,000 for a breach of Article 32 GDPR. The firm speaks of a fine of \
                DKK 70,000.";
    let extraction = read(text, SourceKind::Wiki);
    let amount = |claim: &fineprint_model::Claim| match &claim.statement {
        Statement::Money(event) => event.amount.value().map(ToString::to_string),
        _ => None,
    };
    assert_eq!(extraction.claims.iter().filter_map(amount).collect::<Vec<_>>(), ["DKK 50000"]);
    let proposal = extraction.proposals.iter().find(|proposal| amount(proposal).is_some()).unwrap();
    assert_eq!(amount(proposal).unwrap(), "DKK 70000");
    assert_eq!(proposal.evidence.as_ref().unwrap().quote, "DKK 70,000");
}

#[test]
fn fines_set_one_by_one_are_added_up() {
    let text = "The Spanish DPA found two breaches by Ejemplo Banco, S.A.

The AEPD imposed a fine of €50,000 for the violation of Article 5(1)(f) GDPR and a fine of €30,000 for the violation of \
Article 32 GDPR.";
    let facts = facts(&read(text, SourceKind::Wiki));
    assert!(facts.contains(&"imposed EUR 80000".to_owned()), "{facts:?}");

    let text = "The Securities and Exchange Commission obtained final judgments. Muster Corp. was ordered to pay a civil \
penalty of $207,000 and disgorgement of $254,000. Beispiel LLC was ordered to pay a civil penalty of $207,000.";
    let facts = self::facts(&read(text, SourceKind::OfficialPressRelease));
    assert!(facts.contains(&"imposed USD 414000".to_owned()), "{facts:?}");
}

#[test]
fn figures_that_contradict_each_other_are_not_given_as_certain() {
    let text = "The DPA fined the firm €50,000 for a breach of Article 32 GDPR.

In its decision the DPA imposed a fine of €70,000 on the firm.";
    let extraction = read(text, SourceKind::Wiki);
    let money: Vec<_> = extraction.claims.iter().filter(|claim| claim.statement.field() == "money").collect();
    assert!(money.iter().all(|claim| claim.confidence.is_some_and(|sure| sure < 0.9)), "{money:?}");
    assert!(extraction.proposals.iter().any(|proposal| proposal.statement.field() == "money"));
}

/// Amounts that a text comes to, and the parties.
fn fines_and_parties(text: &str) -> Vec<String> {
    let facts = facts(&read(text, SourceKind::OfficialPressRelease));
    facts.into_iter().filter(|fact| ["imposed", "reduced", "party"].iter().any(|kind| fact.starts_with(kind))).collect()
}

#[test]
fn civil_penalties_of_several_defendants_are_added_up() {
    // Each text begins with the same caption; what the defendants give back is no penalty.
    for (judgment, expected) in [
        (
            "The court ordered Acme Trading, Inc. to pay disgorgement of $700,000 with prejudgment interest of $150,000 and ordered Acme Trading and Borealis Corp. to each pay penalties of $40,000.",
            "imposed USD 80000",
        ),
        (
            "Acme Trading agreed to pay $25 million, and Borealis agreed to disgorgement of $9,000 and a civil penalty of $60,000, for a total of $25,069,000.",
            "imposed USD 60000",
        ),
        (
            "The judgments order Acme Trading to pay a $10,000 civil penalty and order Borealis to pay a $20,000 civil penalty.",
            "imposed USD 30000",
        ),
        (
            "The court imposed civil penalties of $75,000 against Acme Trading and $8,000 each against Borealis and Corvus Ltd.",
            "imposed USD 91000",
        ),
    ] {
        let text = format!(
            "Litigation Release\n\nSecurities and Exchange Commission v. Acme Trading, Inc. and Borealis Corp., No. 1:30-cv-1\n\nOn 3 May 2030 a court entered a judgment against the defendants for violating Section 17(a) of the Securities Act of 1933. {judgment}"
        );
        let found = fines_and_parties(&text);
        assert_eq!(found.first().map(String::as_str), Some(expected), "{judgment}");
        assert!(found.contains(&"party Acme Trading, Inc.".to_owned()), "{found:?}");
        assert!(found.contains(&"party Borealis Corp.".to_owned()), "{found:?}");
    }
}

#[test]
fn relief_without_the_name_of_a_penalty_is_none() {
    let text = "Securities and Exchange Commission v. Acme Trading, Inc., No. 1:30-cv-1\n\nOn 3 May 2030 a court entered a judgment against Acme Trading, Inc. in a $9 million fraud. It ordered Acme Trading to pay disgorgement of $700,000. In a parallel criminal case it was ordered to pay a fine of $4,000 and forfeiture of $12,000.";
    assert_eq!(fines_and_parties(text), ["party Acme Trading, Inc."]);
}

#[test]
fn a_fine_that_was_cut_threatened_listed_or_dealt_out() {
    for (text, expected) in [
        (
            "The Norwegian DPA reduced the fine of Nordlys AS from NOK 400,000 (€38,000) to NOK 250,000 (€24,000).",
            &["imposed NOK 400000", "reduced NOK 250000", "party Nordlys AS"][..],
        ),
        (
            "The Danish DPA fined Nordlys A/S DKK 5,000. A court later reduced it from DKK 5,000 to DKK 3,000.",
            &["imposed DKK 5000", "party Nordlys A/S"],
        ),
        (
            "The Spanish DPA fined Verdemar S.L. €6,000, which could be reduced. In the end Verdemar S.L. paid €3,600 after two reductions.",
            &["imposed EUR 6000", "reduced EUR 3600", "party Verdemar S.L."],
        ),
        (
            "The Spanish DPA imposed fines of €10,000 and €5,000 on Verdemar S.L. for violating Articles 15 and 17 GDPR.",
            &["imposed EUR 15000", "party Verdemar S.L."],
        ),
        (
            "The Croatian DPA imposed fines of €15,000 and €20,000 respectively on two controllers for violating Article 6 GDPR.",
            &["imposed EUR 20000"],
        ),
    ] {
        let mut expected: Vec<&str> = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(fines_and_parties(text), expected, "{text}");
    }
    let threat = "The Estonian DPA ordered Kask OÜ to erase the data, in violation of Article 17 GDPR. If the company fails to do so, it will be fined €2,500.";
    let amounts: Vec<_> = read(threat, SourceKind::Wiki)
        .candidates
        .into_iter()
        .filter(|candidate| candidate.value == "EUR 2500")
        .map(|candidate| candidate.role)
        .collect();
    assert_eq!(amounts, ["periodic"]);
}

#[test]
fn who_answers_is_told_from_who_does_not() {
    for (text, expected) in [
        // Whom a complaint is against, and what that one's tool and the law are called.
        (
            "A data subject lodged a complaint with the Danish DPA against Nordlys, which used an application called \"Time Bird\". The DPA found a violation of Article 6 GDPR. The Danish Time Act did not apply to Nordlys.",
            &["party Nordlys"][..],
        ),
        (
            "The controller is the Danish Coast Service, which kept data in violation of Article 5 GDPR, as the Danish DPA found.",
            &["party Danish Coast Service"],
        ),
        // Where one is called the controller, its processor does not answer.
        (
            "Nordlys Hall (the controller) sold tickets through Billet Tind (processor). The Icelandic DPA fined the controller ISK 1,000,000.",
            &["imposed ISK 1000000", "party Nordlys Hall"],
        ),
    ] {
        assert_eq!(fines_and_parties(text), expected, "{text}");
    }
}

/// The parties that a summary of a decision names.
fn parties(text: &str) -> Vec<String> {
    let facts = facts(&read(text, SourceKind::Wiki));
    facts.into_iter().filter(|fact| fact.starts_with("party")).collect()
}

#[test]
fn who_acts_and_where_one_sits_is_no_party() {
    for (text, expected) in [
        (
            "The Federal Sample Agency (Musterbehörde) fined the energy provider beispiel GmbH €250,000 for violating Article 6 GDPR.",
            "party beispiel GmbH",
        ),
        ("The Italian DPA fined beispielladen.de €40,000 for violating Article 6 GDPR.", "party beispielladen.de"),
        (
            "Muster Clinic, a practice in Sampleton, Ohio, has agreed to pay $100,000 to settle a violation of the HIPAA Security Rule.",
            "party Muster Clinic",
        ),
        (
            "The Polish DPA found that Muster Trading Sp. z o.o. with its registered office in Poznan violated Article 32 GDPR.",
            "party Muster Trading Sp. z o.o.",
        ),
        (
            "The Irish DPA fined a firm €40,000 for violating Article 6 GDPR.\n\nMusterladen AG is a chain of shops.",
            "party Musterladen AG",
        ),
    ] {
        assert_eq!(parties(text), [expected], "{text}");
    }
}

#[test]
fn a_first_sum_above_several_further_ones_is_their_total() {
    let text = "The Portuguese DPA fined the firm €4,000,000 for several violations of the GDPR.

The DPA fined the controller €1,500,000 for a violation of Article 9 GDPR. It fined the controller €1,500,000 for a \
violation of Article 13 GDPR. It fined the controller €2,000,000 for a violation of Article 44 GDPR.";
    let found = facts(&read(text, SourceKind::Wiki));
    assert!(found.contains(&"imposed EUR 4000000".to_owned()), "{found:?}");
}
