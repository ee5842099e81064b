"""One bench per operator: a module here with a subclass of `Bench` runs through the whole contract."""
