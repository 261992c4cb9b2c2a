"""Indicators: their definitions, the catalogue, and how they are calculated for areas as of a date."""
