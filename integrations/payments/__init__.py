"""Payment operators: one folder per operator, one protocol (base), one registry."""
