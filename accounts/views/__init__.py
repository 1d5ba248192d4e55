"""Pages of staff about themselves: the second factor, one's own account, links from mails."""
