"""Asks an executor of each language to print the same messages, and compares the bytes."""
