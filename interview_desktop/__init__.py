"""The desktop app: practise case interviews out loud, listen again, review."""
