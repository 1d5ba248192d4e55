"""What `make bench` runs: ratios to a limit measured in the same run, alternating, median of the rounds."""
