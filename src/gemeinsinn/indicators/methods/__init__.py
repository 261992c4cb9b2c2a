"""Statistical methods, each with its source: intervals, judgements, medians of classes."""
