"""The only way out of the protected rooms: applies the policies and says what it let through."""
