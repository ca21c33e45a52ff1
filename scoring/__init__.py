"""The rules of Openness: facts in, results out. No Django, no database, no network, no clock."""
