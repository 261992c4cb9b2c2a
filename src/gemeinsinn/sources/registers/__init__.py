"""Registers of other systems: how they are declared, and readers that turn their deliveries into tables of text."""
