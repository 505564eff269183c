"""Measure the site, widgets and notebooks: `python -m tools.bench` prints tables and fails nothing."""
