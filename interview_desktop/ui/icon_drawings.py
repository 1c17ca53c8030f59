"""The icons' drawings: SVG elements on a grid of 20, drawn for this app."""

from __future__ import annotations


def _arc_back(turn: str) -> str:
    arc = '<path d="M5 6.2A6.6 6.6 0 1 1 3.6 12"/><path d="M4.6 2.8v3.6h3.6"/>'
    return f'<g transform="{turn}">{arc}</g>'


_FIVE = (
    '<path d="M11.6 8.6H9.1l-.3 2.1c.3-.2.7-.3 1.1-.3a1.6 1.6 0 0 1 0 3.2c-.6 0-1.1-.3-1.4-.7"/>'
)
_CIRCLE = '<circle cx="10" cy="10" r="7"/>'
_SPEAKER = '<path d="M3.5 8v4h2.7l3.8 3V5L6.2 8z"/>'
_MIC = (
    '<rect x="7.5" y="2.5" width="5" height="9" rx="2.5"/>'
    '<path d="M4.5 9.5a5.5 5.5 0 0 0 11 0M10 15v2.5"/>'
)
_DOTS = "".join(
    f'<circle cx="{x}" cy="10" r="1.1" fill="currentColor" stroke="none"/>' for x in (4.5, 10, 15.5)
)

