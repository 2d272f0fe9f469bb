"""Checks JSON lines from any source against a schema: docs/command-line.md lists the checks."""
