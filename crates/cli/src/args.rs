//! The command line as types. Help, man pages, completions and the reference in `docs/cli.md` are
//! all made from these.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use fineprint_model::PartialDate;

/// `-word` negates in the query language, but reads as options to a command line. The program's only
/// short options are `-h` and `-V`, so every longer word behind a single hyphen is a negated term.
pub fn spell_out_negation(line: impl IntoIterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    line.into_iter().map(|word| match word.to_str().and_then(|text| text.strip_prefix('-')) {
        Some(term) if term.len() > 1 && term.starts_with(|c: char| c.is_ascii_alphabetic() || c == '"' || c == '(') => {
            format!("NOT {term}").into()
        }
        _ => word,
    })
}

/// Everywhere else `--format` says how results are printed; what `export` prints is the file, so there it means the
/// file's form, for which `--as` is the option. clap cannot give one name two meanings.
pub fn export_format_is_its_form(line: impl IntoIterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    let mut line: Vec<OsString> = line.into_iter().collect();
    let command = command(&line);
    if line.get(command).is_some_and(|word| word == "export") {
        for word in line[command..].iter_mut().take_while(|word| *word != "--") {
            match word.to_str().and_then(|text| text.strip_prefix("--format")) {
                Some("") => *word = "--as".into(),
                Some(value) if value.starts_with('=') => *word = format!("--as{value}").into(),
                _ => {}
            }
        }
    }
    line.into_iter()
}

/// Where a line names its command: the first word that is neither an option nor the value of one. The line's length
/// if there is none.
fn command(line: &[OsString]) -> usize {
    let mut at = 1;
    while let Some(word) = line.get(at) {
        if word == "--kb" || word == "--format" || word == "--color" {
            at += 1;
        } else if !word.as_encoded_bytes().starts_with(b"-") {
            break;
        }
        at += 1;
    }
    at.min(line.len())
}

/// Search engine and knowledge base of regulatory enforcement cases.
#[derive(Debug, Parser)]
#[command(
    name = "fineprint",
    version,
    about,
    long_about = "Search engine and knowledge base of regulatory enforcement cases.\n\n\
        Without --kb every command answers from the cases that are built into the program. \
        With --kb DIR, or FINEPRINT_KB, it works on a knowledge base of your own.",
    after_long_help = EXIT_CODES,
    max_term_width = 100
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What the exit codes mean; shown in help and tested one by one.
pub const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    ran, but nothing was found, or lint has findings
  2    the command line is wrong
  3    data are invalid; what could be read was still processed
  4    there is no case, or no question for review, with this id
  5    a file, folder, lock or address could not be used
  130  interrupted";

#[derive(Debug, Args)]
pub struct Global {
    /// The knowledge base to work on
    #[arg(long, global = true, value_name = "DIR", env = "FINEPRINT_KB", help_heading = "Global options")]
    pub kb: Option<PathBuf>,

    /// How to print results [default: table on a terminal, else tsv]
    #[arg(long, global = true, value_enum, value_name = "FORMAT", help_heading = "Global options")]
    pub format: Option<Format>,

    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN", help_heading = "Global options")]
    pub color: Color,

    /// Print results and errors only
    #[arg(long, global = true, help_heading = "Global options")]
    pub quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns
    Table,
    /// Tab-separated values with a header
    Tsv,
    /// Comma-separated values with a header (RFC 4180)
    Csv,
    /// One JSON document
    Json,
    /// One JSON document a line
    Jsonl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a knowledge base in a folder
    #[command(after_help = "Example:\n  fineprint init my-cases --with-shipped")]
    Init(InitArgs),

