//! The JSON Schema of a case record, generated from the types so that the two cannot differ.

use serde_json::Value;

use crate::case::Case;

/// Where the checked-in copy stands, relative to the workspace root.
pub const SCHEMA_FILE: &str = "data/schema/case.schema.json";

/// The schema of a case record, JSON Schema draft 2020-12. Its `$id` is relative: it belongs to whatever
/// site publishes it.
pub fn json_schema() -> Value {
    let mut schema = schemars::schema_for!(Case).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("$id".to_owned(), "case.schema.json".into());
    }
    schema
}

/// [`json_schema`] as the checked-in file holds it: two spaces, a final line feed.
pub fn json_schema_text() -> String {
    // The alternate form of a JSON value is its indented text, and cannot fail.
    format!("{:#}\n", json_schema())
}

/// The schemas of the answers that the interface for programs gives, by name, for its description.
pub fn answer_schemas() -> serde_json::Map<String, Value> {
    let settings = schemars::generate::SchemaSettings::draft2020_12()
        .with(|settings| "/components/schemas".clone_into(settings.definitions_path.to_mut()));
    let mut generator = settings.into_generator();
    generator.subschema_for::<Case>();
    generator.subschema_for::<crate::query::Stats>();
    generator.subschema_for::<crate::query::Histogram>();
    generator.subschema_for::<crate::query::PrecedentRow>();
    generator.subschema_for::<crate::query::MoneySummary>();
    generator.subschema_for::<crate::cap::Cap>();
    generator.take_definitions(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checked_in_schema_is_fresh() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(SCHEMA_FILE);
        if std::env::var_os("FINEPRINT_UPDATE").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, json_schema_text()).unwrap();
        }
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            stored == json_schema_text(),
            "`{SCHEMA_FILE}` is stale: run `cargo run -- schema --write {SCHEMA_FILE}`"
        );
    }

    #[test]
    fn the_schema_says_what_it_is_and_is_closed() {
        let schema = json_schema();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], "case.schema.json");
        assert_eq!(schema["title"], "fineprint case record");
        assert_eq!(schema["additionalProperties"], false);
        for field in ["parties", "ledger", "claims", "turnover_share"] {
            assert!(schema["properties"][field].is_object(), "{field}");
        }
    }
}
