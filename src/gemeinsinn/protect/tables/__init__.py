"""Disclosure control for tables: what must be hidden, what else has to be hidden with it, and the attack that proves it."""
