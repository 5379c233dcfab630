"""CNI plugins: what puts a pod on the network."""
