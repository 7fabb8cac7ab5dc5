//! Bytes of a notice to canonical text with stable offsets.
