"""The site: it decodes a question, calls the simulator and encodes the answer."""
