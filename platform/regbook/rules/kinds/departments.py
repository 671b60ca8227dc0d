"""Several departments, by id: ``format`` departments, or an array of department."""

from regbook.rules.kinds.reference import references

DEPARTMENTS = references("departments", "departments")
