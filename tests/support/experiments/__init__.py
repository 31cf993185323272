"""Types of data and tasks for experiments, importable by jobs; experimaestro is needed."""
