"""The desk: a page in the reader's own browser over the same functions and the same files as the command line.

It holds no logic of its own: reading is `intake`'s, verdicts are `figures`', charts are `charts`'.
"""
