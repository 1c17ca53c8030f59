"""Qt-free logic of the screens."""
