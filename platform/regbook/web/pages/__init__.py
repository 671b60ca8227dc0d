"""The pages that people see: each asks the services and draws one view model."""
