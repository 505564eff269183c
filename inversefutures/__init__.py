"""The package of the course Inverse Futures: its formulas, the venues' rules, and the widgets that show them.

Imports run downhill: `notation` and `palette` stand on the ground, then the mathematics, one module a
subject, then `printing`, `venues`, `datasets` and `downloads`, then `figures`, the widgets and `check`.
CONTRIBUTING.md has the whole list, and a test keeps to it.
"""
