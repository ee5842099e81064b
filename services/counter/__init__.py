"""Okienko: a clerk acts for somebody who stands at the counter, and everything done there is written down (C4)."""
