"""The client of the Interview API. No Qt."""
