"""Bank statements: MT940, Elixir-O, camt.053 and tables described as data, all read into the same values."""
