//! Records and results to pages, JSON, CSV, feeds and citations.
