"""Commands of Django that the command line of the platform calls."""
