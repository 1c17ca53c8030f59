"""The realtime session of a question: GA object, tools, instructions, and the contract's shape."""

from __future__ import annotations

from typing import Any

from server.cases import Case

EAGERNESS = "low"  # a case interview must not cut a thinking candidate off


def _tool(name: str, description: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "function",
        "name": name,
        "description": description,
        "parameters": {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        },
    }


TOOLS = [
    _tool("show_exhibit", "Show an exhibit to the candidate.", {"id": {"type": "string"}}),
    _tool(
        "heard_number",
        "Report the result that the candidate gave for the calculation.",
        {"text": {"type": "string"}, "value": {"type": "number"}, "unit": {"type": "string"}},
    ),
    _tool(
        "gave_hint",
        "Ask for the next hint of the ladder when the candidate wants one; speak its text.",
        {"level": {"type": "integer", "minimum": 1, "maximum": 5}},
    ),
    _tool("question_done", "The candidate has finished this question.", {}),
]


STYLES = {
    "interviewer-led": "You lead: ask the question, then probe until it is answered.",
    "candidate-led": (
        "The candidate leads: let them choose what to look at, ask what a figure is wanted for, "
        "and suggest no direction of your own."
    ),
}


def instructions(case: Case, number: int) -> str:
    """What the interviewer must know at question `number`, and nothing that scores it.

    The holder of a token can read this text: no answer key, no rubric, no hint, no fact of
    another question.
    """
    question = case.question(number)
    exhibits = [exhibit for exhibit in case.exhibits if exhibit.question <= number]
    facts = "\n".join(f"- {fact.topic}: {fact.answer}" for fact in case.clarifications)
    shown = "\n".join(f"- {exhibit.id}: {exhibit.spoken}" for exhibit in exhibits) or "- none"
    return (
        f"You are an expert case interviewer holding a {case.difficulty} "
        f"{case.case_type.replace('-', ' ')} case in the {case.industry} industry, "
        f"{case.format_style}. {STYLES[case.format_style]} Speak English, calmly and briefly. "
        "Never solve the case, never judge, never interrupt a candidate who is thinking.\n\n"
        f"The situation: {case.prompt.strip()}\n\n"
        f"Question {number} of 4: {question.prompt}\n\n"
        f"Tell these facts only when they are asked for:\n{facts}\n"
        f"For anything else say: {case.unknown_answer}\n\n"
        f"Exhibits you may show with show_exhibit:\n{shown}\n\n"
        "When a hint is wanted call gave_hint and speak what it returns. When a result is given "
        "call heard_number. When the candidate is done call question_done."
    )


def ga_session(case: Case, number: int, model: str, voice: str) -> dict[str, Any]:
    """The GA session object for question `number`."""
    return {
        "type": "realtime",
        "model": model,
        "instructions": instructions(case, number),
        "output_modalities": ["audio"],
        "max_output_tokens": "inf",
        "tools": TOOLS,
        "tool_choice": "auto",
        "audio": {
            "input": {
                "format": {"type": "audio/pcm", "rate": 24_000},
                "noise_reduction": None,
                "transcription": {"model": model, "language": "en"},
                "turn_detection": {
                    "type": "semantic_vad",
                    "eagerness": EAGERNESS,
                    "create_response": True,
                    "interrupt_response": True,
                },
            },
            "output": {
                "format": {"type": "audio/pcm", "rate": 24_000},
                "voice": voice,
                "speed": 1.0,
            },
        },
    }


def contract_session(
    *,
    session: dict[str, Any],
    token: str,
    expires_at: int,
    expires_at_iso: str,
    ttl_s: int,
    interview_id: str,
    user_id: str,
    question: int | None,
    connect_url: str,
) -> dict[str, Any]:
    """The contract's flat session token, with `session` and `connect` beside it.

    `question` is None for the token inside `credentials`, which the contract shows without one.
    """
    ending = "" if question is None else f"_{question}"
    flat: dict[str, Any] = {
        "id": f"sess_{interview_id}_{user_id}{ending}",
        "object": "realtime.session",
        "model": session["model"],
        "modalities": ["audio", "text"],
        "instructions": session["instructions"],
        "voice": session["audio"]["output"]["voice"],
        "input_audio_format": "pcm16",
        "output_audio_format": "pcm16",
        "input_audio_transcription": {"model": session["audio"]["input"]["transcription"]["model"]},
        "turn_detection": {
            "type": "server_vad",
            "threshold": 0.5,
            "prefix_padding_ms": 300,
            "silence_duration_ms": 200,
        },
        "tools": [],
        "tool_choice": "none",
        "temperature": 0.8,
        "max_response_output_tokens": "inf",
        "client_secret": {"value": token, "expires_at": expires_at},
        "interview_id": interview_id,
        "user_id": user_id,
    }
    if question is not None:
        flat["question_number"] = question
    flat |= {"expires_at": expires_at_iso, "ttl": ttl_s}
    flat["session"] = session
    flat["connect"] = {"url": connect_url, "protocol": "openai-ga"}
    return flat
