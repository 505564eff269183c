"""The package of the course Inverse Futures: its formulas, the venues' rules, and the widgets that show them.

Imports run downhill: `notation` and `palette` stand on the ground, then the mathematics (`contract`,
`position`, `margin`), then `printing`, `venues` and `datasets`, then `figures`, `explore` and `check`.
"""
