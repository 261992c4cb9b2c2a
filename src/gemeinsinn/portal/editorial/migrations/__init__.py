"""Migrations of the editorial pages."""
