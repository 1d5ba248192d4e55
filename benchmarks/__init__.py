"""What `make bench` runs: each figure is a ratio to a limit measured in the same run, alternating, median of the rounds."""
