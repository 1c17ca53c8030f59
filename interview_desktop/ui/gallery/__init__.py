"""Every component and every state of every screen, for people and for the tests."""
