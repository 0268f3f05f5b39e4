"""Reviews: which gates a release needs, what people said on them, how risky it is, on whom it waits."""
