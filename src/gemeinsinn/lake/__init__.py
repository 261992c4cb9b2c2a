"""The data lake: raw deliveries, typed tables with two clocks, quarantine, the ledger of runs, and the pins."""
