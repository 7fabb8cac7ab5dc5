//! Text to values with evidence and confidence.
