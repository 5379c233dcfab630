"""A class: one presenter's trace on everybody's screen, polls, and a board of who is where.

The presenter's cursor is the only thing that is pushed; the snapshot and the trace come by HTTP, where they can be
cached. `rooms` is a class inside this process, `exchange` what several processes say to each other about it, `store`
what outlives them, `socket` one client's connection.
"""