    /// Read notices into the knowledge base
    #[command(
        after_help = "Examples:\n  fineprint ingest notice.html --kb my-cases\n  fineprint ingest notices/ --kb my-cases\n  \
            fineprint ingest https://example.org/notice.html --contact me@example.org --kb my-cases\n  \
            fineprint ingest archive/warc/fr_cnil-00001.warc.gz --kb my-cases\n  \
            curl -s URL | fineprint ingest - --url URL --kb my-cases"
    )]
    Ingest(IngestArgs),

    /// Take over records and tables that others made
    #[command(
        after_help = "Examples:\n  fineprint import export.xml --kb my-cases\n  fineprint import fines.csv --map columns.toml --kb my-cases\n\n\
            A mapping says where a table comes from and which column is which:\n  \
            [source]\n  publisher = \"Example University\"\n  licence = \"CC-BY-4.0\"\n  \
            [every]\n  currency = \"EUR\"\n  law = \"gdpr\"\n  date-order = \"day-first\"\n  \
            [columns]\n  authority = \"Authority\"\n  reference = \"Case no.\"\n  decided-on = \"Date\"\n  fine = \"Fine\"\n  \
            party = \"Company\"\n  violated = \"Articles\"\n  \
            [values.outcome]\n  \"Violation\" = \"violation-found\"\n\n\
            Further columns: ecli opened-on published-on currency outcome measure stage affected-people url"
    )]
    Import(ImportArgs),

    /// Print what would be read from notices, and store nothing
    #[command(after_help = "Examples:\n  fineprint extract notice.html\n  fineprint extract --explain notice.txt\n  \
            curl -s URL | fineprint extract - --url URL --format json")]
    Extract(ExtractArgs),

    /// Measure how well notices are read, on annotated documents
    #[command(
        after_help = "Examples:\n  fineprint evaluate --gold annotated/\n  fineprint evaluate --gold annotated/ --format json > before.json\n  \
            fineprint evaluate --gold annotated/ --against before.json --errors\n  fineprint evaluate --pages gdprhub/\n  \
            fineprint evaluate --gold annotated/ --gold more/ --fit crates/extract/src/calibration.toml\n  \
            fineprint evaluate --gold annotated/ --fit-weights crates/extract/src/weights.toml"
    )]
    Evaluate(EvaluateArgs),

    /// Show what is too unsure to be recorded, and answer it
    #[command(
        after_help = "Examples:\n  fineprint review --kb my-cases\n  fineprint review --field money --format json --kb my-cases\n  \
            fineprint review accept 3f2a91c0b7d4 --kb my-cases\n  fineprint review correct 3f2a 'EUR 20000' --note 'page 12' --kb my-cases\n\n\
            A value is corrected as it is typed:\n  EUR 20000, 2022-05-04, gdpr/33, 491840, >=490000, ~500000, 10%, a name, or a term such as violation-found"
    )]
    Review(ReviewArgs),
    /// Download what sources list into an archive, politely
    #[command(
        after_help = "Examples:\n  fineprint fetch fr_cnil gb_ico --archive archive --contact me@example.org\n  \
            fineprint fetch all --kb my-cases --since 2024-01-01\n\n\
            robots.txt is kept to, a site is asked one thing at a time with a pause between, and what has not changed is not \
            sent again. The archive holds WARC files, which other tools read. A run that was killed goes on where it was."
    )]
    Fetch(FetchArgs),

    /// Fetch, read and index, now and again
    #[command(
        after_help = "Examples:\n  fineprint watch all --kb my-cases --once\n  fineprint watch fr_cnil --kb my-cases --every 12\n\n\
            A source that lists nothing, lost a fifth of its notices, or whose notices tell of a fifth fewer cases than \
            before, or are outside of what the source is known for, changes nothing in the knowledge base, and the reason is printed."
    )]
    Watch(WatchArgs),

    /// List the sources: records, last run, how full the fields are, failures, licence
    #[command(after_help = "Examples:\n  fineprint sources\n  fineprint sources --kb my-cases --format csv")]
    Sources(SourcesArgs),

    /// Check records against the schema and the lint rules
    #[command(
        after_help = "Examples:\n  fineprint lint --kb my-cases\n  fineprint lint data\n  fineprint lint --explain unknown-term"
    )]
    Lint(LintArgs),

    /// Build the search index, or bring it up to date
    Index(IndexArgs),

    /// Find cases
    #[command(
        after_help = "Examples:\n  fineprint search leaked patients\n  fineprint search 'article:gdpr/32 sector:health fine:>=1M sort:-fine'\n  \
            fineprint search authority:fr-cnil decided:2022 --format csv\n\nThe query language:\n  \
            words, \"phrases\", OR, NOT or -, (groups), prefix*, fuzzy~\n  \
            authority: country: law: article: cites: violation: sector: context: data: party: group: role: kind:\n  \
            outcome: measure: status: stage: language: source: factor: id: has: missing: field:unknown\n  \
            fine:>=1M  fine:100k..2M  share:>=2  affected:>1000  decided:2020..2022  year:2021\n  \
            sort:-fine  sort:date  basis:imposed|current|final"
    )]
    Search(SearchArgs),

    /// Show one case with everything its sources say
    #[command(
        after_help = "Examples:\n  fineprint show fr-cnil-san-2022-009\n  fineprint show fr-cnil-san-2022-009 --format json"
    )]
    Show(ShowArgs),

    /// Find the cases most like one, and say why
    #[command(after_help = "Example:\n  fineprint similar fr-cnil-san-2022-009")]
    Similar(SimilarArgs),

    /// Find the cases nearest to the facts of a matter, say why, and what they cost
    #[command(
        after_help = "Examples:\n  fineprint precedents --article gdpr/32 --role processor --sector health --affected 500k --turnover 16M\n  \
            fineprint precedents --context breach --text 'passwords of patients on an open server' decided:2021.. basis:imposed"
    )]
    Precedents(PrecedentsArgs),

    /// Count cases and add up fines
    #[command(
        after_help = "Examples:\n  fineprint stats --by authority\n  fineprint stats article:gdpr/32 --by year --format csv\n  \
            fineprint stats --by year,authority --metric n,sum,median,p90,mean,min,max\n  \
            fineprint stats --by article --single-finding --of cap-share --metric n,median,p90"
    )]
    Stats(StatsArgs),

    /// Say how complete the records are
    #[command(
        after_help = "Examples:\n  fineprint report\n  fineprint report --by authority --fields decided_on,fine\n  \
            fineprint report decided:2023.. --strict 5 --fields fine\n  \
            fineprint report --check-links --limit 200 --contact me@example.org --kb my-cases"
    )]
    Report(ReportArgs),

    /// Compare records with a second reading of their decisions
    #[command(
        after_help = "Examples:\n  fineprint audit --sample 60\n  fineprint audit data/readings/second.jsonl\n  \
            fineprint audit data/readings/second.jsonl --differences"
    )]
    Audit(AuditArgs),

    /// Write cases to a file, as many as a query finds
    #[command(
        after_help = "Examples:\n  fineprint export --output cases.jsonl.zst\n  fineprint export article:gdpr/32 --as csv --output article-32.csv\n  \
            fineprint export --as datapackage --output cases/"
    )]
    Export(ExportArgs),

    /// Serve search and pages in the browser
    Serve(ServeArgs),

    /// Write the website as plain files
    Site(SiteArgs),

    /// Print the JSON Schema of a case record
    Schema(SchemaArgs),

    /// Print a completion script for a shell
    #[command(after_help = "Example:\n  fineprint completions bash > /etc/bash_completion.d/fineprint")]
    Completions(CompletionsArgs),

    /// Print the manual page, or write one for each command
    Man(ManArgs),

    /// Read a PDF from standard input and print its text as JSON; run by the program itself
    #[command(hide = true)]
    ReadPdf,
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// Where; a folder that is missing or empty
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub dir: PathBuf,
    /// Copy the cases that are built into the program
    #[arg(long)]
    pub with_shipped: bool,
}

