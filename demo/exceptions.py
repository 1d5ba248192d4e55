"""Refusals of the demonstration."""


class LoadRefused(Exception):
    """The demonstration may not be loaded here; the message says why and what to do."""
