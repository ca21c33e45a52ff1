"""Properties are looked for without a deadline: CI and developers share slow machines."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None, database=None)
settings.load_profile("unhurried")
