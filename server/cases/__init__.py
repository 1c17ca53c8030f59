"""Case files: the strict loader, its rules, and the check of a number that was said."""

from server.cases.check import NumberCheck, check_number
from server.cases.loader import (
    CaseError,
    checked_case,
    decoded,
    encoded,
    load_case,
    load_cases,
    template_uuid,
)
from server.cases.model import Case, Exhibit, Numeric, Question
from server.cases.speech import clip_key, speech_ready, spoken_lines

__all__ = [
    "Case",
    "CaseError",
    "Exhibit",
    "NumberCheck",
    "Numeric",
    "Question",
    "check_number",
    "checked_case",
    "clip_key",
    "decoded",
    "encoded",
    "load_case",
    "load_cases",
    "speech_ready",
    "spoken_lines",
    "template_uuid",
]
