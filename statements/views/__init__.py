"""The public pages of statements, and the delegate's area."""
