"""Pure rules of the desktop: standard library only, no clock, no thread, no I/O."""
