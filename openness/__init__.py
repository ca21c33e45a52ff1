"""The site: one Django app and the project package."""
