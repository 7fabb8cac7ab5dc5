//! Records on disk: read, write atomically, lint, resolve claims.
