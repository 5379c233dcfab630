"""What becomes different between two states of a cluster: the same flows in both, compared.

Input: two clusters. Output: `Difference`s: how a flow ends, who answers, whom the server sees, which way it goes.
"""