#[derive(Debug, Args)]
pub struct IngestArgs {
    /// Notices: files, folders, bundles (.zip, .tar.gz), archives (.warc, .warc.gz), packed records (.jsonl, .jsonl.zst),
    /// addresses, which are fetched as politely as by `fetch`, or - for standard input
    #[arg(required = true, value_name = "FILE|DIR|URL|-")]
    pub inputs: Vec<PathBuf>,
    /// Address the notice was published at (one input only)
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Read as this source instead of recognising it
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    /// Say what would be stored, and store nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Say at the end how long it took, how fast, and with how much memory
    #[arg(long)]
    pub summary: bool,
    #[command(flatten)]
    pub manners: Manners,
}

#[derive(Debug, Args)]
pub struct ExtractArgs {
    /// Notices: files, or - for standard input
    #[arg(required = true, value_name = "FILE|-")]
    pub inputs: Vec<PathBuf>,
    /// Address the notice was published at (one input only)
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Read as this source instead of recognising it
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    /// Show every candidate: the role it got, what counted for it, and why it won or lost
    #[arg(long)]
    pub explain: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ReviewArgs {
    #[command(subcommand)]
    pub action: Option<ReviewAction>,
    #[command(flatten)]
    pub filter: ReviewFilter,
}

#[derive(Debug, Subcommand)]
pub enum ReviewAction {
    /// It is so: the value enters the record, the two cases become one
    Accept {
        /// Questions; the beginning of an id will do
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Why
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// The notice says something else of that field
    Correct {
        /// The question; the beginning of its id will do
        #[arg(value_name = "ID")]
        id: String,
        /// What it says
        #[arg(value_name = "VALUE")]
        value: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// It is not so, and is not asked again
    Reject {
        /// Questions; the beginning of an id will do
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Why
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
}

#[derive(Debug, Args)]
pub struct ReviewFilter {
    /// Only about this case
    #[arg(long, value_name = "ID")]
    pub case: Option<String>,
    /// Only about this field, as in money or decided-on
    #[arg(long, value_name = "FIELD")]
    pub field: Option<String>,
    /// Only values, or only pairs of cases
    #[arg(long, value_enum, value_name = "KIND")]
    pub kind: Option<ReviewKind>,
    /// Only with this confidence or score, or more
    #[arg(long, value_name = "SCORE")]
    pub at_least: Option<f64>,
    /// What was answered, instead of what is open
    #[arg(long)]
    pub answered: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReviewKind {
    /// Whether a notice says this
    Value,
    /// Whether two cases are one matter
    SameMatter,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["gold", "pages", "links"]))]
pub struct EvaluateArgs {
    /// Annotated documents: a folder with gold.jsonl and docs/; with --fit it may be given several times
    #[arg(long, value_name = "DIR")]
    pub gold: Vec<PathBuf>,
    /// Pages with a table of facts: a folder of HTML files; the prose is held against the table
    #[arg(long, value_name = "DIR")]
    pub pages: Option<PathBuf>,
    /// Known links between the pages of two collections, held against the cases of the knowledge base
    #[arg(long, value_name = "FILE", conflicts_with_all = ["gold", "pages"])]
    pub links: Option<PathBuf>,
    /// An earlier report (--format json): print every gain and loss since
    #[arg(long, value_name = "REPORT")]
    pub against: Option<PathBuf>,
    /// List what was wrong or missed, document by document
    #[arg(long)]
    pub errors: bool,
    /// Only this document; may be given several times
    #[arg(long, value_name = "ID", requires = "gold")]
    pub id: Vec<String>,
    /// Fit the curves that make probabilities of scores, on --gold, --pages or both, and write them to this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["against", "errors", "id", "text_only"])]
    pub fit: Option<PathBuf>,
    /// Fit the weights of roles in this file (crates/extract/src/weights.toml) on --gold, and write it anew
    #[arg(long, value_name = "FILE", requires = "gold", conflicts_with_all = ["against", "errors", "id", "text_only", "fit", "pages"])]
    pub fit_weights: Option<PathBuf>,
    /// Give the reader the text alone, without its address and kind of source
    #[arg(long, requires = "gold")]
    pub text_only: bool,
}

#[derive(Debug, Args)]
pub struct FetchArgs {
    #[command(flatten)]
    pub options: FetchOptions,
}

/// What `fetch` and `watch` share.
#[derive(Debug, Args)]
pub struct FetchOptions {
    /// Sources by id, as `fineprint sources` lists them, or all
    #[arg(required = true, value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Only notices that the list dates on this day or later
    #[arg(long, value_name = "DATE")]
    pub since: Option<PartialDate>,
    /// At most so many new notices of each source
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Ask again for notices that are in the archive
    #[arg(long)]
    pub refresh: bool,
    /// Folder of the archive [default: archive in the knowledge base]
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub archive: Option<PathBuf>,
    #[command(flatten)]
    pub manners: Manners,
}

/// How sites are asked, wherever they are.
#[derive(Debug, Args)]
#[command(next_help_heading = "How sites are asked")]
pub struct Manners {
    /// Who the sites can turn to, named in every request: a mailbox or an address
    #[arg(long, value_name = "TEXT", env = "FINEPRINT_CONTACT")]
    pub contact: Option<String>,
    /// Seconds between two requests to a site, at least 0.5; robots.txt may ask for more
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0, value_parser = seconds)]
    pub delay: f64,
    /// Seconds until an answer must be complete
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..))]
    pub timeout: u32,
    /// Longest answer, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub max_size: u32,
    /// For tests: a server on this machine that answers for every site
    #[arg(long, value_name = "ADDR:PORT", hide = true)]
    pub stand_in: Option<SocketAddr>,
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.0..=3600.0).contains(seconds));
    seconds.ok_or_else(|| "expected seconds from 0 to 3600".to_owned())
}

