"""The pages that show numbers: start, my municipality, indicator, compare, topics, data and interfaces."""
