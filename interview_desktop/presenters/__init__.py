"""One file a screen: asks the net thread, fills the view, answers its signals."""
