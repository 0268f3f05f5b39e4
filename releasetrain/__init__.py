"""Release Train: plans what ships when, on one shared line."""
