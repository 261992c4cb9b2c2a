"""Pages that editors write: imprint, privacy, accessibility and any further text."""
