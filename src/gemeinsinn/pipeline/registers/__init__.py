"""Intake of registers: from what other systems deliver to pseudonymised history in the restricted zone."""