#[derive(Debug, Args)]
pub struct WatchArgs {
    #[command(flatten)]
    pub options: FetchOptions,
    /// Once, for a scheduler such as cron
    #[arg(long)]
    pub once: bool,
    /// Hours from the end of one round to the beginning of the next
    #[arg(long, value_name = "HOURS", default_value_t = 24, conflicts_with = "once", value_parser = clap::value_parser!(u32).range(1..=8760))]
    pub every: u32,
    /// Read notices again that were read before, as after an update of the program
    #[arg(long)]
    pub reread: bool,
    /// Publish also what is outside of the bounds that are known of a source: numbers, shares, amounts, dates
    #[arg(long)]
    pub accept_unexpected: bool,
}

#[derive(Debug, Args)]
pub struct SourcesArgs {
    /// Folder of the archive [default: archive in the knowledge base]
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub archive: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Files to import, archives of them (.warc, .warc.gz), records of our own (.jsonl, .jsonl.zst), or - for standard input
    #[arg(required = true, value_name = "FILE|-", value_hint = clap::ValueHint::FilePath)]
    pub inputs: Vec<PathBuf>,
    /// What the columns of a table are, as TOML
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub map: Option<PathBuf>,
    /// What the files are [default: by their names and beginnings]
    #[arg(long = "as", value_enum, value_name = "FORM")]
    pub form: Option<ImportForm>,
    /// Say what would be stored, and store nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportForm {
    /// Pages of GDPRhub as served
    GdprhubHtml,
    /// An export of GDPRhub's pages, or the wikitext of one
    GdprhubWikitext,
    /// The file behind the enforcement tracker's table
    TrackerJson,
    /// Separated values; needs --map
    Csv,
    /// Records of our own, one a line
    Jsonl,
}

