"""The interviewer's sound on its way to the loudspeaker."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from interview_desktop.audio.playout import CAPACITY_FRAMES, START_FRAMES, Playout

BLOCK = 480
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 20_000)),
        st.tuples(st.just("take"), st.integers(1, 60)),
        st.tuples(st.just("flush"), st.just(0)),
    ),
    max_size=25,
)


class Model:
    """What a bounded queue with a start threshold gives."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.queue: list[int] = []
        self.held = 0  # flushed frames keep their place until the next block
        self.running = False
        self.underruns = 0
        self.overruns = 0

    def put(self, frames: list[int]) -> None:
        taken = frames[: self.capacity - self.held - len(self.queue)]
        self.overruns += len(taken) < len(frames)
        self.queue += taken

    def flush(self) -> None:
        self.held += len(self.queue)
        self.queue, self.running = [], False

    def take(self) -> list[int]:
        if not self.running and len(self.queue) < START_FRAMES:
            return [0] * BLOCK
        block, self.queue = self.queue[:BLOCK], self.queue[BLOCK:]
        self.held = 0
        self.running = len(block) == BLOCK
        self.underruns += not self.running
        return block + [0] * (BLOCK - len(block))


@given(OPERATIONS)
def test_sound_comes_out_in_order_bounded_and_counted(operations: list[tuple[str, int]]) -> None:
    playout, counter = Playout(), 0
    model = Model(playout._ring.capacity)
    assert model.capacity >= CAPACITY_FRAMES
    out = np.empty(BLOCK, dtype=np.int16)
    for name, size in operations:
        if name == "put":
            frames = [(counter + index) % 30_000 + 1 for index in range(size)]
            counter += size
            playout.put(np.array(frames, dtype=np.int16).tobytes())
            model.put(frames)
        elif name == "flush":
            playout.flush()
            model.flush()
        else:
            for _ in range(size):
                playout.take_into(out)
                assert out.tolist() == model.take()
        assert len(playout._ring) == len(model.queue) <= model.capacity
        assert (playout.underruns, playout.overruns) == (model.underruns, model.overruns)


@given(st.integers(START_FRAMES, 20_000), st.integers(0, 5), st.integers(0, 3))
def test_a_flush_is_silent_from_the_next_block_on_and_no_underrun(
    before: int, blocks: int, flushes: int
) -> None:
    playout = Playout()
    out = np.empty(BLOCK, dtype=np.int16)
    playout.put(np.ones(before, dtype=np.int16).tobytes())
    for _ in range(min(blocks, before // BLOCK)):
        playout.take_into(out)
    for _ in range(flushes + 1):
        playout.flush()
    for _ in range(3):
        playout.take_into(out)
        assert not out.any()
    assert playout.underruns == 0
    # What comes afterwards is heard from its beginning.
    playout.put(np.full(START_FRAMES, 7, dtype=np.int16).tobytes())
    playout.take_into(out)
    assert (out == 7).all()
