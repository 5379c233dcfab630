"""Stage 1: YAML and JSON text to typed objects that know their file and line."""
