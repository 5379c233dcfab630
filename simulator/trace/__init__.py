"""Stage 6: the walk told as a story: flows, legs, traces, narration and what real tools would print."""
