"""The other sides of benchmarks/notifications.py: a view that inserts one row, in the same server processes."""
