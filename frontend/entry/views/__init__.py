"""Views of entering, one set for the three surfaces."""
