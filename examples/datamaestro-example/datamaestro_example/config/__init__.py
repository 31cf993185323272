"""The definitions of the repository; a module's path from here is how its ids begin."""
