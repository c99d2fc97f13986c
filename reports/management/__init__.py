"""Commands that send and build what goes out."""
