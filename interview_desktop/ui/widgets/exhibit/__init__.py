"""Exhibits: a chart drawn by pyqtgraph, and the same figures as a table."""
