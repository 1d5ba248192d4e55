"""Who signs in the stuffing simulation: people, and robots of five styles. It knows nothing of rules or limits."""

import ipaddress
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

GIVEN = [
    "anna", "maria", "minjun", "seoyeon", "jihoon", "hana", "tomas", "lukas", "eva", "julia",
    "david", "sara", "peter", "yuna", "minji", "kofi", "amina", "luis", "ines", "omar",
]  # fmt: skip
FAMILY = [
    "kim", "lee", "park", "choi", "jung", "kang", "novak", "weber", "rossi", "garcia",
    "silva", "okoro", "haddad", "larsen", "moreau", "ito", "tanaka", "wong", "diaz", "cohen",
]  # fmt: skip
PROVIDERS = [
    ("gmail.com", 44), ("naver.com", 18), ("outlook.com", 7), ("daum.net", 5), ("yahoo.com", 6), ("proton.me", 5),
    ("icloud.com", 6), ("kakao.com", 3),
]  # fmt: skip
# As anybody finds them by searching for a mailbox of ten minutes; the last one is too new for any list.
THROWAWAY = ["mailinator.com", "yopmail.com", "guerrillamail.com", "trashmail.com", "sharklasers.com", "getnada.com",
             "maildrop.cc", "dispostable.com", "temp-mail.org", "inbox-of-yesterday.example"]  # fmt: skip
STYLES = ("one network", "one domain", "plus tags", "disposable", "campaign")


@dataclass(frozen=True)
class Arrival:
    at: datetime
    style: str  # "people", "school" or one of STYLES
    email: str
    network: str  # an IP address
    computes: bool  # the browser runs the page's script


class Crowd:
    """Everybody who comes, drawn from one seed."""

    def __init__(
        self, seed: int, begins: datetime, *, people: int, school: int, robots: int, wave: float, robots_compute: bool
    ):
        self.chance = random.Random(seed)
        self.begins, self.wave, self.robots_compute = begins, wave, robots_compute
        self._number = count(1)
        each = robots // len(STYLES)
        arrivals = [*self._people(people - school), *self._school(school)]
        for hour, style in enumerate(STYLES):
            arrivals += self._robots(style, each, begins + timedelta(hours=2 + 4 * hour))
        self.arrivals = sorted(arrivals, key=lambda arrival: arrival.at)

    # --- People ------------------------------------------------------------------------------------
    def _person(self) -> str:
        """An address as people have them: a name, often with a number, at a provider or at work."""
        chance = self.chance
        given, family = chance.choice(GIVEN), chance.choice(FAMILY)
        local = chance.choice([
            f"{given}.{family}", f"{given}{family}", f"{given}", f"{given[0]}{family}", f"{family}_{given}",
            f"{given}{chance.randrange(60, 110) % 100:02}", f"{given}{family}{chance.randrange(1, 100)}",
            f"{family}{given[0]}{chance.randrange(700101, 1051231)}", f"{given[:2]}{chance.randrange(10)}{family}",
        ])  # fmt: skip
        if chance.random() < 0.06:
            local += "+petitions"
        if chance.random() < 0.85:
            names, weights = zip(*PROVIDERS, strict=True)
            domain = chance.choices(names, weights)[0]
        else:
            domain = f"{chance.choice(FAMILY)}{chance.randrange(60)}.example"
        return f"{local}{chance.choice(['', '', next(self._number)])}@{domain}"

    def _people(self, number: int) -> Iterator[Arrival]:
        """Within a day: a third on the telephone, out of forty neighborhoods of one company, the rest at home."""
        carriers = [f"10.{n}.{self.chance.randrange(256)}" for n in range(40)]
        for _ in range(number):
            at = self.begins + timedelta(seconds=self.chance.triangular(0, 86_400, 50_000))
            if self.chance.random() < 0.33:
                network = f"{self.chance.choice(carriers)}.{self.chance.randrange(1, 255)}"
            else:
                network = str(ipaddress.ip_address(self.chance.randrange(0x50000000, 0x5FFFFFFF)))
            yield Arrival(at, "people", self._person(), network, self.chance.random() < 0.97)

    def _school(self, number: int) -> Iterator[Arrival]:
        """Behind one address, within one lesson."""
        for _ in range(number):
            at = self.begins + timedelta(hours=9, seconds=self.chance.uniform(0, 2_700))
            yield Arrival(at, "school", self._person(), "192.0.2.1", self.chance.random() < 0.97)

    # --- Robots ------------------------------------------------------------------------------------
    def _robots(self, style: str, number: int, begins: datetime) -> Iterator[Arrival]:
        """A wave of so many seconds."""
        chance = self.chance
        networks = [
            str(ipaddress.ip_address(chance.randrange(0x60000000, 0x6FFFFFFF))) for _ in range(max(50, number // 4))
        ]
        for n in range(number):
            at = begins + timedelta(seconds=chance.uniform(0, self.wave))
            name = f"{chance.choice(GIVEN)}.{chance.choice(FAMILY)}{chance.randrange(10_000)}"
            network = chance.choice(networks)
            names, weights = zip(*PROVIDERS, strict=True)
            email = f"{name}@{chance.choices(names, weights)[0]}"
            if style == "one network":
                network = "198.51.100.7"
            elif style == "one domain":
                email = f"{name}x{n}@bought-yesterday.example"
            elif style == "plus tags":
                email = f"organizer+{n}@{chance.choice(['gmail.com', 'tags.example'])}"
            elif style == "disposable":
                email = f"{name}x{n}@{chance.choice(THROWAWAY)}"
            yield Arrival(at, style, email, network, self.robots_compute)
