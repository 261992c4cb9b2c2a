"""Changes of the database of the desk."""
