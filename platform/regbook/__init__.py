"""Regbook turns a register's definition, one JSON file, into working software."""
