"""The authors' tools: each is run from the repository's root as `python -m tools.<name>`."""
