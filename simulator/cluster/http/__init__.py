"""Ingress and Gateway API as the API server would hold them, and the status that their controllers would write."""
