"""Windows: theme, widgets, view models, views. Nothing here waits for a network or a disk."""
