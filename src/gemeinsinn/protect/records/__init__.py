"""Records for analysis: generalised until everybody is alike with enough others, checked, and told with risk and loss."""
