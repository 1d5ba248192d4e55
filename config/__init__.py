"""Composes the rooms into one product; nothing imports it but the processes that run it."""
