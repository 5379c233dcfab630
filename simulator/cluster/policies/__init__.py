"""Network policies: what they say (model), how they are read, whom they mean (view), what they decide (decide)."""
