"""Measure the JSON door against bare Django views of the same data: `make bench-api`."""
