"""The WebRTC call: tracks, peer connection, signalling, session. No Qt."""
