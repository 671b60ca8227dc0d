"""Who may do what: the only home of casbin."""

from regbook.access.policy import Policy
from regbook.access.rows import office_rows, policy_rows

__all__ = ["Policy", "office_rows", "policy_rows"]
