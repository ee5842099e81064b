"""Factories: valid by default, traits are states. They write into the gmina that is open."""
