"""The restricted zone: registers of people with their history, pseudonymised; only intake, retention and the gate enter."""
