"""Schemas of gminas: made by replaying what the migrations made once, and compared with what they make.

`building` opens a gmina's schema, `recording` keeps the text that is replayed, `comparison` proves that both ways end in the
same catalogs. docs/provisioning.md tells how and why.
"""
