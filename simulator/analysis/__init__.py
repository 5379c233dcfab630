"""Questions over traces: what was meant, why not, what would mend it."""
