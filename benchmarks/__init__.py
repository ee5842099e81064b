"""Benchmarks: what we do beside what one would do otherwise, in one run on one machine.

Each module here measures one thing and ends in one JSON line {"name", "ratio", "goal", "figures"}. A ratio hardly depends on
the machine, a time does; so nothing is asserted about times and no benchmark is a test. `make bench` lists them.
"""
