"""What is written for authors: repositories to start from, and definitions of data sets."""
