//! Tables of cases and records of data files, row by row.

use fineprint_document::part;
use fineprint_model::{Block, BlockKind, Document};
use url::form_urlencoded;

use crate::structured::{Cell, organisation};

/// The rows of those tables whose head names all of these columns, each as a document of its own. A name is matched where a
/// label holds it, in any case. Of the column `people` a cell is left out, with the row's link, unless it surely names an
/// organisation.
pub(crate) fn of_tables(document: &Document, columns: &[&str], people: Option<&str>) -> Vec<Document> {
    let mut parts = Vec::new();
    for table in document.tables() {
        let Some((head, rows)) = table.split_first() else { continue };
        let labels = labels(document, head);
        let names = |wanted: &&str| labels.iter().any(|label| label.to_lowercase().contains(*wanted));
        if !columns.iter().all(names) {
            continue;
        }
        for row in rows.iter().filter(|row| row.len() > 1) {
            let is_person = |cell: &&&Block| {
                let label = labels.get(column(cell)).map(|label| label.to_lowercase()).unwrap_or_default();
                people.is_some_and(|people| label.contains(people)) && organisation(document.block_text(cell)).is_none()
            };
            let named: Vec<&Block> = row.iter().filter(|cell| !is_person(cell)).copied().collect();
            let mut part = part::row(document, &labels, &named);
            if named.len() < row.len() {
                part.links.clear();
            }
            parts.push(addressed(part, document));
        }
    }
    parts
}

fn column(cell: &Block) -> usize {
    match cell.kind {
        BlockKind::Cell { column, .. } => usize::try_from(column).unwrap_or(usize::MAX),
        _ => usize::MAX,
    }
}

/// The labels of a head by column; a column without one has an empty label.
fn labels<'a>(document: &'a Document, head: &[&Block]) -> Vec<&'a str> {
    let mut labels = Vec::new();
    for cell in head {
        let BlockKind::Cell { column, .. } = cell.kind else { continue };
        let column = usize::try_from(column).unwrap_or(labels.len());
        while labels.len() < column {
            labels.push("");
        }
        labels.push(document.block_text(cell));
    }
    labels
}

/// Records that each begin with a label of this name.
pub(crate) fn of_records(document: &Document, first: &str) -> Vec<Document> {
    let begins =
        |block: &Block| matches!(block.kind, BlockKind::Cell { column: 0, .. }) && document.block_text(block) == first;
    between(document, begins)
}

/// What stands from each block that begins a part to the next one.
pub(crate) fn between(document: &Document, begins: impl Fn(&Block) -> bool) -> Vec<Document> {
    let starts: Vec<usize> =
        document.blocks.iter().enumerate().filter(|(_, block)| begins(block)).map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([document.blocks.len()]);
    let parts = starts.iter().zip(ends).filter_map(|(start, end)| document.blocks.get(*start..end));
    parts.map(|blocks| addressed(part::blocks(document, blocks), document)).collect()
}

/// Gives a part the address of its own: where its own link leads, else the place of its words on the page.
fn addressed(mut part: Document, whole: &Document) -> Document {
    let own = part.links.first().map(|link| link.href.clone());
    part.url = own.or_else(|| whole.url.as_deref().map(|page| address_on(page, &part)));
    part
}

/// The address of a row's words on a page: a fragment directive, by which browsers scroll to them, and of which each row has
/// another.
pub(crate) fn address_on(page: &str, row: &Document) -> String {
    let page = page.split('#').next().unwrap_or(page);
    let fields = fields(row);
    let values = fields.iter().take(5).map(|(_, cell)| cell.text.lines().next().unwrap_or_default().trim());
    let words: Vec<String> = values
        .map(|text| {
            let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
            format!("text={}", encoded.replace('+', "%20").replace('-', "%2D"))
        })
        .collect();
    if words.is_empty() { page.to_owned() } else { format!("{page}#:~:{}", words.join("&")) }
}

/// Labels and values of a document's two-column rows, in order.
pub(crate) fn fields(document: &Document) -> Vec<(&str, Cell<'_>)> {
    let tables = document.tables();
    let rows = tables.iter().flatten().filter_map(|row| match row.as_slice() {
        [label, value] => Some((document.block_text(label), Cell::of(document, value))),
        _ => None,
    });
    rows.collect()
}

/// Where a field of this name stands; a name is matched in any case.
pub(crate) fn field<'a, 'd>(fields: &'a [(&'d str, Cell<'d>)], name: &str) -> Option<&'a Cell<'d>> {
    fields.iter().find(|(label, _)| label.eq_ignore_ascii_case(name)).map(|(_, cell)| cell)
}

/// The first field whose label holds this, in any case.
pub(crate) fn field_like<'a, 'd>(fields: &'a [(&'d str, Cell<'d>)], part: &str) -> Option<&'a Cell<'d>> {
    fields.iter().find(|(label, _)| label.to_lowercase().contains(part)).map(|(_, cell)| cell)
}

/// What is no cell: the prose of a record.
pub(crate) fn prose(document: &Document) -> Vec<Block> {
    document.blocks.iter().copied().filter(|block| !matches!(block.kind, BlockKind::Cell { .. })).collect()
}
