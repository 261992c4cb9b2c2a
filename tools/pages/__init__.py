"""The pages of the reference: each module writes some of them from the code."""
