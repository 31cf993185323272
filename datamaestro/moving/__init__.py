"""Moving: data sets get from one data directory to another, here or on another computer."""
