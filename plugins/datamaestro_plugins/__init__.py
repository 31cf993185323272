"""The plugins that come with datamaestro, a folder each.

A folder's ``__init__`` holds its hooks and nothing else; the work is in the modules beside it.
"""
