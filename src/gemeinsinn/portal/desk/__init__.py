"""The desk of those who answer for the data: in the admin, behind a right of its own."""
