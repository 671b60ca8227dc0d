"""The REST interface: one table of routes, the same services as the pages."""
