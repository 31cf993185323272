"""Other computers: how a program is run there, and what is asked of it."""
