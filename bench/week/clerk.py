"""A practised clerk before the real pages, whose keys, clicks and decisions are counted.

How it is counted (what each takes: `keystrokes.py`):
- A click is P and K, and so is a tap; on a phone no hand moves to a mouse (no H). A page that must
  be moved to show a control costs a K for each seven tenths of the window.
- M comes before each answer that is given or changed, before each button that leads on, and once
  for each such answer on the page that checks them; what a form offers already costs nothing.
- To the next control the clerk goes by Tab or by mouse, whichever the model finds quicker. In a
  list of words the clerk writes its beginning, or goes down with the arrow keys.
- What only a window outside of the page can show (a browser's own list of words, the choices of a
  box, a phone's calendar) is counted and put in, not driven; everything else is really pressed and
  clicked. Chinese is put in as a whole.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from playwright.sync_api import Locator, Page

from bench.week.keystrokes import H, K, P, Tally, Word

PER_MOVE: Final = 0.7  # of the window's height
PARTS_OF_DATES: Final = 8  # year, month, day, calendar: each is a stop of its own
ARROWS: Final = 6  # further down a list nobody goes with the arrow keys

# How many times Tab leads from where one is to a control; a group of radio buttons is one stop.
_STOPS: Final = """target => {
  const seen = new Set();
  const stops = Array.from(document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex]")).filter(one => {
    if (one.disabled || one.tabIndex < 0 || one.type === "hidden") return false;
    if (!one.checkVisibility()) return false;
    if (one.type !== "radio") return true;
    if (seen.has(one.name)) return false;
    seen.add(one.name);
    return true;
  });
  const here = document.activeElement.type === "radio"
    ? stops.findIndex(one => one.name === document.activeElement.name)
    : stops.indexOf(document.activeElement);
  return here < 0 ? -1 : stops.indexOf(target) - here;
}"""
_CLIPBOARD: Final = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
_OFFERED: Final = "box => Array.from(box.list ? box.list.options : []).map(one => one.value)"


@dataclass
class Clerk:
    """Somebody at work in a window."""

    page: Page
    is_on_phone: bool = False
    total: Tally = field(default_factory=Tally)
    _is_at_keyboard: bool = False
    _answers: int = 0

    def so_far(self) -> Tally:
        """What has been taken up to now."""
        return Tally().plus(self.total)

    # --- what the hands do ---

    def decide(self, times: int = 1) -> None:
        """Make up one's mind."""
        self.total.decisions += times

    def press(self, key: str, times: int = 1) -> None:
        """Press a key."""
        for _ in range(times):
            self.page.keyboard.press(key)
        self._keys(times)

    def point(self, at: Locator, *, is_driven: bool = True) -> None:
        """Click or tap."""
        self._move_to(at)
        if self._is_at_keyboard and not self.is_on_phone:
            self.total.homings += 1
        self._is_at_keyboard = False
        self.total.clicks += 1
        if is_driven:
            at.click()

    def _keys(self, count: int) -> None:
        if count and not self._is_at_keyboard and not self.is_on_phone:
            self.total.homings += 1
        self._is_at_keyboard = self._is_at_keyboard or bool(count)
        self.total.keys += count

    def _move_to(self, at: Locator) -> None:
        """Bring into sight what lies outside of the window."""
        box, size = at.bounding_box(), self.page.viewport_size
        if box is None or size is None:
            raise RuntimeError(f"{at} is not to be seen")
        bar = self.page.locator(".action-bar").first
        covered = (bar.bounding_box() or {"height": 0})["height"] if bar.count() else 0
        hidden = max(-box["y"], box["y"] + box["height"] - (size["height"] - covered), 0)
        self.total.keys += ceil(hidden / (PER_MOVE * size["height"]))
        at.scroll_into_view_if_needed()

    def _steps_to(self, at: Locator) -> int | None:
        """How many times Tab leads to a control, where that is the quicker way."""
        if self.is_on_phone:
            return None
        steps = int(at.evaluate(_STOPS))
        by_mouse = P + K + (2 * H if self._is_at_keyboard else 0)
        return steps if 0 <= steps * K <= by_mouse else None

    def _go_to(self, at: Locator) -> None:
        """Put the cursor into a control, whichever way is quicker."""
        steps = self._steps_to(at)
        if steps is None:
            self.point(at)
            return
        self.press("Tab", steps)
        for _ in range(PARTS_OF_DATES):
            if at.evaluate("one => one === document.activeElement"):
                return
            self.press("Tab")
        raise RuntimeError(f"Tab does not lead to {at}")

    # --- what is answered ---

    def _box(self, name: str) -> Locator:
        return self.page.locator(f"#main [name='{name}']").first

    def _answer(self) -> None:
        self._answers += 1
        self.decide()

    def write(self, name: str, word: Word) -> None:
        """Write into a line of text, over what stands there."""
        box = self._box(name)
        before = box.input_value()
        if before == word.text:
            return
        self._answer()
        self._go_to(box)
        if before and self.is_on_phone:
            self.total.clicks += 2  # a long press, and "select all"
        elif before and not self._selects_by_itself:
            self.press("Control+a")
            self._keys(1)
        self._put(box, word)

    @property
    def _selects_by_itself(self) -> bool:
        """Whether the cursor came by Tab, which selects what stands there."""
        return bool(self.page.evaluate("String(getSelection())"))

    def _put(self, box: Locator, word: Word) -> None:
        if box.get_attribute("role") == "combobox" and self._pick(box, word):
            return
        box.select_text()
        self.page.keyboard.insert_text(word.text)
        offered = box.evaluate(_OFFERED)
        begun, down = word.in_list(offered) if word.text in offered else (word.keys, 0)
        taken = begun if self.is_on_phone else begun + down + 2  # the arrow keys, and Enter
        if word.text in offered and taken < word.keys:
            self._keys(taken)
            self.total.clicks += self.is_on_phone  # on the line of the list
        else:
            self._keys(word.keys)

    def _pick(self, box: Locator, word: Word) -> bool:
        """Take a line of the list under a box: with the arrow keys or a tap, its beginning typed
        first where that is shorter."""
        lines = self.page.locator(f"#{box.get_attribute('id')}-found li")
        self.page.keyboard.press("ArrowDown")
        offered = lines.evaluate_all("all => all.map(one => one.firstChild.textContent)")
        if word.text not in offered:
            self.page.keyboard.press("Escape")
            return False
        begun, down = word.in_list(offered)
        if begun and word.start:
            box.select_text()
            self.page.keyboard.insert_text(word.start.text)
        self._keys(begun)
        if self.is_on_phone:
            self.point(lines.filter(has_text=word.text).first)
            return True
        for _ in range(down + (1 if begun else 0)):
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        self._keys(down + 2)
        if box.input_value() != word.text:
            raise RuntimeError(f"{box} holds {box.input_value()}, not {word.text}")
        return True

    def date(self, name: str, day: str) -> None:
        """Change the day of the month, or take a day in a phone's calendar."""
        box = self._box(name)
        if box.input_value() == day:
            return
        self._answer()
        if self.is_on_phone:
            self.point(box, is_driven=False)
            self.total.clicks += 2  # the day, and "set"
        else:
            self._go_to(box)
            is_same_month = box.input_value()[:7] == day[:7]
            self._keys(2 + 2 if is_same_month else 8)  # two arrows to the day; else all digits
        box.fill(day)

    def tick(self, label: Locator) -> None:
        """Tick a box or take the tick away."""
        self.point(label)

    def choose(self, name: str, value: str) -> None:
        """One of some buttons."""
        box = self.page.locator(f"#main [name='{name}'][value='{value}']")
        if not box.is_checked():
            self._answer()
            self.point(self.page.locator(f"label[for='{box.get_attribute('id')}']"))

    def select(self, name: str, value: str) -> None:
        """One of a list that opens."""
        box = self._box(name)
        if box.input_value() == value:
            return
        self._answer()
        if box.is_hidden():  # the page has put a line in its place that is typed into
            text = (box.locator(f"option[value='{value}']").text_content() or "").strip()
            line = self.page.locator(f"#{(box.get_attribute('id') or '').removesuffix('-choice')}")
            self._go_to(line)
            self._pick(line, Word(text, len(text)))
            return
        options = box.locator("option").evaluate_all("all => all.map(one => one.value)")
        down = abs(options.index(value) - options.index(box.input_value()))
        if down > ARROWS or self._steps_to(box) is None:
            self.point(box, is_driven=False)
            self.total.clicks += 1  # the line of the list
            box.select_option(value)
            box.focus()
            return
        self._go_to(box)
        is_below = options.index(value) > options.index(box.input_value())
        self.press("ArrowDown" if is_below else "ArrowUp", down)
        if box.input_value() != value:
            raise RuntimeError(f"{name} is {box.input_value()}, not {value}")

    def schools(self, names: Sequence[str]) -> None:
        """Exactly these of the receiving schools."""
        boxes = self.page.locator("#main [data-schools] .choice")
        labels = boxes.all_inner_texts()
        wrong = [
            index
            for index, text in enumerate(labels)
            if boxes.nth(index).locator("input").is_checked() != (text.strip() in names)
        ]
        if wrong:
            self._answer()
        for index in wrong:
            self.tick(boxes.nth(index).locator("label"))

    # --- how it goes on ---

    def follow(self, at: Locator, to: str = "**") -> None:
        """A button or link that leads to another page, and the wait for it."""
        self.decide()
        with self._waiting(to):
            self.point(at)

    def send(self, at: Locator) -> None:
        """The button of a form: by Enter where the cursor stands in a line of text."""
        self.decide()
        with self._waiting():
            if self._is_in_a_line:
                self.press("Enter")
            else:
                self.point(at)

    def check(self, at: Locator) -> None:
        """Look at what was answered, and send it."""
        self.decide(self._answers)
        self._answers = 0
        self.follow(at)

    @property
    def _is_in_a_line(self) -> bool:
        script = (
            "document.activeElement.matches('form.form input:not([type=checkbox],[type=radio])')"
        )
        return bool(self.page.evaluate(script)) and not self.is_on_phone

    @contextmanager
    def _waiting(self, to: str = "**") -> Iterator[None]:
        begun = time.perf_counter()
        with self.page.expect_navigation(url=to, wait_until="load"):
            yield
        self.total.machine_s += time.perf_counter() - begun

    # --- tables ---

    def fill(self, rows: Sequence[Sequence[Word]]) -> None:
        """Fill a table from its first cell on; an empty word leaves a cell blank."""
        for number, row in enumerate(rows):
            cells = self.page.locator(f".grid-table tbody tr:nth-child({number + 1}) input")
            self._to_first(cells.first, len(row), cells.count())
            for column, word in enumerate(row):
                if column:
                    self.press("Tab")
                if word.text:
                    above = rows[number - 1][column].text if number else ""
                    self._fill_cell(cells.nth(column), word, is_as_above=word.text == above)

    def _to_first(self, first: Locator, filled: int, all_: int) -> None:
        """Into the first cell of a row, from the last cell filled in the row above."""
        steps = all_ - filled + 1
        if self._is_at_keyboard and steps * K <= P + K + 2 * H:
            self.press("Tab", steps)
        else:
            self.point(first)

    def _fill_cell(self, cell: Locator, word: Word, *, is_as_above: bool) -> None:
        self.decide()
        if is_as_above and word.keys > 2:
            self.press("Control+d")
            self._keys(1)
            if cell.input_value() == word.text:
                return
            self._undo(2)  # this table does not fill down
        self._put(cell, word)

    def _undo(self, keys: int) -> None:
        self.total.keys -= keys

    def paste(self, first: Locator, text: str) -> None:
        """Copy a table in a spreadsheet and paste it from a cell on."""
        self.total.clicks += 2  # the first cell of it, and with Shift the last
        self._keys(1 + 2 + 2)  # Shift, Ctrl+C, Alt+Tab
        self.decide()
        self.point(first)
        self._keys(2)  # Ctrl+V
        self.page.evaluate(_CLIPBOARD, text)
