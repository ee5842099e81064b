"""The fault campaign: many payments through all operators while messages are spoilt and processes are killed.

`python -m tests.campaign --seed N --payments M --kills K` (or `make campaign SEED= SIZE=`); docs/campaign.md.
"""
