"""The yardstick of `server_requests`: the same API as a competent team would write it today.

FastAPI, Pydantic 2, SQLAlchemy 2's ORM with typed models, synchronous sessions in FastAPI's own
thread pool. What makes it fair: the same SQLite file with the same settings (WAL,
synchronous=FULL) and the same library, the same uvicorn with the same protocol and loop, the same
token checked by the same library and the user looked up at each request, the same answers
(`tests/server/test_peer.py` holds them against ours), and no middleware that ours has not.
"""
