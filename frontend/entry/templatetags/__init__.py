"""Tags of the pages of entering."""
