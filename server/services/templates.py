"""Cases: those that ship with the program, and those that coaches write on this server.

An interview pins the version it was started with: its document is kept, and no later version, of
the server's own or of the program, changes a room that is open or a debrief that was read.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import msgspec

from server.cases import (
    Case,
    CaseError,
    checked_case,
    decoded,
    encoded,
    speech_ready,
    template_uuid,
)
from server.config import ASSETS
from server.errors import ApiError, bad_request, conflict, not_found
from server.services.access import ADMIN, REVIEWERS, require_role
from server.services.clock import iso
from server.services.context import Context
from server.storage import audit, templates
from server.storage.audit import Entry
from server.storage.engine import Connection
from server.storage.interviews import InterviewRow
from server.storage.templates import DRAFT, PUBLISHED, WITHDRAWN, TemplateRow
from server.storage.users import UserRow

NONE = "There is no such template."
DOCUMENTS = 32
# From where to where a status may go.
_ALLOWED = {(DRAFT, PUBLISHED), (PUBLISHED, WITHDRAWN), (WITHDRAWN, PUBLISHED)}


@dataclass(frozen=True, slots=True)
class Template:
    """A case as somebody may see it; `row` is None for one that ships with the program."""

    id: str
    case: Case
    row: TemplateRow | None

    @property
    def status(self) -> str:
        """draft, published or withdrawn."""
        return PUBLISHED if self.row is None else self.row.status


def etag(template: Template) -> str:
    """Document and status as an entity tag."""
    return f'"{template.case.version}-{template.status}"'


# -- what everything else asks ----------------------------------------------------------------


def to_start(
    context: Context, connection: Connection, user: UserRow, template_id: str
) -> Case | None:
    """The case that an interview of this user may be started with now; its document is kept."""
    shipped = context.case_of_template(template_id)
    if shipped is not None:
        if not templates.has_document(connection, template_id, shipped.version):
            text = encoded(shipped).decode()
            templates.put_document(connection, template_id, shipped.version, text, context.now())
        return shipped
    row = templates.find(connection, template_id)
    if row is None or not (row.status == PUBLISHED or _is_own_draft(row, user)):
        return None
    return _document(connection, template_id, row.version)


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


def newest(context: Context, connection: Connection, template_id: str) -> Case | None:
    """The newest version of a case, for its title; None if it is gone."""
    shipped = context.case_of_template(template_id)
    if shipped is not None:
        return shipped
    row = templates.find(connection, template_id)
    return None if row is None else _document(connection, template_id, row.version)


# -- reading ------------------------------------------------------------------------------------


async def listed(context: Context, user: UserRow) -> list[Template]:
    """Every case that the user may practise, and their drafts; from short to long."""
    rows = await context.database.read(
        lambda connection: templates.visible(
            connection, user.id, everybodys_drafts=user.role == ADMIN
        )
    )
    shipped = [Template(str(template_uuid(one.id)), one, None) for one in context.cases.values()]
    written = [Template(row.id, _decoded(document), row) for row, document in rows]
    return sorted(shipped + written, key=lambda one: (one.case.minutes, one.case.title))


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
        if version is None or version == found.case.version:
            return found, encoded(found.case).decode()
        text = templates.document(connection, template_id, version)
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


def card(context: Context, template: Template) -> dict[str, Any]:
    """What a candidate may know before the interview: no facts, no answers, no hints."""
    case = template.case
    return {
        "id": template.id,
        "slug": case.id,
        "version": case.version,
        "title": case.title,
        "case_type": case.case_type,
        "industry": case.industry,
        "difficulty": case.difficulty,
        "format_style": case.format_style,
        "minutes": case.minutes,
        "language": case.language,
        "summary": case.summary,
        "speech": "ready" if _speech(context, template) else "missing",
        "status": template.status,
    }


# -- writing ------------------------------------------------------------------------------------


async def create(context: Context, user: UserRow, body: bytes) -> Template:
    """Store a new case as a draft, version 1.

    Raises:
        ApiError: 403, 400 for a document that breaks a rule, 409 for a slug that is taken.
    """
    require_role(user, *REVIEWERS)
    case = replace_version(_checked(body), 1)
    now = context.now()
    row = TemplateRow(str(uuid.uuid4()), case.id, user.id, DRAFT, 1, now, now)

    def change(connection: Connection) -> Template:
        _check_slug(context, connection, case.id)
        templates.add(connection, row)
        templates.put_document(connection, row.id, 1, encoded(case).decode(), now)
        audit.add(connection, Entry("template.create", user.id, user.id, target=row.id), now)
        return Template(row.id, case, row)

    return await context.database.write(change)


async def change(
    context: Context,
    user: UserRow,
    template_id: str,
    body: bytes | None,
    status: str | None,
    if_match: frozenset[str] | None,
) -> Template:
    """Change document, status or both; a changed document of a published case is a new version.

    Raises:
        ApiError: 403, 404, 400, 409 for a status that cannot be or a slug that is taken, 412.
    """
    require_role(user, *REVIEWERS)
    new_case = None if body is None else _checked(body)
    now = context.now()

    def apply(connection: Connection) -> Template:
        before = _editable(context, connection, user, template_id)
        assert before.row is not None
        if if_match is not None and not if_match & {"*", etag(before)}:
            raise ApiError(412, "The template has changed meanwhile: read it again.")
        row, case = before.row, before.case
        if status is not None and status != row.status:
            if (row.status, status) not in _ALLOWED:
                raise conflict(f"A template that is {row.status} cannot become {status}.")
            row = replace(row, status=status)
        if new_case is not None and replace_version(new_case, case.version) != case:
            if new_case.id != case.id:
                _check_slug(context, connection, new_case.id)
            # What somebody may be practising, or has practised, stays as it is.
            kept = before.row.status != DRAFT or templates.is_pinned(connection, row.id)
            version = row.version + 1 if kept else row.version
            case = replace_version(new_case, version)
            row = replace(row, slug=case.id, version=version)
            templates.put_document(connection, row.id, version, encoded(case).decode(), now)
        if row == before.row and case == before.case:
            return before
        row = replace(row, updated_at=now)
        templates.replace(connection, row)
        audit.add(connection, Entry("template.change", user.id, user.id, target=row.id), now)
        return Template(row.id, case, row)

    return await context.database.write(apply)


async def remove(context: Context, user: UserRow, template_id: str) -> None:
    """Delete a case that nobody has practised; withdraw one that somebody has.

    Raises:
        ApiError: 403, 404, 409 for one that ships with the program.
    """
    require_role(user, *REVIEWERS)
    now = context.now()

    def apply(connection: Connection) -> None:
        found = _editable(context, connection, user, template_id)
        assert found.row is not None
        if found.row.status == WITHDRAWN:
            raise not_found(NONE)
        if templates.is_pinned(connection, template_id):
            templates.replace(connection, replace(found.row, status=WITHDRAWN, updated_at=now))
        else:
            templates.remove(connection, template_id)
        audit.add(connection, Entry("template.delete", user.id, user.id, target=template_id), now)

    await context.database.write(apply)


def replace_version(case: Case, version: int) -> Case:
    """`case` as that version: the server counts, whatever the document says."""
    return case if case.version == version else msgspec.structs.replace(case, version=version)


# -- helpers ------------------------------------------------------------------------------------


def _is_own_draft(row: TemplateRow, user: UserRow) -> bool:
    return row.status == DRAFT and (row.author_id == user.id or user.role == ADMIN)


def _visible(context: Context, connection: Connection, user: UserRow, template_id: str) -> Template:
    shipped = context.case_of_template(template_id)
    if shipped is not None:
        return Template(template_id, shipped, None)
    row = templates.find(connection, template_id)
    mine = row is not None and (row.author_id == user.id or user.role == ADMIN)
    if row is None or not (row.status == PUBLISHED or (mine and user.role in REVIEWERS)):
        raise not_found(NONE)
    case = _document(connection, row.id, row.version)
    assert case is not None  # stored in the same transaction
    return Template(row.id, case, row)


def _editable(
    context: Context, connection: Connection, user: UserRow, template_id: str
) -> Template:
    found = _visible(context, connection, user, template_id)
    if found.row is None:
        raise conflict("This case ships with the program: copy its document into a new one.")
    if found.row.author_id != user.id and user.role != ADMIN:
        raise not_found(NONE)
    return found


def _check_slug(context: Context, connection: Connection, slug: str) -> None:
    if slug in context.cases or templates.slug_taken(connection, slug):
        raise conflict("There is a template with this id already.")


def _checked(body: bytes) -> Case:
    try:
        return checked_case(body)
    except CaseError as error:
        raise bad_request(f"The case cannot be used: {error.key}: {error.reason}.") from None


def _document(connection: Connection, template_id: str, version: int) -> Case | None:
    text = templates.document(connection, template_id, version)
    return None if text is None else _decoded(text)


@lru_cache(DOCUMENTS)
def _decoded(text: str) -> Case:
    return decoded(text)


def _speech(context: Context, template: Template) -> bool:
    if template.row is None:
        return context.speech_ready[template.case.id]
    # Nothing renders what coaches write yet; a copy of a shipped case finds its clips.
    return _has_clips(encoded(template.case))


@lru_cache(DOCUMENTS)
def _has_clips(document: bytes) -> bool:
    return speech_ready(decoded(document), ASSETS / "speech")