DRAWINGS: dict[str, str] = {
    "home": '<path d="M3 9.2 10 3.2l7 6M4.8 8v8.6h10.4V8M8.2 16.6v-4.4h3.6v4.4"/>',
    "cases": (
        '<path d="M5.2 3.2h9.6M4.2 5.6h11.6"/><rect x="3" y="8" width="14" height="9" rx="1.8"/>'
        '<path d="M8 11.2h4"/>'
    ),
    "sessions": '<path d="M2.6 9v2M5.6 7v6M8.5 3.6v12.8M11.5 5.6v8.8M14.4 7.6v4.8M17.4 9v2"/>',
    "progress": '<path d="M3 3v14h14M6 12.6l3.2-3.6 2.6 2.2L16.4 6"/>',
    "coach": (
        '<circle cx="7.4" cy="7" r="2.9"/><path d="M2.4 16.6c.3-3 2.3-4.7 5-4.7s4.7 1.7 5 4.7"/>'
        '<path d="M12.6 4.3a2.7 2.7 0 0 1 0 5.3M14.4 12.3c1.9.5 3 2.1 3.2 4.3"/>'
    ),
    "person": (
        '<circle cx="10" cy="6.8" r="3.3"/>'
        '<path d="M3.8 17c.4-3.5 2.8-5.3 6.2-5.3s5.8 1.8 6.2 5.3"/>'
    ),
    "calendar": (
        '<rect x="3" y="4.2" width="14" height="12.8" rx="2"/>'
        '<path d="M3 8.2h14M6.8 2.6v3M13.2 2.6v3"/>'
    ),
    "settings": (
        '<path d="M2.8 6.2h8M15.4 6.2h1.8M2.8 13.8h1.8M9.2 13.8h8"/>'
        '<circle cx="13.1" cy="6.2" r="2.1"/><circle cx="6.9" cy="13.8" r="2.1"/>'
    ),
    "mic": _MIC,
    "mic-off": _MIC + '<path d="M3 3l14 14"/>',
    "speaker": _SPEAKER + '<path d="M12.8 7.4a3.7 3.7 0 0 1 0 5.2M15 5.2a6.8 6.8 0 0 1 0 9.6"/>',
    "headphones": (
        '<path d="M3.2 13.6V10.4a6.8 6.8 0 0 1 13.6 0v3.2"/>'
        '<rect x="3.2" y="11.4" width="3.2" height="5.2" rx="1.4"/>'
        '<rect x="13.6" y="11.4" width="3.2" height="5.2" rx="1.4"/>'
    ),
    "network": '<path d="M3.4 16.4v-1.6M7.8 16.4v-4.4M12.2 16.4V8.6M16.6 16.4V3.8"/>',
    "disk": (
        '<path d="M5.4 4.4h9.2l2.6 6.8v3.2a1.4 1.4 0 0 1-1.4 1.4H4.2a1.4 1.4 0 0 '
        '1-1.4-1.4v-3.2z"/>'
        '<path d="M2.8 11.2h14.4M13.6 13.5h.8"/>'
    ),
    "key": (
        '<circle cx="6.6" cy="13.4" r="3.4"/>'
        '<path d="M9 11l7.6-7.6M13.2 6.8l2.6 2.6M11 9l1.6 1.6"/>'
    ),
    "lock": (
        '<rect x="4.2" y="9" width="11.6" height="8" rx="2"/>'
        '<path d="M6.8 9V6.4a3.2 3.2 0 0 1 6.4 0V9"/>'
    ),
    "think": (
        '<path d="M5 2.8h10M5 17.2h10M6.2 2.8v2.6c0 2.2 3.8 3.2 3.8 4.6s-3.8 2.4-3.8 4.6v2.6"/>'
        '<path d="M13.8 2.8v2.6c0 2.2-3.8 3.2-3.8 4.6s3.8 2.4 3.8 4.6v2.6"/>'
    ),
    "hint": (
        '<path d="M7.6 13.8c0-1.7-2.6-2.8-2.6-6a5 5 0 0 1 10 0c0 3.2-2.6 4.3-2.6 6z"/>'
        '<path d="M7.8 16.3h4.4M9 18.2h2"/>'
    ),
    "repeat": (
        '<path d="M16.2 8.2A6.6 6.6 0 0 0 4 7.4M3.8 11.8A6.6 6.6 0 0 0 16 12.6"/>'
        '<path d="M3.6 3.6v4h4M16.4 16.4v-4h-4"/>'
    ),
    "exhibit": '<path d="M3 17h14M5.4 16.8V11M10 16.8V4M14.6 16.8V8"/>',
    "check": '<path d="M4.4 10.6 8.2 14.2 15.8 6"/>',
    "check-circle": _CIRCLE + '<path d="M6.9 10.3 9.1 12.4 13.2 7.8"/>',
    "warning": '<path d="M10 3.4 17.4 16.4H2.6z"/><path d="M10 8.2v3.8M10 14v.1"/>',
    "error-circle": _CIRCLE + '<path d="M7.6 7.6l4.8 4.8M12.4 7.6l-4.8 4.8"/>',
    "info": _CIRCLE + '<path d="M10 9.4v4M10 6.6v.1"/>',
    "end": '<rect x="4.4" y="4.4" width="11.2" height="11.2" rx="2.6"/>',
    "play": (
        '<path d="M6 3.9v12.2a.6.6 0 0 0 .9.5l9.8-6.1a.6.6 0 0 0 0-1L6.9 3.4a.6.6 0 0 '
        '0-.9.5z" fill="currentColor" stroke="none"/>'
    ),
    "pause": '<path d="M7 4.4v11.2M13 4.4v11.2"/>',
    "back-5": _arc_back("rotate(0)") + _FIVE,
    "forward-5": _arc_back("matrix(-1 0 0 1 20 0)") + _FIVE,
    "previous": '<path d="M15 4.6v10.8L7.2 10zM4.8 4.6v10.8"/>',
    "next": '<path d="M5 4.6v10.8L12.8 10zM15.2 4.6v10.8"/>',
    "chevron-down": '<path d="M5.6 8 10 12.4 14.4 8"/>',
    "chevron-left": '<path d="M12 5.6 7.6 10 12 14.4"/>',
    "chevron-right": '<path d="M8 5.6 12.4 10 8 14.4"/>',
    "arrow-left": '<path d="M16.4 10H3.6M8.6 4.8 3.4 10l5.2 5.2"/>',
    "arrow-up": '<path d="M10 16.4V3.6M4.8 8.6 10 3.4l5.2 5.2"/>',
    "search": '<circle cx="8.8" cy="8.8" r="5.3"/><path d="M12.8 12.8 17 17"/>',
    "clock": _CIRCLE + '<path d="M10 6v4.2l2.7 1.7"/>',
    "comment": (
        '<path d="M4.6 3.6h10.8a1.6 1.6 0 0 1 1.6 1.6v7a1.6 1.6 0 0 1-1.6 1.6H9.4L5.8 '
        '17v-3.2H4.6A1.6 1.6 0 0 1 3 12.2v-7a1.6 1.6 0 0 1 1.6-1.6z"/>'
    ),
    "loop": (
        '<path d="M3.4 9.6a4 4 0 0 1 4-4h8.8M16.6 10.4a4 4 0 0 1-4 4H3.8"/>'
        '<path d="M13.8 3l2.8 2.6-2.8 2.6M6.2 17l-2.8-2.6 2.8-2.6"/>'
    ),
    "skip-silence": (
        '<path d="M2.8 8v4M5.4 5.6v8.8M14.6 5.6v8.8M17.2 8v4M8 10h.1M10 10h.1M12 10h.1"/>'
    ),
    "file": (
        '<path d="M5.8 2.8h5.6l4 4v9.2a1.2 1.2 0 0 1-1.2 1.2H5.8a1.2 1.2 0 0 '
        '1-1.2-1.2V4a1.2 1.2 0 0 1 1.2-1.2z"/><path d="M11.2 2.8V7h4.2"/>'
    ),
    "plus": '<path d="M10 4v12M4 10h12"/>',
    "close": '<path d="M5 5l10 10M15 5 5 15"/>',
    "more": _DOTS,
}
