"""Tables in files: read with their hierarchies, protected on the terms of a policy, written, and attacked again."""
