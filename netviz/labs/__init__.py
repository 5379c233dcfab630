"""Labs: a text, a cluster and a task whose answer the engine knows (docs/writing-a-lab.md).

    folder -> files -> variant -> lab     -> world          -> answers
              texts    by seed    screens,   the cluster     what the engine says,
                                  checks     of a task       held against what was chosen or changed

Nothing in here knows Django; the site's pages are `netviz/labs_pages.py` and `netviz/labs_api.py`.
"""
