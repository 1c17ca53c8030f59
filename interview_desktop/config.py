"""Where the app keeps its files, and the few settings that are read before anything starts."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

APP_NAME = "Interview Practice"
APP_VERSION = "0.1.0"
DATA_DIR_VARIABLE = "INTERVIEW_DATA_DIR"


@dataclass(frozen=True, slots=True)
class AppPaths:
    """The folders of one user's data; none of them is shared between users."""

    data: Path

    @property
    def server(self) -> Path:
        """The bundled server's own folder: database and received recordings."""
        return self.data / "server"

    @property
    def recordings(self) -> Path:
        """Recordings made here, one folder an interview, one below it for each part."""
        return self.data / "recordings"

    @property
    def journals(self) -> Path:
        """What was said, noted and happened, a file an interview, until the server has it all."""
        return self.data / "journals"

    @property
    def logs(self) -> Path:
        """Log files; they never hold a secret."""
        return self.data / "logs"

    @property
    def cache(self) -> Path:
        """Copies of remote recordings for playback; may be deleted at any time."""
        return self.data / "cache"

    def create(self) -> AppPaths:
        """Make the folders, readable by this user only, and return self."""
        own = (self.server, self.recordings, self.journals, self.logs, self.cache)
        for folder in (self.data, *own):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self


def app_paths(data_dir: Path | None = None) -> AppPaths:
    """The app's folders: the one given, else `INTERVIEW_DATA_DIR`, else the system's place."""
    if data_dir is None:
        chosen = os.environ.get(DATA_DIR_VARIABLE)
        if chosen:
            data_dir = Path(chosen)
        else:
            # Imported here: a rehearsal with its own folder never needs it.
            from platformdirs import user_data_path  # noqa: PLC0415

            data_dir = user_data_path("interview-practice", appauthor=False)
    return AppPaths(data_dir.absolute())
