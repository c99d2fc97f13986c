"""Template tags of the shell: page frame, badges, charts. They know nothing of the domain."""
