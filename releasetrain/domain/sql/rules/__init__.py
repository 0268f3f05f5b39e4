"""What each kind of statement is judged by: one module per family, each with ``JUDGES`` by the grammar's name."""
