"""What the operator and the stewards write down: the instance's settings and checked YAML documents."""
