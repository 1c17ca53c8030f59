"""Queries on cases written on this server, and on the documents that interviews pin."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, true, update

from server.storage.tables import interviews
from server.storage.tables_review import template_versions, templates

_HAS_DOCUMENT = select(template_versions.c.version).where(
    template_versions.c.template_id == bindparam("template_id"),
    template_versions.c.version == bindparam("version"),
)
PUBLISHED, DRAFT, WITHDRAWN = "published", "draft", "withdrawn"


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A case of this server; `version` and `card` are those of its newest document."""

    id: str
    slug: str
    author_id: str | None
    status: str
    version: int
    card: str = field(repr=False)
    created_at: int
    updated_at: int


def find(connection: Connection, template_id: str) -> TemplateRow | None:
    """One case, whoever wrote it: the caller decides who may see it."""
    row = connection.execute(select(templates).where(templates.c.id == template_id)).first()
    return TemplateRow(**row._mapping) if row else None


def slug_taken(connection: Connection, slug: str) -> bool:
    """Whether a case of this server has this slug."""
    known = select(templates.c.id).where(templates.c.slug == slug)
    return connection.execute(known).first() is not None


def visible(
    connection: Connection, author_id: str | None, *, everybodys_drafts: bool
) -> list[TemplateRow]:
    """What is published, and the author's drafts, by slug."""
    mine = true() if everybodys_drafts else templates.c.author_id == author_id
    drafts = and_(templates.c.status == DRAFT, mine)
    rows = connection.execute(
        select(templates)
        .where(or_(templates.c.status == PUBLISHED, drafts))
        .order_by(templates.c.slug)
    )
    return [TemplateRow(**row._mapping) for row in rows]


def add(connection: Connection, row: TemplateRow) -> None:
    """Store a new case."""
    connection.execute(insert(templates), asdict(row))


def replace(connection: Connection, row: TemplateRow) -> None:
    """Store what has changed of a case."""
    connection.execute(
        update(templates)
        .where(templates.c.id == row.id)
        .values(
            slug=row.slug,
            status=row.status,
            version=row.version,
            card=row.card,
            updated_at=row.updated_at,
        )
    )


def remove(connection: Connection, template_id: str) -> None:
    """Delete a case; its documents are another matter: interviews may pin them."""
    connection.execute(delete(templates).where(templates.c.id == template_id))


def remove_documents(connection: Connection, template_id: str) -> None:
    """Delete every document of a case; the caller has checked that no interview pins one."""
    connection.execute(
        delete(template_versions).where(template_versions.c.template_id == template_id)
    )


def is_pinned(connection: Connection, template_id: str) -> bool:
    """Whether any interview practises or has practised this case."""
    known = select(interviews.c.id).where(interviews.c.template_id == template_id)
    return connection.execute(known.limit(1)).first() is not None


def document(connection: Connection, template_id: str, version: int) -> str | None:
    """The document of a version."""
    return connection.execute(
        select(template_versions.c.document).where(
            template_versions.c.template_id == template_id,
            template_versions.c.version == version,
        )
    ).scalar()


def has_document(connection: Connection, template_id: str, version: int) -> bool:
    """Whether the document of a version is kept."""
    wanted = {"template_id": template_id, "version": version}
    return connection.execute(_HAS_DOCUMENT, wanted).first() is not None


def versions(connection: Connection, template_id: str) -> list[tuple[int, int]]:
    """(version, when it was stored) of every document that is kept, newest first."""
    rows = connection.execute(
        select(template_versions.c.version, template_versions.c.created_at)
        .where(template_versions.c.template_id == template_id)
        .order_by(template_versions.c.version.desc())
    )
    return [(version, created_at) for version, created_at in rows]


def put_document(
    connection: Connection, template_id: str, version: int, text: str, now: int
) -> None:
    """Keep the document of a version, in place of an earlier one."""
    connection.execute(
        delete(template_versions).where(
            template_versions.c.template_id == template_id, template_versions.c.version == version
        )
    )
    connection.execute(
        insert(template_versions).values(
            template_id=template_id, version=version, document=text, created_at=now
        )
    )
