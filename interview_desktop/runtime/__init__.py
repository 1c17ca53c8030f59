"""Threads and processes: the net thread, the Qt bridge, the bundled server."""
