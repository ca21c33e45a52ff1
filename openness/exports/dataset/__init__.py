"""The open data set: every table that others may have, as a Frictionless Data Package."""
