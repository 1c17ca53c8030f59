"""Settings: look, sound, what holds in the room, privacy, about; every change holds at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from interview_desktop.domain.devices import Device, DeviceKind
from interview_desktop.domain.settings import Settings
from interview_desktop.ui.layout import Layout
from interview_desktop.ui.view_models.devices import SYSTEM, device_choices
from interview_desktop.ui.view_models.settings import (
    APPEARANCE_WORDS,
    APPEARANCES,
    KEYS,
    PROCESSING_WORDS,
    PROCESSINGS,
    TEXT_SIZES,
    AboutModel,
)
from interview_desktop.ui.views.settings_parts import Folded, Keys, Section, SettingRow
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.combo import Combo
from interview_desktop.ui.widgets.page import Page
from interview_desktop.ui.widgets.segmented import Segmented
from interview_desktop.ui.widgets.switch import Switch
from interview_desktop.ui.widgets.text import Text


class SettingsView(Page):
    """The page. What it shows is what `show_settings` said last; a change is only told.

    Signals:
        changed: name of a field of `Settings`, and its new value.
        check: the check of microphone and loudspeaker is wanted.
        open_data_folder: the folder is to be shown.

    Thread: the window's thread.
    """

    changed = Signal(str, object)
    check = Signal()
    open_data_folder = Signal()
    head_gap = (36, 26)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Settings")
        self._settings = Settings()
        self._devices: dict[DeviceKind, tuple[Device, ...]] = {"microphone": (), "loudspeaker": ()}
        self.head.addWidget(Text("Settings", "display"))
        self._sections: list[Section] = []
        self._switches: dict[str, Switch] = {}
        self._make_appearance()
        self._make_sound()
        self._make_room()
        self._make_privacy()
        self._make_about()
        self.show_settings(self._settings)
        self.show_content()

    def show_settings(self, settings: Settings) -> None:
        """Show these choices."""
        self._settings = settings
        self._appearance.set_value(settings.appearance)
        self._appearance_row.tell(APPEARANCE_WORDS[settings.appearance])
        self._text_size.set_value(str(settings.text_size))
        self._processing.set_value(settings.processing)
        self._processing_row.tell(PROCESSING_WORDS[settings.processing])
        self._switches["push_to_talk"].setChecked(settings.push_to_talk)
        self._switches["single_keys"].setChecked(settings.single_keys)
        self._switches["announce_captions"].setChecked(settings.announce_captions)
        self._switches["preflight_skip"].setChecked(not settings.preflight_skip)
        self._keys.setEnabled(settings.single_keys)
        self._show_devices()

    def show_devices(self, microphones: Sequence[Device], loudspeakers: Sequence[Device]) -> None:
        """Offer these devices; the settings say which one is chosen."""
        self._devices = {"microphone": tuple(microphones), "loudspeaker": tuple(loudspeakers)}
        self._show_devices()

    def show_about(self, about: AboutModel) -> None:
        """Say which version it is, where things are kept and what is built in."""
        self._version.tell(f"Version {about.version}")
        self._kept.tell(
            f"Recordings, transcripts, notes and these settings are kept in {about.data_folder}."
        )
        self._licences.show_pairs(about.licences)

    def unfold_licences(self) -> None:
        """Show the licences of what is built in."""
        self._licences.unfold(True)

    def fit(self, layout: Layout) -> None:
        """Names of sections beside their rows, or above them."""
        for section in self._sections:
            section.fit(wide=layout.wide)

    # -- sections --------------------------------------------------------------------------------

    def _make_appearance(self) -> None:
        section = self._section("Appearance")
        self._appearance = Segmented("Appearance", APPEARANCES)
        self._appearance.changed.connect(lambda value: self._tell("appearance", value))
        self._appearance_row = SettingRow("Colours", "", self._appearance)
        section.add(self._appearance_row)
        self._text_size = Segmented("Text size", TEXT_SIZES)
        self._text_size.changed.connect(lambda value: self._tell("text_size", int(value)))
        section.add(
            SettingRow("Text size", "Of everything, exhibits and captions too.", self._text_size)
        )

    def _make_sound(self) -> None:
        section = self._section("Sound")
        self._combos: dict[DeviceKind, Combo] = {}
        about: dict[DeviceKind, str] = {
            "microphone": "What you are heard and recorded with.",
            "loudspeaker": "What the interviewer and your recordings are heard on.",
        }
        for kind, words in about.items():
            combo = Combo(kind.capitalize(), device_choices((), None), height=32, widest=264)
            combo.chosen.connect(lambda key, kind=kind: self._tell(kind, key or None))
            self._combos[kind] = combo
            section.add(SettingRow(kind.capitalize(), words, combo))
        self._processing = Segmented("Echo and noise removal", PROCESSINGS)
        self._processing.changed.connect(lambda value: self._tell("processing", value))
        self._processing_row = SettingRow("Echo and noise removal", "", self._processing)
        section.add(self._processing_row)
        check = Button("Check now", "secondary", 32)
        check.clicked.connect(self.check)
        section.add(
            SettingRow(
                "Check microphone and loudspeaker",
                "Takes about 20 seconds. Nothing you say in it is recorded.",
                check,
            )
        )

    def _make_room(self) -> None:
        section = self._section("In the room")
        self._switch_row(
            section, "push_to_talk", "Push-to-talk",
            "The microphone is open only while you hold Space.",
        )  # fmt: skip
        keys = self._switch_row(
            section, "single_keys", "Single-key shortcuts",
            "One key each. While you type they are plain letters.",
        )  # fmt: skip
        self._keys = Keys(KEYS)
        keys.add_below(self._keys)
        self._switch_row(
            section, "announce_captions", "Read captions to a screen reader",
            "Each finished turn is announced. The interviewer can be heard without it.",
        )  # fmt: skip
        self._switch_row(
            section, "preflight_skip", "Show the check before an interview",
            "Looks at microphone, loudspeaker and network before you start.",
        )  # fmt: skip

    def _make_privacy(self) -> None:
        section = self._section("Privacy")
        folder = Button("Open folder", "secondary", 32)
        folder.clicked.connect(self.open_data_folder)
        self._kept = SettingRow("Nothing leaves this laptop.", "", folder)
        section.add(self._kept)

    def _make_about(self) -> None:
        section = self._section("About")
        self._version = SettingRow("Interview Practice", "", None)
        self._licences = Folded("licences")
        self._licences.hide()
        self._version.add_below(self._licences)
        section.add(self._version)

    def _section(self, name: str) -> Section:
        section = Section(name)
        self._sections.append(section)
        self.add(section)
        return section

    def _switch_row(self, section: Section, field: str, name: str, about: str) -> SettingRow:
        switch = Switch(name)
        # The one that is kept the other way round.
        kept_off = field == "preflight_skip"
        switch.clicked.connect(lambda on: self._tell(field, on != kept_off))
        self._switches[field] = switch
        row = SettingRow(name, about, switch)
        section.add(row)
        return row

    # -- changes ---------------------------------------------------------------------------------

    def _tell(self, field: str, value: object) -> None:
        if field == "appearance":
            self._appearance_row.tell(APPEARANCE_WORDS[str(value)])
        elif field == "processing":
            self._processing_row.tell(PROCESSING_WORDS[self._processing.value()])
        elif field == "single_keys":
            self._keys.setEnabled(bool(value))
        self.changed.emit(field, value)

    def _show_devices(self) -> None:
        chosen: dict[DeviceKind, str | None] = {
            "microphone": self._settings.microphone,
            "loudspeaker": self._settings.loudspeaker,
        }
        for kind, combo in self._combos.items():
            choices = device_choices(self._devices[kind], chosen[kind])
            combo.set_choices(choices, chosen[kind] or SYSTEM)
