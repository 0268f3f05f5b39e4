"""The JSON door: whatever the pages can do, through the same actions."""
