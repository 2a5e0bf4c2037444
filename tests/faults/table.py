"""The fault matrix: what leaves, and what is counted, for every fault with every kind of response.

    t   the page, made for its visitor
    h   the same, but the slot that the fault is about keeps its default
    d   the page with all of its defaults, kept out of shared caches and without validators
    a   each slot as made for the visitor or as its default: the fault comes before or behind what decides it;
        what is no page as it was sent, perhaps kept out of shared caches
    p   as the app sent it, kept out of shared caches
    =   as the app sent it, to the last byte and header
    c   the beginning of what would have left, and no more
    x   the page as far as it came, visibly cut, though the server would not have known
    w   the whole page, made for its visitor, though the server would have cut it
    1-9 there is nothing to see: WHY_NOT says why

Everywhere the status is the app's, and the response is cut where the app's own is. `counted` is what the counter
says of a page, unless it is tailored; a response that is no page is counted with the reason of its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["ROWS", "WHY_NOT", "Row"]

WHY_NOT = {
    "1": "a file is sent by one message: nothing comes between",
    "2": "it has no body",
    "3": "it is gzipped as it is",
    "4": "it is not gzipped",
    "5": "a websocket has no such thing",
}

TABLE = """
                                         counted           small
                                         |                 |  stream
                                         |                 |  |  bytes
                                         |                 |  |  |  gzip
                                         |                 |  |  |  |  gzipped
                                         |                 |  |  |  |  |  file
                                         |                 |  |  |  |  |  |  5MB
                                         |                 |  |  |  |  |  |  |  head
                                         |                 |  |  |  |  |  |  |  |  304
                                         |                 |  |  |  |  |  |  |  |  |  404
                                         |                 |  |  |  |  |  |  |  |  |  |  500
                                         |                 |  |  |  |  |  |  |  |  |  |  |  204
                                         |                 |  |  |  |  |  |  |  |  |  |  |  |  206
                                         |                 |  |  |  |  |  |  |  |  |  |  |  |  |  json
                                         |                 |  |  |  |  |  |  |  |  |  |  |  |  |  |  download
                                         |                 |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  events
                                         |                 |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  post
                                         |                 |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  image
                                         |                 |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  ws
nothing fails                            tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =

-- what is known of the visitor
profiles raises                          defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
profiles hangs                           defaulted late    h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
profiles cancels itself                  defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
profiles is not async                    defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
profiles gives no profile                defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
profiles gives nonsense                  defaulted no matchh  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
the clock raises                         defaulted failed  p  p  p  p  p  p  p  p  =  =  =  =  p  =  p  =  =  p  =
the clock jumps ten years back           defaulted no matchh  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
the clock jumps ten years forward        defaulted no matchh  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
the clock runs backwards                 tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =
the clock says no number                 defaulted no matchh  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =

-- what a service elsewhere knows: [remote]
the service answers                      tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =
the service is down                      defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
the service hangs                        defaulted late    h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
the service drips                        defaulted late    h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
the service is cut                       defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
the service sends 10 MB                  defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
the service sends garbage                defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
the service sends wrong types            defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
the service redirects                    defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
the service refuses                      defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
the service knows nobody                 defaulted no matchh  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =

-- what the site folder says
the site folder is gone                  tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =
a fact raises                            defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
a block is missing                       defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
a block raises                           defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
a block has no end                       defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
a block is huge                          defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
no plan can be kept                      tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =
plans and renditions are full            tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =
the log raises                           defaulted failed  h  h  h  h  h  h  h  d  =  =  =  =  p  =  =  =  =  p  =
the counter raises                       -                 t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =

-- anything raises, at any call
the scanner raises                       defaulted failed  a  a  a  a  a  a  a  a  =  =  =  =  p  =  =  =  =  p  =
a rule raises                            defaulted failed  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  =
deciding raises                          defaulted failed  a  a  a  a  a  a  a  d  =  =  =  =  p  =  =  =  =  p  =
a block's renderer raises                defaulted failed  a  a  a  a  a  a  a  d  =  =  =  =  p  =  =  =  =  p  =
cookie, consent, preview or facts raise  defaulted failed  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  =
the page's own parts raise               defaulted failed  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  =
memory runs out                          defaulted failed  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  =
the stack runs out                       defaulted failed  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  a  =

