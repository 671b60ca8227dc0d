"""The steps of the fixed tables, in order. Nothing here knows a register."""
