//! Cases that are shaped like the shipped ones and say nothing: any number of them, the same each time.
//!
//! Every case takes whole groups of fields from shipped cases drawn at random (authority with dates and fine; findings;
//! parties; subject), so that values are as frequent, and as frequent together, as they really are. Amounts, numbers of
//! people and days are moved. Every word is one of a made-up language, as frequent as Zipf's law says.

use std::error::Error;
use std::path::Path;

use chrono::Days;
use fineprint_model::case::RecordState;
use fineprint_model::{Case, CaseId, Estimate, Money, PartialDate, Party, PartyId, Stated, slugify};

/// How many words the language has.
const WORDS: u32 = 60_000;
/// Words below this rank are sometimes followed by one certain other word, so that there are phrases to be found.
const LEADING: u32 = 400;
/// How far behind the leading word's rank the following word's is.
const FOLLOWING: u32 = 1_000;

/// Numbers that look random and are the same each time (Steele, Lea and Flood, 2014: SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From 0 to below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or_default()
    }

    /// A rank below `end`, the first ones most often.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to below `end`")]
    fn rank(&mut self, end: u32) -> u32 {
        (f64::from(end).powf(self.unit()) - 1.0) as u32
    }
}

/// The word of a rank: three syllables of a consonant and an open vowel, which no stemmer shortens and no list of common
/// words has.
pub fn word(rank: u32) -> String {
    const CONSONANTS: &[u8; 16] = b"bdfgklmnprtvzjhs";
    const VOWELS: &[u8; 3] = b"aou";
    const SYLLABLES: u32 = 48;
    const ALL: u64 = (SYLLABLES * SYLLABLES * SYLLABLES) as u64;
    // Odd and no multiple of three, so that below 110,592 each rank has another word.
    let mut left = u32::try_from(u64::from(rank) * 40_501 % ALL).unwrap_or_default();
    let mut word = String::with_capacity(6);
    for _ in 0..3 {
        let syllable = (left % SYLLABLES) as usize;
        left /= SYLLABLES;
        word.push(char::from(CONSONANTS[syllable / 3]));
        word.push(char::from(VOWELS[syllable % 3]));
    }
    word
}

