import json

import httpx
import pytest

from integrations.emulators.operators import Control
from integrations.emulators.serving import InProcess


@pytest.fixture
def start_process(tmp_path, shop):
    merchants = tmp_path / "merchants.json"
    merchants.write_text(json.dumps({"przelewy24": [shop.merchant]}))
    running = []

    def start():
        process = InProcess(
            "integrations.emulators",
            ["--listen", "przelewy24=0", "--state", str(tmp_path / "books"), "--merchants", str(merchants)],
        )
        running.append(process)
        assert process.ready.startswith("emulators ready przelewy24=http://127.0.0.1:")
        return process, process.ready.split("=")[-1]

    yield start
    for process in running:
        if process.process.poll() is None:
            process.stop()


def test_a_killed_emulator_keeps_its_books_its_clock_and_its_plans(start_process, shop, receiver):
    receiver.on_request = lambda request: 500
    process, shop.url = start_process()
    control = Control(shop.url)
    document = shop.register(urlStatus=receiver.url("restart"))
    control.advance(3600)
    control.pay(document["sessionId"])
    control.settle()
    before = control.state()
    assert len(receiver.of("restart")) == 1

    process.kill()
    process, shop.url = start_process()

    control = Control(shop.url)
    after = control.state()
    assert after["transactions"] == before["transactions"]
    assert after["now"] >= before["now"]
    control.advance(200)
    assert len(receiver.of("restart")) == 2


def test_a_stopped_emulator_ends_and_frees_its_port(start_process):
    process, url = start_process()
    assert httpx.get(url).status_code == 200

    process.stop()

    assert process.process.returncode is not None
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
