"""How fast the engine is against what a good engineer writes by hand for one fixed table: ``make bench``."""
