"""PostgreSQL and the broker from packages, run as children of one supervisor. Imports nothing of Django."""
