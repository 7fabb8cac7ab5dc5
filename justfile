# Every recipe is a line over cargo or a script in the tree; `just` itself is optional.

# list the recipes
default:
    @just --list

# what the gate runs: fmt, clippy, docs, tests, data lint, browser
check:
    bash tests/run

# tests of one crate, as in `just test model`
test crate:
    cargo test -p fineprint-{{crate}}

# tests of the sources, with the examples of each
test-sources:
    cargo test -p fineprint-sources

# examples and lists of one source, as in `just test-source fr-cnil`
test-source id:
    FINEPRINT_SOURCE={{id}} cargo test -p fineprint-sources --test examples --test listings -- --nocapture

# hostile documents of every format, each by itself within 2 s and 256 MB
gauntlet:
    cargo test --release -p fineprint --test cli gauntlet -- --include-ignored --nocapture

# texts of 10 and 100 MB that no one should write: the work grows with the length and no faster
bounds:
    cargo test --release -p fineprint-extract --test bounds -- --ignored --nocapture

# every value of every real document beside the checkout points at words that stand where it says
evidence:
    cargo test --release -p fineprint-sources --test evidence
    cargo test --release -p fineprint-extract --test real_documents

# take over new snapshots after looking at them
accept:
    INSTA_UPDATE=always cargo test --workspace

# lint the shipped data
lint-data:
    cargo run -- lint data

# rewrite the shipped records in canonical form
format-data:
    cargo run -- lint data --fix-format

# refresh what is generated and checked in: the schema, the command-line reference, the description of the API
generate:
    cargo run -- schema --write data/schema/case.schema.json
    FINEPRINT_UPDATE=1 cargo test -p fineprint
    FINEPRINT_UPDATE=1 cargo test -p fineprint-web openapi

# read the sample notices into a knowledge base under out/
ingest:
    cargo run --release -- ingest data/notices --kb out/sample

# serve the shipped data
serve:
    cargo run --release -- serve

# export the site to out/site
site:
    cargo run --release -- site out/site

# journeys in a real browser
browser:
    bash tests/run browser

# what an exported site of 3,000 and 20,000 made cases costs to write and to search
bench-site:
    cargo build --release -p fineprint-web --example preview
    cargo run --release -- site out/site
    cd tests/browser && npm ci --silent && node bench.mjs 3000 20000 --write

# nDCG@10 of the judged questions over the shipped cases; --unjudged, --record
relevance *options:
    cargo run -q -p fineprint-search --example relevance -- {{options}}

# Lighthouse on the first page, the search and a case: 100 for accessibility, best practices and SEO, 95 for speed
lighthouse:
    cargo build --release --bin fineprint
    FINEPRINT=target/release/fineprint node tests/browser/lighthouse.mjs

# precision and recall of extraction on an annotated set beside the checkout
quality:
    cargo run --release -- evaluate --gold ../shared/gold

# fit the curves that make probabilities of scores on annotated sets, cross-validated
fit *sets="../shared/gold":
    cargo run --release -- evaluate $(printf -- '--gold %s ' {{sets}}) --fit crates/extract/src/calibration.toml

# fit the weights of roles on annotated sets, cross-validated; the curves have to be fitted anew after that
fit-weights *sets="../shared/gold":
    cargo run --release -- evaluate $(printf -- '--gold %s ' {{sets}}) --fit-weights crates/extract/src/weights.toml

# prose against the tables of facts of the pages beside the checkout
quality-pages:
    cargo run --release -- evaluate --pages ../shared/data/gdprhub/pages

# race the reading of pages beside the checkout against Python, and measure the cost of a byte; writes docs/performance.md
bench-extraction:
    bash benches/extraction/run ../shared/data/gdprhub/pages

# race the search against SQLite FTS5, PostgreSQL, Xapian and DuckDB, and write docs/performance.md
bench-peers *sizes="10000 30000 100000":
    python3 benches/peers/run.py {{sizes}}

# the same with a million cases: needs some 25 GB of disk, 8 GB of memory and half a day, most of it Xapian's build
bench-peers-million:
    python3 benches/peers/run.py --runs 3 10000 100000 1000000

# one knowledge base of four collections beside the checkout: records, merged, in review, failed, time, memory
ingest-shared:
    rm -rf out/shared && mkdir -p out
    cargo run --release -- ingest --summary --kb out/shared ../shared/data/gdprhub/pages ../shared/data/enforcementtracker/export-2024-02.json ../shared/data/sec/litigation-releases.json ../shared/data/hhs > out/shared.tsv

# ask whether the official addresses of the shipped cases still answer, those longest not asked first
check-links limit="100000":
    cargo run --release -- report --check-links --limit {{limit}} --links data/links.json

# the pages beside the checkout, and ten times as many: what each takes, and that memory does not follow their number
ingest-ten-times:
    bash benches/ingest/run ../shared/data/gdprhub/pages

# precision and recall of bringing notices of one matter together, in that knowledge base
links:
    cargo run --release -- evaluate --links ../shared/data/enforcementtracker/links-to-gdprhub.json --kb out/shared

# an archive of fetched pages, checked by another tool
warc:
    bash tests/run warc
