"""Lists of the office as people like to see them: saved views, and the note that a list was taken away as a file."""
