"""One file a command; each calls an action and prints what came of it."""