-- the client
the client is gone, send raises          -                 c  c  c  c  c  c  c  c  c  c  c  c  c  c  c  c  c  c  c
the client is gone, receive says so      tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =
the request is cancelled                 -                 c  c  c  c  c  c  c  c  c  c  c  c  c  c  c  c  c  c  c

-- how the app ends
it raises before its start               -                 =  =  =  =  =  =  =  =  =  =  =  =  =  =  =  =  =  =  =
it raises behind its start               passed unfinished =  =  =  =  =  =  =  =  =  =  =  =  p  =  =  =  =  p  =
it raises in the middle                  passed unfinished =  a  a  =  a  1  a  2  2  =  =  2  p  =  =  =  =  p  =
it raises behind its last                tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =
it leaves behind its start               passed unfinished =  =  =  =  =  =  =  =  =  =  =  =  p  =  =  =  =  p  =
it leaves in the middle                  passed unfinished =  a  a  =  a  1  a  2  2  =  =  2  p  =  =  =  =  p  =

-- what the app says of its body
a length that is too long                passed length     =  =  =  =  =  =  x  d  =  =  =  =  p  =  =  =  =  p  5
a length that is too short               passed length     =  =  =  =  =  =  w  d  =  =  =  =  p  =  =  =  =  p  5
two lengths                              tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  5
gzip that is none                        passed gzip       =  =  =  3  3  =  =  d  =  =  =  =  p  =  =  =  =  p  5
gzip that is cut short                   passed gzip       4  4  4  =  x  4  4  2  2  4  4  2  4  4  4  4  4  4  5
gzip that is damaged                     passed gzip       4  4  4  =  x  4  4  2  2  4  4  2  4  4  4  4  4  4  5
a gzip bomb                              passed gzip       4  4  4  =  t  4  4  2  2  4  4  2  4  4  4  4  4  4  5
garbage behind the gzip                  tailored hero     4  4  4  t  t  4  4  2  2  4  4  2  4  4  4  4  4  4  5
brotli                                   passed coding     =  =  =  =  =  =  =  =  =  =  =  =  p  =  =  =  =  p  5
UTF-16 that is none                      passed charset    =  d  d  =  d  =  d  d  =  =  =  =  p  =  =  =  =  p  5
a charset that it is not in              tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  5
a charset that does not exist            tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  5

-- which messages the app sends, and how
it starts twice                          passed message    =  =  =  =  =  =  =  =  =  =  =  =  p  =  =  =  =  p  5
an unknown message before its start      tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =
an unknown message behind its start      passed message    =  =  =  =  =  =  =  =  =  =  =  =  p  =  =  =  =  p  =
an unknown message in the middle         passed message    =  a  a  =  a  1  a  2  2  =  =  2  p  =  =  =  =  p  =
an unknown message behind its last       tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =
headers in a tuple of lists              tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =
headers from a generator                 tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =
headers in capitals                      tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =
no headers                               passed not html   =  =  =  =  =  =  =  =  =  =  =  =  =  =  =  =  =  =  =
bodies of other bytes                    tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =
it sends from several tasks              tailored hero     t  t  t  t  t  t  t  d  =  =  =  =  p  =  =  =  =  p  =
it asks for the visitor before its start tailored hero     t  t  t  t  t  t  t  d  p  p  p  p  p  p  p  p  p  p  5
it asks for the visitor behind its start tailored hero     t  t  t  t  t  t  t  d  p  p  p  p  p  p  p  =  p  p  5
"""


@dataclass(frozen=True)
class Row:
    """One fault: `cells` has a letter for each kind of response."""

    fault: str
    counted: tuple[str, str] | None
    cells: Mapping[str, str]


def _read(table: str) -> Mapping[str, Row]:
    lines = [line for line in table.splitlines() if line and not line.startswith("--")]
    heads = [line.split() for line in lines if line.startswith(" ")]
    kinds = [words[-1] for words in heads]
    rows = {}
    for line in lines[len(heads) :]:
        fault, counted = line[:41].strip(), line[41:59].split(maxsplit=1)
        cells = dict(zip(kinds, line[59:].split(), strict=True))
        rows[fault] = Row(fault, None if counted == ["-"] else (counted[0], counted[1].strip()), cells)
    return rows


ROWS = _read(TABLE)
