"""One department, by id."""

from regbook.rules.kinds.reference import reference

DEPARTMENT = reference("department", "departments", "text")
