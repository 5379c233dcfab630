"""Ingress controllers and gateways: what the cluster says about HTTP, compiled to the tables of reverse proxies."""
