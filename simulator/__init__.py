"""NetViz engine: manifests in, packet traces out."""
