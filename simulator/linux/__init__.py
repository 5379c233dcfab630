"""Stage 4: the kernel's tables. Nouns, named after the tool that shows them; nothing here moves a packet."""
