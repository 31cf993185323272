"""Plugins: loading them, and finding the one that serves."""
