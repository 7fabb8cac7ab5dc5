//! Index, query language, facets, ranking, statistics.
