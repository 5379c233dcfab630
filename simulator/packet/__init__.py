"""Packets: the headers that the kernel reads and writes, as frozen values."""
