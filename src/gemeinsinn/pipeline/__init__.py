"""The runs: intake, refresh, publication; the only room that joins sources, protection, lake and gate."""
