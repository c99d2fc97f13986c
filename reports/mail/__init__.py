"""The mouth that speaks to inboxes: words of digests, letters as MIME, and the ways by which they leave."""
