"""The authors' tools: each is run from the repository's root as `python -m tools.<name>`."""

import inversefutures  # noqa: F401 - lets a console that is not UTF-8 show what a tool prints
