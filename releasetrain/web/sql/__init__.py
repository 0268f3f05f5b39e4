"""SQL with what its review finds: at its lines, accepted or not, and the pages of the rules."""
