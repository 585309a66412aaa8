"""How the schema came to be: one file a step, run at every start."""
