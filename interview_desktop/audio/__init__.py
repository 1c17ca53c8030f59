"""Sound of the desktop: rings, streams, echo cancellation, recorder, player. No Qt, no asyncio."""
