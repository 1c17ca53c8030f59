"""The style of what Qt paints itself: scroll bars, menus, tooltips."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QProxyStyle,
    QStyle,
    QStyleOption,
    QStyleOptionComplex,
    QStyleOptionMenuItem,
    QStyleOptionSlider,
    QWidget,
)

from interview_desktop.ui.theme import px, theme

BAR = 8
MENU_ACTION = 32
# A scroll bar with this property stands in the margin of what it scrolls, which keeps its width.
IN_MARGIN = "inMargin"
SHORTEST_HANDLE = 32

Control = QStyle.ComplexControl
Part = QStyle.SubControl


class Style(QProxyStyle):
    """Fusion with 8 px scroll bars without arrows, and with menus and tooltips of the look."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: Any = None, widget: QWidget | None = None
    ) -> int:
        """The lengths that differ from Fusion's."""
        kinds = QStyle.PixelMetric
        match metric:
            case kinds.PM_ScrollBarExtent:
                return BAR
            case kinds.PM_ScrollBarSliderMin:
                return SHORTEST_HANDLE
            case kinds.PM_ScrollView_ScrollBarSpacing:
                return 0
            case kinds.PM_ScrollView_ScrollBarOverlap:
                return BAR if widget is not None and widget.property(IN_MARGIN) else 0
            case kinds.PM_MenuHMargin | kinds.PM_MenuVMargin:
                return 5
            case kinds.PM_ToolTipLabelFrameWidth:
                return 6
        return super().pixelMetric(metric, option, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: Any = None,
        widget: QWidget | None = None,
        data: Any = None,
    ) -> int:
        """A press in the bar's track goes there."""
        if hint == QStyle.StyleHint.SH_ScrollBar_LeftClickAbsolutePosition:
            return 1
        if hint == QStyle.StyleHint.SH_ToolTip_WakeUpDelay:
            return 500
        return super().styleHint(hint, option, widget, data)

    def sizeFromContents(
        self,
        kind: QStyle.ContentsType,
        option: Any,
        size: QSize,
        widget: QWidget | None = None,
    ) -> QSize:
        """An action of a menu is high enough to press."""
        made = super().sizeFromContents(kind, option, size, widget)  # type: ignore[arg-type]
        separator = QStyleOptionMenuItem.MenuItemType.Separator
        if (
            kind == QStyle.ContentsType.CT_MenuItem
            and isinstance(option, QStyleOptionMenuItem)
            and option.menuItemType != separator
        ):
            made.setHeight(max(made.height(), px(MENU_ACTION)))
        return made

    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        part: QStyle.SubControl,
        widget: QWidget | None = None,
    ) -> QRect:
        """A scroll bar is its track, from end to end, and a handle."""
        if control != Control.CC_ScrollBar or not isinstance(option, QStyleOptionSlider):
            return super().subControlRect(control, option, part, widget)  # type: ignore[arg-type]
        whole = option.rect
        if part == Part.SC_ScrollBarGroove:
            return whole
        upright = option.orientation == Qt.Orientation.Vertical
        room = whole.height() if upright else whole.width()
        span = option.maximum - option.minimum
        length = room
        if span > 0:
            length = max(SHORTEST_HANDLE, room * option.pageStep // (span + option.pageStep))
            length = min(length, room)
        start = QStyle.sliderPositionFromValue(
            option.minimum, option.maximum, option.sliderPosition, room - length, option.upsideDown
        )
        before, after = (0, start), (start + length, room - start - length)
        match part:
            case Part.SC_ScrollBarSlider:
                at, size = start, length
            case Part.SC_ScrollBarSubPage:
                at, size = before
            case Part.SC_ScrollBarAddPage:
                at, size = after
            case _:
                return QRect()
        if upright:
            return QRect(whole.x(), whole.y() + at, whole.width(), size)
        return QRect(whole.x() + at, whole.y(), size, whole.height())

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """A scroll bar's handle; nothing else of it is painted."""
        if control != Control.CC_ScrollBar:
            super().drawComplexControl(control, option, painter, widget)
            return
        handle = self.subControlRect(control, option, Part.SC_ScrollBarSlider, widget)
        held = bool(option.state & QStyle.StateFlag.State_Sunken)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("control" if held or over else "line2"))
        painter.drawRoundedRect(QRectF(handle).adjusted(1, 1, -1, -1), 3, 3)
        painter.restore()

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """The ground of menus and tooltips."""
        kinds = QStyle.PrimitiveElement
        if element in (kinds.PE_PanelMenu, kinds.PE_PanelTipLabel):
            painter.save()
            painter.fillRect(option.rect, theme.color("surface"))
            painter.setPen(QPen(theme.color("line2"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5))
            painter.restore()
        elif element not in (kinds.PE_FrameMenu, kinds.PE_PanelScrollAreaCorner):
            super().drawPrimitive(element, option, painter, widget)
