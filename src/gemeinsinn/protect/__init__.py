"""Protection: policies, and the pure functions of disclosure control."""
