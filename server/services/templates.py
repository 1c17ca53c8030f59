"""Cases: those that ship with the program, and those that coaches write on this server.

An interview pins the version it was started with: its document is kept, and no later version, of
the server's own or of the program, changes a room that is open or a debrief that was read.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import msgspec

from server.cases import Case, CaseError, checked_case, decoded, encoded, template_uuid
from server.errors import ApiError, bad_request, conflict, not_found
from server.services.access import (
    REVIEWERS,
    drafts_seen,
    practises_template,
    require_role,
    sees_template,
    writes_template,
)
from server.services.clock import iso
from server.services.context import Context
from server.services.template_cards import (
    Card,
    card_of,
    has_clips,
    kept_card,
    read_card,
    shown_card,
)
from server.storage import audit, templates
from server.storage.audit import Entry
from server.storage.engine import Connection
from server.storage.interviews import InterviewRow
from server.storage.templates import DRAFT, PUBLISHED, WITHDRAWN, TemplateRow
from server.storage.users import UserRow

NONE = "There is no such template."
# Cases kept decoded: what is practised on a server at one time.
DECODED = 32
# From where to where a status may go.
_ALLOWED = {(DRAFT, PUBLISHED), (PUBLISHED, WITHDRAWN), (WITHDRAWN, PUBLISHED)}
MAX_TOLD_CHARS = 300


@dataclass(frozen=True, slots=True)
class Template:
    """A case as somebody may see it; `row` is None for one that ships with the program."""

    id: str
    slug: str
    version: int
    card: Card
    row: TemplateRow | None

    @property
    def status(self) -> str:
        """draft, published or withdrawn."""
        return PUBLISHED if self.row is None else self.row.status


@dataclass(frozen=True, slots=True)
class Document:
    """A case as somebody sent it, and the language it is written in."""

    text: bytes
    written_in: Literal["JSON", "YAML"] = "JSON"


def etag(template: Template) -> str:
    """Document and status as an entity tag; the version alone names a document that ships."""
    return f'"{template.version}-{template.status}-{template.card.digest}"'


# -- what everything else asks ----------------------------------------------------------------


def to_start(
    context: Context, connection: Connection, user: UserRow, template_id: str
) -> Case | None:
    """The case that an interview of this user starts with now; its document is kept."""
    shipped = context.case_of_template(template_id)
    if shipped is not None:
        if not templates.has_document(connection, template_id, shipped.version):
            text = encoded(shipped).decode()
            templates.put_document(connection, template_id, shipped.version, text, context.now())
        return shipped
    row = templates.find(connection, template_id)
    if row is None or not practises_template(user, row):
        return None
    return _document(connection, template_id, row.version)


def may_start(context: Context, connection: Connection, user: UserRow, template_id: str) -> bool:
    """Whether this user could start an interview of this case now."""
    if context.case_of_template(template_id) is not None:
        return True
    row = templates.find(connection, template_id)
    return row is not None and practises_template(user, row)


def case_of(context: Context, connection: Connection, row: InterviewRow) -> Case:
    """The case of an interview, in the version that it pins.

    Raises:
        ApiError: 409 if the case was removed from this server.
    """
    shipped = context.case_of_template(row.template_id)
    if shipped is not None and shipped.version == row.template_version:
        return shipped
    kept = _document(connection, row.template_id, row.template_version)
    # Interviews of before documents were kept: the program's version is the only one there is.
    if kept is None and shipped is not None:
        return shipped
    if kept is None:
        raise conflict("The case of this interview is not on this server any more.")
    return kept


def title_of(context: Context, connection: Connection, template_id: str) -> str | None:
    """The title of a case as it is now; None if it is gone."""
    shipped = context.case_of_template(template_id)
    if shipped is not None:
        return shipped.title
    row = templates.find(connection, template_id)
    return None if row is None else read_card(row.card).title


# -- reading ------------------------------------------------------------------------------------


async def listed(context: Context, user: UserRow) -> list[Template]:
    """Every case that the user may practise, and their drafts; from short to long."""
    whose, everybodys = drafts_seen(user)

    def read(connection: Connection) -> list[Template]:
        rows = templates.visible(connection, whose, everybodys_drafts=everybodys)
        shipped = (_shipped(str(template_uuid(one.id)), one) for one in context.cases.values())
        found = [*shipped, *map(_written, rows)]
        return sorted(found, key=lambda one: (one.card.minutes, one.card.title))

    return await context.database.read(read)


async def get(context: Context, user: UserRow, template_id: str) -> Template:
    """One case that the user may see.

    Raises:
        ApiError: 404.
    """
    return await context.database.read(
        lambda connection: _visible(context, connection, user, template_id)
    )


async def document(
    context: Context, user: UserRow, template_id: str, version: int | None
) -> tuple[Template, str]:
    """(the case, the document of one of its versions), for coaches and administrators.

    Raises:
        ApiError: 403, 404.
    """
    require_role(user, *REVIEWERS)

    def read(connection: Connection) -> tuple[Template, str]:
        found = _visible(context, connection, user, template_id)
        wanted = version or found.version
        shipped = context.case_of_template(template_id)
        if shipped is not None and wanted == shipped.version:
            return found, encoded(shipped).decode()
        text = templates.document(connection, template_id, wanted)
        if text is None:
            raise not_found("There is no such version.")
        return found, text

    return await context.database.read(read)


async def versions(context: Context, user: UserRow, template_id: str) -> list[dict[str, Any]]:
    """The versions whose documents are kept, newest first, for coaches and administrators.

    Raises:
        ApiError: 403, 404.
    """
    require_role(user, *REVIEWERS)

    def read(connection: Connection) -> list[tuple[int, int]]:
        _visible(context, connection, user, template_id)
        return templates.versions(connection, template_id)

    rows = await context.database.read(read)
    return [{"version": version, "stored_at": iso(stored_at)} for version, stored_at in rows]


def shown(context: Context, template: Template) -> dict[str, Any]:
    """What a candidate may know before the interview. Blocks: looks for the sounds."""
    card = template.card
    ready = (
        context.speech_ready[template.slug] if template.row is None else has_clips(template.card)
    )
    return {
        "id": template.id,
        "slug": template.slug,
        "version": template.version,
        **shown_card(card),
        "speech": "ready" if ready else "missing",
        "status": template.status,
    }


# -- writing ------------------------------------------------------------------------------------


async def create(context: Context, user: UserRow, document: Document) -> Template:
    """Store a new case as a draft, version 1.

    Raises:
        ApiError: 403, 400 for a document that breaks a rule, 409 for a slug that is taken.
    """
    require_role(user, *REVIEWERS)
    case = _as_version(await _checked(document), 1)
    now = context.now()
    row = TemplateRow(str(uuid.uuid4()), case.id, user.id, DRAFT, 1, kept_card(case), now, now)

    def change(connection: Connection) -> Template:
        _check_slug(context, connection, case.id)
        templates.add(connection, row)
        templates.put_document(connection, row.id, 1, encoded(case).decode(), now)
        audit.add(connection, Entry("template.create", user.id, user.id, target=row.id), now)
        return _written(row)

    return await context.database.write(change)


async def change(
    context: Context,
    user: UserRow,
    template_id: str,
    document: Document | None,
    status: str | None,
    if_match: frozenset[str] | None,
) -> Template:
    """Change document, status or both; a changed document of a published case is a new version.

    Raises:
        ApiError: 403, 404, 400, 409 for a status that cannot be or a slug that is taken, 412.
    """
    require_role(user, *REVIEWERS)
    case = None if document is None else await _checked(document)
    now = context.now()

    def apply(connection: Connection) -> Template:
        before = _editable(context, connection, user, template_id)
        if if_match is not None and not if_match & {"*", etag(_written(before))}:
            raise ApiError(412, "The template has changed meanwhile: read it again.")
        row = before
        if status is not None and status != row.status:
            if (row.status, status) not in _ALLOWED:
                raise conflict(f"A template that is {row.status} cannot become {status}.")
            row = replace(row, status=status)
        if case is not None:
            row = _with_document(context, connection, before.status, row, case)
        if row == before:
            return _written(before)
        row = replace(row, updated_at=now)
        templates.replace(connection, row)
        audit.add(connection, Entry("template.change", user.id, user.id, target=row.id), now)
        return _written(row)

    return await context.database.write(apply)


def _with_document(
    context: Context, connection: Connection, status: str, row: TemplateRow, case: Case
) -> TemplateRow:
    """`row` with another document, which is stored; the same row for the same document."""
    if kept_card(_as_version(case, row.version)) == row.card:
        return row
    if case.id != row.slug:
        _check_slug(context, connection, case.id)
    # What somebody may be practising, or has practised, stays as it is.
    kept = status != DRAFT or templates.is_pinned(connection, row.id)
    new = _as_version(case, row.version + 1 if kept else row.version)
    templates.put_document(connection, row.id, new.version, encoded(new).decode(), context.now())
    return replace(row, slug=new.id, version=new.version, card=kept_card(new))


async def remove(context: Context, user: UserRow, template_id: str) -> None:
    """Delete a draft; withdraw what was published, whose versions interviews pin.

    Raises:
        ApiError: 403, 404, 409 for one that ships with the program.
    """
    require_role(user, *REVIEWERS)
    now = context.now()

    def apply(connection: Connection) -> None:
        row = _editable(context, connection, user, template_id)
        if row.status == WITHDRAWN:
            raise not_found(NONE)
        if row.status == PUBLISHED:
            templates.replace(connection, replace(row, status=WITHDRAWN, updated_at=now))
        else:
            templates.remove(connection, template_id)
            # Its author may have tried it: that interview keeps its case.
            if not templates.is_pinned(connection, template_id):
                templates.remove_documents(connection, template_id)
        audit.add(connection, Entry("template.delete", user.id, user.id, target=template_id), now)

    await context.database.write(apply)


# -- helpers ------------------------------------------------------------------------------------


def _as_version(case: Case, version: int) -> Case:
    """`case` as that version: the server counts, whatever the document says."""
    return case if case.version == version else msgspec.structs.replace(case, version=version)


def _shipped(template_id: str, case: Case) -> Template:
    return Template(template_id, case.id, case.version, card_of(case), None)


def _written(row: TemplateRow) -> Template:
    return Template(row.id, row.slug, row.version, read_card(row.card), row)


def _visible(context: Context, connection: Connection, user: UserRow, template_id: str) -> Template:
    shipped = context.case_of_template(template_id)
    if shipped is not None:
        return _shipped(template_id, shipped)
    row = templates.find(connection, template_id)
    if row is None or not sees_template(user, row):
        raise not_found(NONE)
    return _written(row)


def _editable(
    context: Context, connection: Connection, user: UserRow, template_id: str
) -> TemplateRow:
    if context.case_of_template(template_id) is not None:
        raise conflict("This case ships with the program: copy its document into a new one.")
    row = templates.find(connection, template_id)
    if row is None or not writes_template(user, row):
        raise not_found(NONE)
    return row


def _check_slug(context: Context, connection: Connection, slug: str) -> None:
    if slug in context.cases or templates.slug_taken(connection, slug):
        raise conflict("There is a template with this id already.")


async def _checked(document: Document) -> Case:
    """The case, checked beside the event loop.

    Raises:
        ApiError: 400 with the place and the reason, neither longer than anybody reads.
    """
    try:
        return await asyncio.to_thread(checked_case, document.text, written_in=document.written_in)
    except CaseError as error:
        told = f"{_short(error.key)}: {_short(error.reason)}"
        raise bad_request(f"The case cannot be used: {told}.") from None


def _short(text: str) -> str:
    return text if len(text) <= MAX_TOLD_CHARS else f"{text[:MAX_TOLD_CHARS]}…"


def _document(connection: Connection, template_id: str, version: int) -> Case | None:
    text = templates.document(connection, template_id, version)
    return None if text is None else _decoded(text)


@lru_cache(DECODED)
def _decoded(text: str) -> Case:
    return decoded(text)
