"""Territory: keys, editions, reforms, restating across them, geometry, insets, and areas that are alike."""
