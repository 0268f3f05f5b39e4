"""Open pages follow what changes: who listens, who is told, and what is answered when nothing did."""
