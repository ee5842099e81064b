"""The neutral exchange with finance systems: dues and postings in, payments out (docs/exchange.md)."""
