"""The local interviewer: a GA Realtime peer that holds a case without a network."""
