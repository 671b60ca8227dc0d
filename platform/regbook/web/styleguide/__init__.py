"""Every part of the screens in every state, on invented records: ``python -m regbook.web.styleguide``.

A development page: no office is behind it, nothing is written. New CSS is looked at here first.
"""
