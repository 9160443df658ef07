"""The desks over HTTP: what a fault hides took place or did not, as its name says; and three clients at once."""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from settings import PROJECT_DIR
from simulator.couriers.speaking import Asked
from simulator.desks.faults import Fault, Faults, evenly
from simulator.serving import Network, served
from tests.simulator.desks import AWB, NOW, Watched, office, reattempt, upl

BEFORE = ["too_many", "too_many_without_word", "error_before", "hang_before", "dropped_before", "firewall"]
AFTER = ["error_after", "hang_after", "garbled_after", "dropped_after"]


def call(port: int, slug: str, asked: Asked, seconds: float = 5) -> tuple[int, bytes, str | None]:
    """The status, the body and Retry-After; 0 where there was no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        query = "&".join(f"{name}={value}" for name, value in asked.query.items())
        connection.request(asked.method, f"/{slug}{asked.path}?{query}", asked.body, dict(asked.headers))
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers["Retry-After"]
    except (OSError, http.client.HTTPException):
        return 0, b"", None
    finally:
        connection.close()


@contextmanager
def faulty(one: Watched, fault: str) -> Iterator[int]:
    """The office over HTTP, whose next call to Shiprocket meets the fault."""
    one.office.faults.force("shiprocket", Fault(fault))
    with served(one.office.answer, 0, Network(one.office.faults, slow=0.1, hold=0.1)) as port:
        yield port


@pytest.mark.parametrize("fault", [*BEFORE, *AFTER])
def test_an_effect_took_place_where_the_fault_came_after_it(fault: str) -> None:
    one = office(slug="shiprocket")
    with faulty(one, fault) as port:
        status, body, wait = call(port, "shiprocket", reattempt("shiprocket"))
        assert len(one.effects) == (fault in AFTER)
        expected = {"too_many": 429, "too_many_without_word": 429, "firewall": 403, "garbled_after": 200}
        assert status == expected.get(fault, 500 if fault.startswith("error") else 0)
        assert (wait is not None) == (fault == "too_many")
        if fault == "garbled_after":
            with pytest.raises(ValueError, match="Expecting"):
                json.loads(body)
        assert call(port, "shiprocket", reattempt("shiprocket"))[0] == 202


def test_a_slow_answer_is_an_answer() -> None:
    one = office(slug="shiprocket")
    with faulty(one, "slow") as port:
        began = time.monotonic()
        assert call(port, "shiprocket", reattempt("shiprocket"))[0] == 202
        assert time.monotonic() - began >= 0.1
    assert len(one.effects) == 1


def test_a_call_that_hangs_does_not_hold_up_the_end() -> None:
    one = office(slug="shiprocket")
    one.office.faults.force("shiprocket", Fault.hang_after)
    began = time.monotonic()
    with served(one.office.answer, 0, Network(one.office.faults, hold=60)) as port:
        asking = threading.Thread(target=call, args=(port, "shiprocket", reattempt("shiprocket")))
        asking.start()
        while not one.effects:
            time.sleep(0.01)
    asking.join()
    assert time.monotonic() - began < 5


def test_the_same_seed_meets_the_same_faults() -> None:
    first, second, other = (Faults(evenly(0.3), seed) for seed in (1, 1, 2))
    drawn = [[faults.pick("ekart") for _ in range(2000)] for faults in (first, second, other)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert 0.25 < sum(fault is not None for fault in drawn[0]) / 2000 < 0.35
    assert set(first.met) == set(Fault)
    quiet = Faults(evenly(1.0), 1, {"ekart": {}})
    assert quiet.pick("ekart") is None and quiet.pick("delhivery") is not None


@contextmanager
def own_process(folder: Path, *options: str) -> Iterator[int]:
    """`python -m simulator.desks` until the end of the block; its port. Its effects are in `folder`/effects.ndjson."""
    child = subprocess.Popen(
        [sys.executable, "-m", "simulator.desks", "--effects", str(folder / "effects.ndjson"), *options],
        cwd=PROJECT_DIR, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT_DIR), "NDR_CLOCK_START": NOW.isoformat()},
    )  # fmt: skip
    try:
        assert child.stdout is not None
        yield int(child.stdout.readline().rsplit(":", 1)[1])
    finally:
        child.terminate()
        child.wait(10)


def world(port: int, method: str, path: str, body: Any = None) -> Any:
    """What the world says to whoever tests."""
    status, said, _ = call(port, "_world", Asked(method, path, {}, json.dumps(body).encode()), 30)
    assert status == 200, said
    return json.loads(said)


def _client(port: int, number: int, many: int) -> Counter[str]:
    """Asks for `many` parcels, each once, over one connection; how often what came back."""
    came: Counter[str] = Counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    chance = random.Random(number)
    for parcel in range(many):
        slug = chance.choice(["shiprocket", "xpressbees", "delhivery"])
        asked = reattempt(slug, f"{number}-{parcel}")
        try:
            connection.request(asked.method, f"/{slug}{asked.path}", asked.body, dict(asked.headers))
            answer = connection.getresponse()
            answer.read()
            came[str(answer.status)] += 1
        except (OSError, http.client.HTTPException):
            connection.close()
            came["none"] += 1
    return came


def test_three_clients_through_faults_have_each_effect_once(tmp_path: Path) -> None:
    """Every parcel is asked for once, and its effect is in the file once or, where a fault came before, not at all."""
    many = 400
    options = ["--faults", "0.2", "--seed", "5", "--slow", "0.02", "--hold", "0.05", "--settle", "0.2"]
    with own_process(tmp_path, *options) as port:
        awbs = [f"{number}-{parcel}" for number in range(3) for parcel in range(many)]
        slugs = ("shiprocket", "xpressbees", "delhivery")
        parcels = [
            {"courier": slug, "awb": awb, "status": "failed_delivery", "attempts": 1, "at": "2026-01-01T09:00:00+00:00"}
            for awb in awbs for slug in slugs
        ]  # fmt: skip
        assert world(port, "POST", "/parcels", parcels) == {"taken": len(parcels)}
        with ProcessPoolExecutor(3, get_context("spawn")) as pool:
            asked = [pool.submit(_client, port, number, many) for number in range(3)]
            came = sum((one.result() for one in asked), Counter[str]())
        time.sleep(0.5)
        told = world(port, "GET", "/effects")
    lines = [json.loads(line) for line in (tmp_path / "effects.ndjson").read_text().splitlines()]
    assert lines == told
    assert sum(came.values()) == 3 * many and came["none"] > 0 and came["429"] > 0 and came["500"] > 0
    effects = Counter(line["awb"] for line in lines)
    assert max(effects.values()) == 1
    silent = sum(came[word] for word in ("429", "403", "500", "none"))
    assert 3 * many - silent <= len(lines) < 3 * many


def test_the_world_is_driven_from_another_process(tmp_path: Path) -> None:
    with own_process(tmp_path, "--settle", "0") as port:
        world(port, "POST", "/parcels", {"courier": "delhivery", "awb": AWB, "status": "failed_delivery"})
        world(port, "POST", "/scan", {"courier": "delhivery", "awb": AWB, "status": "delivered"})
        world(port, "POST", "/faults", {"courier": "delhivery", "fault": "firewall"})
        assert call(port, "delhivery", reattempt("delhivery"))[0] == 403
        status, body, _ = call(port, "delhivery", reattempt("delhivery"))
        assert status == 200
        _, body, _ = call(port, "delhivery", upl(json.loads(body)["request_id"]))
        assert json.loads(body)["failed_wbns"][0]["message"] == "Package in incorrect status"
        assert world(port, "GET", "/effects") == []
        assert [row["words"] for row in world(port, "GET", "/refused")] == ["Package in incorrect status"]
        scan = {"courier": "delhivery", "awb": "NOBODY", "status": "delivered"}
        assert call(port, "_world", Asked("POST", "/scan", {}, json.dumps(scan).encode()))[0] == 400
        assert call(port, "nobody", reattempt("delhivery"))[0] == 404
