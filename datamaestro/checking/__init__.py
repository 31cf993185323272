"""Checking the definitions of repositories: each mistake is found by a small rule of its own.

A module has a group of rules; ``catalogue.py`` lists them all, and ``definitions.py`` applies them.
"""
