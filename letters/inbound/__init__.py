"""Mail from outside: read without trust, told apart, matched with a letter. Nothing here answers anybody."""
