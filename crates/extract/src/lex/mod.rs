//! Recognisers: each finds one kind of value and its span, and knows nothing of the role it plays.

pub(crate) mod count;
pub(crate) mod date;
pub(crate) mod money;
pub(crate) mod number;
pub(crate) mod party;
pub(crate) mod provision;
pub(crate) mod reference;
