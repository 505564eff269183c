"""Settings that all unit tests share."""

from hypothesis import settings

# No deadline: sympy's caches make the first example of a test far slower than the rest.
settings.register_profile("course", deadline=None)
settings.load_profile("course")
