"""The synthetic county: invented people whose numbers follow published statistics, delivered as five systems would."""
