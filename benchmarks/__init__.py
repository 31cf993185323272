"""How fast datamaestro is beside its peers, in one run; ``README.md`` says how to run it."""
