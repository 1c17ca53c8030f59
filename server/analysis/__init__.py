"""Figures computed from what was stored of an interview; pure, no database."""
