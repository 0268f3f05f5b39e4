"""The planner: what to plan (``problem``), whether a plan holds (``check``), how one is found, bounded and explained.

``problem`` and ``check`` need nothing; whatever loads the solver (``cp_sat``, those above it) is for the worker only.
"""
