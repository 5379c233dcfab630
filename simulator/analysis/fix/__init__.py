"""What would mend a flow: changes to the manifests, each tried in the engine before it is offered.

Input: the manifests and the flow that fails. Output: `Fix`es with their patch and every other flow that they change.
"""