fn capitalised(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// Makes cases one after the other.
pub struct Generator {
    templates: Vec<Case>,
    dice: Dice,
    made: usize,
    /// How many organisations there are.
    organisations: usize,
}

impl Generator {
    /// A generator of `count` cases after the records in a folder.
    ///
    /// # Errors
    /// Where the folder has a record that cannot be read, or none.
    pub fn new(templates: &Path, count: usize) -> Result<Self, Box<dyn Error>> {
        let mut cases = Vec::new();
        for entry in walkdir::WalkDir::new(templates).sort_by_file_name() {
            let entry = entry?;
            if entry.path().extension().is_some_and(|end| end == "json") {
                cases.push(fineprint_store::read_record(entry.path())?.case);
            }
        }
        cases.retain(|case| case.record.is_active());
        if cases.is_empty() {
            return Err(
                format!("`{}`: expected records to take the shape from, found none", templates.display()).into()
            );
        }
        Ok(Self { templates: cases, dice: Dice(0x00f1_9e9a_1947), made: 0, organisations: count / 2 + 1 })
    }

    fn template(&mut self) -> Case {
        let at = self.dice.below(self.templates.len());
        self.templates[at].clone()
    }

    /// Text of as many words as another one has.
    fn text(&mut self, like: &str) -> String {
        let mut left = like.split_whitespace().count();
        let mut text = String::with_capacity(left * 7);
        let mut following = None;
        let mut until_stop = 0;
        while left > 0 {
            let rank = following.take().unwrap_or_else(|| self.dice.rank(WORDS));
            if rank < LEADING && self.dice.below(8) == 0 {
                following = Some(rank + FOLLOWING);
            }
            if !text.is_empty() {
                text.push_str(if until_stop == 0 { ". " } else { " " });
            }
            if until_stop == 0 {
                text.push_str(&capitalised(&word(rank)));
                until_stop = 8 + self.dice.below(12);
            } else {
                text.push_str(&word(rank));
                until_stop -= 1;
            }
            left -= 1;
        }
        if !text.is_empty() {
            text.push('.');
        }
        text
    }

    fn note(&mut self, note: &mut Option<String>) {
        if let Some(like) = note.take() {
            *note = Some(self.text(&like));
        }
    }

    /// The next case, in use and complete.
    fn make(&mut self) -> Result<Case, Box<dyn Error>> {
        let mut case = self.template();
        let findings = self.template();
        let parties = self.template();
        let subject = self.template();
        case.findings = findings.findings;
        case.factors = findings.factors;
        case.parties = parties.parties;
        case.contexts = subject.contexts;
        case.data_categories = subject.data_categories;
        case.affected_people = subject.affected_people;
        case.summary = subject.summary;
        case.id = CaseId::new(format!("{}-x-{:08}", case.authority, self.made))?;
        self.made += 1;
        self.name_parties(&mut case)?;
        self.move_days(&mut case);
        self.scale(&mut case);
        self.reword(&mut case);
        Ok(case)
    }

    fn name_parties(&mut self, case: &mut Case) -> Result<(), Box<dyn Error>> {
        let anonymised: Vec<PartyId> = case.parties.iter().map(|party| party.id.clone()).collect();
        for (at, party) in case.parties.iter_mut().enumerate() {
            party.aliases.clear();
            party.names_until = None;
            if party.group.is_some() {
                party.group = Some(self.name(20));
            }
            if party.is_mergeable() {
                let name = self.name(1);
                let id = PartyId::new(slugify(&name).unwrap_or_default())?;
                *party = Party { id, name: Stated::Value(name), ..party.clone() };
            } else {
                party.id = PartyId::new(format!("{}-{at}", anonymised[at]))?;
            }
        }
        // What named a party of the template names none here.
        case.findings.iter_mut().for_each(|finding| finding.party = None);
        case.measures.iter_mut().for_each(|measure| measure.party = None);
        case.ledger.iter_mut().for_each(|event| event.party = None);
        Ok(())
    }

    /// One of the organisations, or one in `fewer` of them.
    fn name(&mut self, fewer: usize) -> String {
        let at = self.dice.below((self.organisations / fewer).max(1));
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        // Names have words of their own, besides the texts'.
        format!("{} {}", capitalised(&word(WORDS + at % 40_000)), capitalised(&word(WORDS + at / 40_000 + at % 7)))
    }

    /// Moves all days of a case by up to a year, those of which only month or year is known not at all.
    fn move_days(&mut self, case: &mut Case) {
        let by = self.dice.below(365) as u64;
        let shift = |date: PartialDate| {
            let moved = date.first_day().checked_sub_days(Days::new(by));
            moved.filter(|_| date.is_exact()).map_or(date, PartialDate::from)
        };
        for stated in [&mut case.incident_on, &mut case.opened_on, &mut case.decided_on, &mut case.published_on] {
            *stated = stated.map(shift);
        }
        for event in &mut case.ledger {
            event.on = event.on.map(shift);
        }
        for appeal in &mut case.appeals {
            appeal.lodged_on = appeal.lodged_on.map(shift);
            appeal.decided_on = appeal.decided_on.map(shift);
        }
    }

    /// Multiplies amounts by up to three, or divides them; numbers of people likewise.
    fn scale(&mut self, case: &mut Case) {
        let factor = 3_f64.powf(2.0 * self.dice.unit() - 1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "amounts stay below 2^53")]
        let scaled = |money: Money| {
            let minor = (money.amount_minor as f64 * factor / 10_000.0).ceil() as i64 * 10_000;
            Money::from_minor(minor, money.currency)
        };
        for event in &mut case.ledger {
            event.amount = event.amount.map(scaled);
        }
        if let Stated::Value(turnover) = &mut case.turnover {
            turnover.amount = scaled(turnover.amount);
        }
        let factor = 3_f64.powf(2.0 * self.dice.unit() - 1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "people stay far below 2^53"
        )]
        let scaled = |people: u64| (people as f64 * factor).ceil() as u64;
        case.affected_people = case.affected_people.map(|people| match people {
            Estimate::Exact { value } => Estimate::Exact { value: scaled(value) },
            Estimate::About { value } => Estimate::About { value: scaled(value) },
            Estimate::AtLeast { value } => Estimate::AtLeast { value: scaled(value) },
            Estimate::AtMost { value } => Estimate::AtMost { value: scaled(value) },
            Estimate::Range { min, max } => Estimate::Range { min: scaled(min), max: scaled(max) },
        });
    }

    fn reword(&mut self, case: &mut Case) {
        case.record = RecordState::Active;
        case.aliases.clear();
        case.claims.clear();
        case.ecli = None;
        self.note(&mut case.summary);
        case.findings.iter_mut().for_each(|finding| self.note(&mut finding.note));
        case.measures.iter_mut().for_each(|measure| self.note(&mut measure.note));
        case.factors.iter_mut().for_each(|factor| self.note(&mut factor.note));
        case.ledger.iter_mut().for_each(|event| self.note(&mut event.note));
        for appeal in &mut case.appeals {
            self.note(&mut appeal.note);
            appeal.reference = None;
        }
        if case.reference.value().is_some() {
            case.reference = Stated::Value(format!("X-{}", self.made));
        }
        for source in &mut case.sources {
            self.note(&mut source.title);
            source.url = source.url.as_ref().map(|_| format!("https://example.org/{}", case.id));
        }
        for change in &mut case.changes {
            change.note = self.text(&change.note);
        }
    }
}

impl Iterator for Generator {
    type Item = Result<Case, Box<dyn Error>>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.make())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(count: usize) -> Vec<String> {
        let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/cases");
        let generator = Generator::new(&templates, count).unwrap();
        generator.take(count).map(|case| case.unwrap().to_json_line().unwrap()).collect()
    }

    #[test]
    fn the_same_cases_come_each_time_and_no_two_are_alike() {
        let (first, second) = (lines(300), lines(300));
        assert_eq!(first, second);
        let mut ids: Vec<CaseId> = first.iter().map(|line| Case::from_json(line).unwrap().id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), first.len());
    }

    #[test]
    fn each_rank_has_a_word_of_its_own() {
        let mut words: Vec<String> = (0..WORDS + 45_000).map(word).collect();
        words.sort();
        words.dedup();
        assert_eq!(words.len(), WORDS as usize + 45_000);
    }

    #[test]
    fn no_word_of_a_shipped_summary_is_taken_over() {
        for line in lines(50) {
            let case = Case::from_json(&line).unwrap();
            let summary = case.summary.unwrap_or_default();
            assert!(summary.split_whitespace().all(|word| word.trim_end_matches('.').len() == 6), "{summary}");
        }
    }
}
