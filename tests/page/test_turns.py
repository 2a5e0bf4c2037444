"""The app's messages leave in the order of its calls, whatever waits on their way."""

from __future__ import annotations

import asyncio

import pytest

from edge import Profile, Visitor
from edge.page.turns import Turns
from edge.types import Message, Receive, Scope, Send
from tests.page.raw import Answer, ask, exchange, scope_of, start
from tests.page.sites import PAGE, Front

HTML = (b"content-type", b"text/html; charset=utf-8")
PRO = {
    "facts.toml": '[traits.plan]\nkind = "text"',
    "experiences.toml": '[hero-pro]\nslot = "hero"\nfor = \'traits.plan == "pro"\'\nshow = "hallo"',
}
HALLO = PAGE.replace(b"<h1>Sound for everyone</h1>", "<h1>Klänge für alle</h1>".encode())


class Slow:
    """Takes each message for as long as it says."""

    is_over = False

    def __init__(self) -> None:
        self.taken: list[object] = []

    async def take(self, message: Message) -> None:
        for _ in range(message["turns"]):
            await asyncio.sleep(0)
        if message.get("fails"):
            raise OSError("gone")
        self.taken.append(message["turns"])

    async def finish(self) -> None:
        self.taken.append("finish")


def test_who_came_first_goes_first() -> None:
    slow = Slow()

    async def run() -> None:
        turns = Turns(slow, None)
        sending = [asyncio.create_task(turns({"type": "x", "turns": count})) for count in (5, 0, 3, 1)]
        await asyncio.sleep(0)
        await turns.finish()
        await asyncio.gather(*sending)

    asyncio.run(run())
    assert slow.taken == [5, 0, 3, 1, "finish"]


def test_nothing_is_taken_in_the_middle_of_the_end() -> None:
    taken = []

    class Ending(Slow):
        async def finish(self) -> None:
            taken.append("finish")
            await asyncio.sleep(0)
            taken.append("finished")

        async def take(self, message: Message) -> None:
            taken.append("message")

    async def run() -> None:
        turns = Turns(Ending(), None)
        ending = asyncio.create_task(turns.finish())
        await asyncio.sleep(0)
        await turns({"type": "x"})  # from a task that the app has left behind
        await ending

    asyncio.run(run())
    assert taken == ["finish", "finished", "message"]


def test_one_that_fails_or_is_cancelled_lets_the_next_go() -> None:
    slow = Slow()

    async def run() -> None:
        turns = Turns(slow, None)
        failing = asyncio.create_task(turns({"type": "x", "turns": 1, "fails": True}))
        endless = asyncio.create_task(turns({"type": "x", "turns": 10**9}))
        last = asyncio.create_task(turns({"type": "x", "turns": 2}))
        with pytest.raises(OSError, match="gone"):
            await failing
        await asyncio.sleep(0)
        endless.cancel()
        await last

    asyncio.run(run())
    assert slow.taken == [2]


@pytest.mark.parametrize("size", [7, 40, 1000])
def test_a_page_sent_from_several_tasks_arrives_in_order(front: Front, size: int) -> None:
    async def slow(visitor: Visitor) -> Profile:
        await asyncio.sleep(0.005)
        return Profile({"plan": "pro"})

    parts = [PAGE[at : at + size] for at in range(0, len(PAGE), size)]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = [{"type": "http.response.body", "body": p, "more_body": True} for p in parts]
        messages.append({"type": "http.response.body"})
        await asyncio.gather(send(start([HTML])), *map(send, messages))

    edge = front(app, {**PRO, "edge.toml": "budget_ms = 5000"}, profiles=slow)
    sent = ask(edge).header(b"set-cookie") or b""
    assert ask(edge, "/", [(b"cookie", sent.partition(b";")[0])]).body == HALLO


def test_a_task_of_the_app_that_still_sends_does_not_hold_up_its_end_for_ever(front: Front) -> None:
    """The app leaves while another of its tasks is about to send: what it has begun is sent first."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start([HTML]))
        rest = asyncio.ensure_future(send({"type": "http.response.body", "body": PAGE}))
        await asyncio.sleep(0)
        tasks.append(rest)

    tasks: list[asyncio.Future[None]] = []

    async def run() -> Answer:
        answer = Answer()
        await exchange(front(app), scope_of("/"), answer)
        return answer

    assert asyncio.run(run()).body == PAGE
