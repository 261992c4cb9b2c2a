"""Releases: what is published, as an immutable set of files named by its hash; compiled, stored, read, compared."""
