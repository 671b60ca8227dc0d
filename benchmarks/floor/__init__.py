"""The floor: what a good engineer writes by hand for one fixed table, and nothing more."""
