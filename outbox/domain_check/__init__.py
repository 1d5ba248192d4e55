"""Whether receivers can tell our mail from what only pretends to be ours: SPF, DKIM, DMARC and MX of our domain."""
