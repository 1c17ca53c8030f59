"""The server: the Interview API, its storage and the local interviewer."""
