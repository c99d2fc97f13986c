// The table's script; filled in by what follows.
