"""Repairing: what is wrong is fetched or made again, and nothing else."""
