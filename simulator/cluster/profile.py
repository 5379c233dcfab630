"""The cluster profile: what manifests do not say (design section 5). Every key is a --set key."""
