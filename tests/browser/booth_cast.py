"""People in front of the booth: a member with a phone, a scrutineer with a card. They press what they see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pingjia.ballotbox.models import Drop
from pingjia.core.ballot import crockford

PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "has_touch": True}
DESK = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN"}
PATIENCE = 20_000  # ms; two cores are shared, and nothing here waits for a clock


@dataclass
class Member:
    """A member with a slip in front of a page; ``taps`` counts what the finger did since the slip was scanned."""

    page: Any
    doors: Any
    poll: Any
    code: str
    taps: int = 0
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen for scripts that fail."""
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def scan(self) -> Member:
        """Open the address in the slip's QR code."""
        self.page.goto(f"{self.doors.site}/v/{self.poll.poll_id}#c={self.code}")
        return self

    def press(self, words: str) -> None:
        """Press the button with exactly these words."""
        self.page.get_by_role("button", name=words, exact=True).click()
        self.taps += 1

    def heading(self, words: str) -> None:
        """Wait until the heading holds these words."""
        self.page.locator("h1", has_text=words).wait_for()

    def draw(self) -> Member:
        """领票."""
        self.press("领票")
        self.heading("就能投票")
        return self

    def choose(self, *words: str) -> Member:
        """Mark one choice a subject."""
        for s, word in enumerate(words):
            self.page.locator(f"#subject{s}").get_by_text(word, exact=True).click()
            self.taps += 1
        return self

    def cast(self) -> Member:
        """投票, until the page says 已投出."""
        self.press("投票")
        self.heading("已投出")
        return self

    def device(self) -> list[dict[str, Any]]:
        """What this browser keeps of ballots."""
        script = """() => new Promise((resolve, reject) => {
          const open = indexedDB.open('pingjia', 1);
          open.onupgradeneeded = () => open.result.createObjectStore('token', {keyPath: 'box'});
          open.onerror = () => reject(open.error);
          open.onsuccess = () => {
            const all = open.result.transaction('token').objectStore('token').getAll();
            all.onsuccess = () => { open.result.close(); resolve(all.result); };
          };
        })"""
        return list(self.page.evaluate(script))


@dataclass
class Scrutineer:
    """A scrutineer in front of the ceremony page."""

    page: Any
    doors: Any
    code: str
    card: str = ""

    def __post_init__(self) -> None:
        """Be patient: four workers share two cores."""
        self.page.set_default_timeout(3 * PATIENCE)

    def enter(self) -> Scrutineer:
        """Open the page and show the invitation."""
        self.page.goto(f"{self.doors.booth}/ceremony")
        self.page.get_by_label("输入邀请券").fill(self.code)
        self.press("进入")
        return self

    def press(self, words: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=words).click()

    def heading(self, words: str) -> None:
        """Wait until the heading holds these words."""
        self.page.locator("h1", has_text=words).wait_for()

    def take_card(self) -> Scrutineer:
        """领卡: write it down, type it back."""
        self.press("做我的卡")
        self.card = "-".join(self.page.locator(".cardtext").inner_text().split())
        self.press("抄好了，核对")
        self.type_card()
        self.press("核对并登记")
        self.page.get_by_text("已领卡").first.wait_for()
        return self

    def type_card(self, card: str | None = None) -> None:
        """Type the card as people do: small letters, spaces."""
        self.page.get_by_label("输入您的卡片").fill((card or self.card).lower().replace("-", " "))


def written(card: bytes) -> str:
    """Return the text of a card."""
    from pingjia.core.ballot import cards

    return cards.write(card)


def drops(poll: Any, kind: str = "ballot") -> int:
    """Return how many records lie in the poll's box of this kind."""
    return Drop.objects.filter(box_id=poll.boxes.get(kind=kind).box_hash).count()


def number(poll: Any) -> str:
    """Return the 箱号 of the ballot box."""
    symbols = crockford.encode(bytes.fromhex(poll.boxes.get(kind="ballot").box_hash)[:10])
    return "-".join(symbols[at : at + 4] for at in range(0, 16, 4))