#[derive(Debug, Args)]
pub struct LintArgs {
    /// Files or folders with records [default: the knowledge base]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Explain a rule and exit; without a code, list all rules
    #[arg(long, value_name = "CODE", num_args = 0..=1, default_missing_value = "")]
    pub explain: Option<String>,
    /// Rewrite records that read well but are not in canonical form
    #[arg(long)]
    pub fix_format: bool,
    /// Let warnings pass
    #[arg(long)]
    pub errors_only: bool,
}

#[derive(Debug, Args)]
pub struct IndexArgs {
    /// Throw the index away and build it anew
    #[arg(long)]
    pub rebuild: bool,
}

#[derive(Debug, Args)]
pub struct SearchArgs {
    /// What to find; nothing finds everything
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// How many hits at most
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub limit: usize,
    /// All hits
    #[arg(long, conflicts_with = "limit")]
    pub all: bool,
    /// Count the values of these fields
    #[arg(long, value_name = "FIELD,...", value_delimiter = ',')]
    pub facets: Vec<String>,
    /// List the values of --facets in this order
    #[arg(long, value_enum, default_value_t = FacetOrder::Count, value_name = "ORDER", requires = "facets")]
    pub facet_order: FacetOrder,
    /// List only values of --facets with words that begin so
    #[arg(long, value_name = "TEXT", requires = "facets")]
    pub facet_find: Option<String>,
    /// Show how these are spread: fine, share, affected, decided, published
    #[arg(long, value_name = "FIELD,...", value_delimiter = ',')]
    pub histogram: Vec<String>,
    /// Cases, fines and appeals as they stood at the end of this day
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Say how the query was understood, as a sentence and as a tree
    #[arg(long)]
    pub explain: bool,
    /// Exit with 0 where nothing was found
    #[arg(long)]
    pub ok_if_empty: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FacetOrder {
    /// Most cases first
    Count,
    /// By name
    Name,
    /// The value with the newest case first
    Time,
}

#[derive(Debug, Args)]
pub struct SimilarArgs {
    /// The case
    #[arg(value_name = "ID")]
    pub id: String,
    /// How many cases at most
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub limit: usize,
    /// Cases, fines and appeals as they stood at the end of this day
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
}

#[derive(Debug, Args)]
pub struct PrecedentsArgs {
    /// Only among the cases that this finds
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Provisions violated
    #[arg(long, value_name = "LAW/ARTICLE,...", value_delimiter = ',', help_heading = "Facts")]
    pub article: Vec<String>,
    /// Violation types
    #[arg(long, value_name = "TYPE,...", value_delimiter = ',', help_heading = "Facts")]
    pub violation: Vec<String>,
    /// Role of the party
    #[arg(long, value_name = "ROLE,...", value_delimiter = ',', help_heading = "Facts")]
    pub role: Vec<String>,
    /// What the party is
    #[arg(long, value_name = "KIND,...", value_delimiter = ',', help_heading = "Facts")]
    pub kind: Vec<String>,
    /// Sector of the party
    #[arg(long, value_name = "SECTOR,...", value_delimiter = ',', help_heading = "Facts")]
    pub sector: Vec<String>,
    /// Setting of the processing
    #[arg(long, value_name = "CONTEXT,...", value_delimiter = ',', help_heading = "Facts")]
    pub context: Vec<String>,
    /// Kinds of data
    #[arg(long, value_name = "DATA,...", value_delimiter = ',', help_heading = "Facts")]
    pub data: Vec<String>,
    /// Factors of Art. 83(2) GDPR, as in f/mitigating
    #[arg(long, value_name = "FACTOR,...", value_delimiter = ',', help_heading = "Facts")]
    pub factor: Vec<String>,
    /// People affected, as in 500k
    #[arg(long, value_name = "N", help_heading = "Facts")]
    pub affected: Option<String>,
    /// Turnover of the undertaking, in euro unless a currency is named: 16M, 20MGBP
    #[arg(long, value_name = "AMOUNT", help_heading = "Facts")]
    pub turnover: Option<String>,
    /// What happened, in words
    #[arg(long, value_name = "TEXT", help_heading = "Facts")]
    pub text: Option<String>,
    /// How many cases at most
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub limit: usize,
    /// Cases, fines and appeals as they stood at the end of this day
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The case
    #[arg(value_name = "ID")]
    pub id: String,
    /// Print a citation instead
    #[arg(long, value_enum, value_name = "STYLE")]
    pub cite: Option<Cite>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Cite {
    /// A sentence
    Text,
    /// CSL-JSON
    CslJson,
    /// BibTeX
    Bibtex,
    /// RIS
    Ris,
}

#[derive(Debug, Args)]
pub struct StatsArgs {
    /// Over which cases; nothing means all
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Group by these fields, at most three
    #[arg(long, value_name = "FIELD,...", value_delimiter = ',')]
    pub by: Vec<String>,
    /// What to measure
    #[arg(long, value_enum, default_value_t = Of::Fine, value_name = "WHAT")]
    pub of: Of,
    /// Which figures: n, sum, mean, median, min, max, p0 to p100 [default: sum,median,max]
    #[arg(long, value_name = "FIGURE,...", value_delimiter = ',')]
    pub metric: Vec<String>,
    /// Measure only cases in which a single article was violated, so that the money belongs to it
    #[arg(long)]
    pub single_finding: bool,
    /// Cases, fines and appeals as they stood at the end of this day
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Fail where more than this share of what is measured is unknown
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub strict: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Of {
    /// The fine in euro
    Fine,
    /// The fine as a share of turnover, per cent
    Share,
    /// The fine as a share of what Art. 83(4) or (5) GDPR allowed, per cent
    CapShare,
    /// The fine for each person affected, euro
    PerPerson,
    /// People affected
    Affected,
}

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// On which cases; nothing means all
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// A row for each of these [default: field, and link with --check-links]
    #[arg(long, value_enum, value_name = "WHAT")]
    pub by: Option<ReportBy>,
    /// Only these fields
    #[arg(long, value_name = "FIELD,...", value_delimiter = ',')]
    pub fields: Vec<String>,
    /// Fail where more than this share of a field is unknown or not looked at
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub strict: Option<u8>,
    /// Ask every official address first whether it still answers, those longest not asked before the others
    #[arg(long)]
    pub check_links: bool,
    /// Ask at most so many addresses
    #[arg(long, value_name = "N", requires = "check_links")]
    pub limit: Option<usize>,
    /// Where visits to addresses are kept [default: links.json in the knowledge base]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub links: Option<PathBuf>,
    #[command(flatten)]
    pub manners: Manners,
}

#[derive(Debug, Args)]
pub struct AuditArgs {
    /// What a second reader found without looking at the records, one JSON object a line
    #[arg(value_name = "READINGS")]
    pub readings: Option<PathBuf>,
    /// List what does not agree instead of counting
    #[arg(long)]
    pub differences: bool,
    /// Draw this many cases to be read again, spread over authorities and kinds of outcome
    #[arg(long, value_name = "N", conflicts_with = "readings")]
    pub sample: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportBy {
    /// Each field of the record
    Field,
    /// Each authority
    Authority,
    /// Each year of decision
    Year,
    /// Each official address that is dead, out of reach, redirected, a front page or not visited yet; each case without one
    Link,
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Which cases; nothing means all
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Cases, fines and appeals as they stood at the end of this day, month or year
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// The file's form, also as --format [default: by the name of the output, else jsonl]
    #[arg(long = "as", value_enum, value_name = "FORM")]
    pub form: Option<Form>,
    /// Where to; written aside and renamed when complete. A data package needs a folder [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// For spreadsheets: semicolons, a byte order mark, no cell that runs as a formula
    #[arg(long)]
    pub excel: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// One record a line
    Jsonl,
    /// The same, compressed with Zstandard
    JsonlZst,
    /// One JSON array
    Json,
    /// One row a case
    Csv,
    /// A folder of linked CSV tables with their description (Frictionless Data Package)
    Datapackage,
}

#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    /// Public address, for feeds and canonical links [default: the address listened on]
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
}

#[derive(Debug, Args)]
pub struct SiteArgs {
    /// Where to; a folder that is missing, empty or an earlier export
    #[arg(value_name = "OUT", value_hint = clap::ValueHint::DirPath)]
    pub out: PathBuf,
    /// Public address, for feeds, sitemap and canonical links
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// The search engine that the site ships: built in or built now (`auto`), `none`, or a folder with `engine.js` and
    /// `engine.bin`
    #[arg(long, value_name = "WHICH", default_value = "auto", env = "FINEPRINT_SEARCH_ENGINE", hide_env_values = true)]
    pub search_engine: String,
    /// Render every page anew, also those that an earlier export in OUT has already
    #[arg(long)]
    pub whole: bool,
}

#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Write to this file instead
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write one page for each command into this folder
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Print the reference of all commands as Markdown
    #[arg(long, conflicts_with = "dir")]
    pub markdown: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definitions_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_hyphen_before_a_word_negates_it() {
        let line = ["fineprint", "search", "-status:annulled", "leak", "--format", "json", "--limit", "5", "-open"];
        let cli = Cli::try_parse_from(spell_out_negation(line.map(OsString::from))).unwrap();
        let Command::Search(search) = cli.command else { panic!("expected search") };
        assert_eq!(search.query, ["NOT status:annulled", "leak", "NOT open"]);
        assert_eq!((search.limit, cli.global.format), (5, Some(Format::Json)));
    }

    #[test]
    fn the_format_of_an_export_is_its_form() {
        for line in ["fineprint export leak --format csv", "fineprint --kb search export --format=csv leak"] {
            let line = export_format_is_its_form(line.split(' ').map(OsString::from));
            let Command::Export(export) = Cli::try_parse_from(line).unwrap().command else { panic!("expected export") };
            assert_eq!((export.form, export.query), (Some(Form::Csv), vec!["leak".to_string()]));
        }
    }

    #[test]
    fn the_format_of_other_commands_stays() {
        for line in
            ["fineprint search export --format csv", "fineprint --kb export stats --format=csv", "fineprint --kb"]
        {
            let line: Vec<_> = line.split(' ').map(OsString::from).collect();
            assert_eq!(export_format_is_its_form(line.clone()).collect::<Vec<_>>(), line);
        }
    }

    #[test]
    fn standard_input_and_short_options_stay() {
        for word in ["-", "--", "-h", "-V", "--help", "leak-", "-\u{e9}"] {
            let spelt: Vec<_> = spell_out_negation([OsString::from(word)]).collect();
            assert_eq!(spelt, [word]);
        }
    }
}
