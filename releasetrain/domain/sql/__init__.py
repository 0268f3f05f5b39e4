"""The SQL of a stage, judged for that stage (M2)."""
