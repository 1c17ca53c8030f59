"""Where secrets live: the system's keyring, or memory where there is none."""
