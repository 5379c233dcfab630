"""kube-proxy: Services to netfilter rules."""
