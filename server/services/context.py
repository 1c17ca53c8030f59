"""What every rule of the server works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from server.cases import Case, template_uuid
from server.config import Secrets, Settings
from server.signing import KeyRing
from server.storage.engine import Database
from server.storage.exports import ExportFiles
from server.storage.files import RecordingStore


@dataclass(frozen=True, slots=True)
class Context:
    """One server process: its database, its cases, its clock.

    `now` gives whole seconds since 1970. Thread: shared by every request, never changed.
    """

    settings: Settings
    secrets: Secrets = field(repr=False)
    database: Database
    files: RecordingStore
    cases: Mapping[str, Case]
    speech_ready: Mapping[str, bool]
    now: Callable[[], int]

    @property
    def signing_key(self) -> KeyRing:
        """The keys that sign and verify our tokens."""
        assert self.secrets.signing_key is not None  # the command line made one
        return self.secrets.signing_key

    @property
    def exports(self) -> ExportFiles:
        """The files of exports."""
        return ExportFiles(self.settings.data_dir / "exports")

    def case_of_template(self, template_id: str) -> Case | None:
        """The case with this template id."""
        for slug, case in self.cases.items():
            if str(template_uuid(slug)) == template_id:
                return case
        return None
