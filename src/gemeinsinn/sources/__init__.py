"""Connectors: fetch a delivery and read it; they know nothing of where it goes."""
