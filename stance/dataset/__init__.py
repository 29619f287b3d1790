"""Labelled examples from every source, joined with texts that the user holds."""
