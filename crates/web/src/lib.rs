//! The HTTP service and the static export.
