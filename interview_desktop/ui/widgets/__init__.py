"""Components of the look, one file each."""
