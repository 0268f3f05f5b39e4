"""One module per rule or family of rules; each names its rules, the package collects them (``domain.conflicts``)."""
