//! Values in the report's spelling, and reports as text.

use fineprint_model::Money;

/// Currency and amount, without decimals where there are none: `EUR 1500000`.
pub(crate) fn money(amount: Money) -> String {
    amount_text(amount.currency.code(), amount.units())
}

/// The same of a currency code and whole units.
pub(crate) fn amount_text(currency: &str, units: f64) -> String {
    let text = format!("{units:.2}");
    format!("{currency} {}", text.strip_suffix(".00").unwrap_or(&text))
}

/// A figure from 0 to 1 with three digits, `-` where there is none.
pub(crate) fn figure(figure: Option<f64>) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.3}"))
}
