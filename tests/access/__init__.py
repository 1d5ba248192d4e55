"""Who is answered what: a package, so that pytest can end a fixture with this folder."""
