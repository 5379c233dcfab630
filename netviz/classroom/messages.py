"""What is said on a class's websocket, and what its API answers (docs/websocket-protocol.md)."""

from typing import Annotated, Literal

import msgspec

from netviz.classroom.board import Board
from netviz.protocol import EarlierQuestion, ErrorMessage, FlowQuestion, Pick, Seed, Size, Words

Name = Annotated[str, msgspec.Meta(max_length=40)]
StepIndex = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
ChoiceIndex = Annotated[int, msgspec.Meta(ge=0, le=63)]
Faults = Annotated[tuple[Words, ...], msgspec.Meta(max_length=16)]


class ClassClaim(msgspec.Struct, frozen=True, tag="class.claim", rename={"role": "as"}):
    """Take the presenter's right, or the audience view's, by its token."""

    token: Words
    role: Literal["presenter", "audience"] = "presenter"


class ClassHello(msgspec.Struct, frozen=True, tag="class.hello"):
    """A follower's name; nobody has to have one."""

    name: Name


class ClassCursor(msgspec.Struct, frozen=True, tag="class.cursor"):
    """The presenter is at this step of this trace; everybody follows."""

    flow: FlowQuestion
    step: StepIndex
    seed: Seed = 0
    picks: tuple[Pick, ...] = ()
    after: tuple[EarlierQuestion, ...] = ()
    faults: Faults = ()
    size: Size = 0


class ClassWhere(msgspec.Struct, frozen=True, tag="class.where"):
    """Say the state again: a screen that has slept can't tell a quiet line from a dead one."""


class ClassAsk(msgspec.Struct, frozen=True, tag="class.ask"):
    """Open a poll: the question that the present step offers under this id, or one of the presenter's own."""

    offer: Words | None = None
    question: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    choices: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=120)], ...], msgspec.Meta(max_length=8)
    ] = ()
    answer: ChoiceIndex | None = None
    explanation: Words = ""


class ClassClose(msgspec.Struct, frozen=True, tag="class.close"):
    """Take no more votes."""

    poll: Words


class ClassReveal(msgspec.Struct, frozen=True, tag="class.reveal"):
    """Show everybody the answer."""

    poll: Words


class ClassDismiss(msgspec.Struct, frozen=True, tag="class.dismiss"):
    """Put the poll away; its votes stay."""

    poll: Words


class ClassBlank(msgspec.Struct, frozen=True, tag="class.blank"):
    """Darken the audience view and the followers' pictures, or light them again."""

    blank: bool


class ClassModerate(msgspec.Struct, frozen=True, tag="class.moderate"):
    """Give a member another name, remove them, or let them in again."""

    member: int
    name: Name | None = None
    removed: bool | None = None


class ClassLock(msgspec.Struct, frozen=True, tag="class.lock"):
    """Let nobody new in, or open the door again."""

    locked: bool


class ClassVote(msgspec.Struct, frozen=True, tag="class.vote"):
    """One choice of the open poll; it may be changed until the poll closes."""

    poll: Words
    choice: ChoiceIndex


ClassClientMessage = (
    ClassClaim
    | ClassHello
    | ClassCursor
    | ClassWhere
    | ClassAsk
    | ClassClose
    | ClassReveal
    | ClassDismiss
    | ClassBlank
    | ClassModerate
    | ClassLock
    | ClassVote
)


class PollChoice(msgspec.Struct, frozen=True):
    """One thing to vote for; `note` says what it is, as in "the client"."""

    text: str
    note: str = ""


class PollShown(msgspec.Struct, frozen=True):
    """A poll as everybody sees it; `answer` and `explanation` only once it is revealed."""

    id: str
    question: str
    choices: tuple[PollChoice, ...]
    status: Literal["open", "closed", "revealed"]
    answer: int | None = None
    explanation: str = ""


class ClassState(msgspec.Struct, frozen=True, tag="class.state"):
    """Everything that a screen shows. Whole and idempotent: the one with the highest revision holds."""

    revision: int
    snapshot: str
    flow: FlowQuestion | None = None
    seed: int = 0
    step: int = 0
    poll: PollShown | None = None
    picks: tuple[int, ...] = ()
    after: tuple[EarlierQuestion, ...] = ()
    faults: tuple[str, ...] = ()
    size: int = 0
    blank: bool = False


class ClassCounts(msgspec.Struct, frozen=True, tag="class.counts"):
    """For the presenter and the audience view: how many follow, and the votes by the index of the choice."""

    followers: int
    votes: dict[str, int]
    locked: bool = False


class ClassClaimed(msgspec.Struct, frozen=True, tag="class.claimed", rename={"role": "as"}):
    """The claim holds."""

    role: Literal["presenter", "audience"]


class ClassYou(msgspec.Struct, frozen=True, tag="class.you"):
    """Who the server takes this socket for, and what they have voted in the present poll."""

    number: int
    name: str
    poll: str | None
    choice: int | None


class ClassVoted(msgspec.Struct, frozen=True, tag="class.voted"):
    """The vote is written down."""

    poll: str
    choice: int


class ClassNotice(msgspec.Struct, frozen=True, tag="class.notice"):
    """Something is out of order, in words; with an empty message it is in order again."""

    about: Literal["exchange", "storage"]
    message: str


ClassServerMessage = ClassState | ClassCounts | ClassClaimed | ClassYou | ClassVoted | ClassNotice | ErrorMessage


class ClassCreated(msgspec.Struct, frozen=True):
    """Answer to a new class: who knows `code` follows, who knows `token` presents, `audience_token` only looks."""

    code: str
    join_url: str
    presenter_url: str
    audience_url: str
    token: str
    audience_token: str


class ClassMember(msgspec.Struct, frozen=True):
    """Somebody in the class, for the presenter; `here`: a screen of theirs is open now."""

    member: int
    number: int
    name: str
    removed: bool
    here: bool


class LessonFrom(msgspec.Struct, frozen=True):
    """The screen of a lab that a class was made from."""

    slug: Words
    seed: Seed = 0
    screen: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0


class OfferPlace(msgspec.Struct, frozen=True):
    """The connection that a question is about, and the step where its packet waits for the answer."""

    flow: FlowQuestion
    seed: int
    picks: tuple[int, ...]
    step: int


class ClassOffer(msgspec.Struct, frozen=True):
    """A question that a step offers; `answer` is the engine's, and at the step with index `seen` one sees it.

    One of the lab that the class was made from says with `place` where to go before it is asked.
    """

    id: str
    question: str
    choices: tuple[PollChoice, ...]
    answer: int
    explanation: str
    seen: int
    place: OfferPlace | None = None


class ClassBoot(msgspec.Struct, frozen=True, rename={
    "ws_path": "wsPath", "api_url": "apiUrl", "join_urls": "joinUrls",
}):  # fmt: skip
    """What a page of a class knows before it asks: the JSON in its element `netviz-class`."""

    code: str
    title: str
    ws_path: str
    api_url: str
    join_urls: tuple[str, ...]
    labs: tuple[str, ...] = ()


CLASS_ANSWERS: tuple[type[msgspec.Struct], ...] = (ClassCreated, ClassMember, ClassOffer, ClassBoot, Board)

_MESSAGE: msgspec.json.Decoder[ClassClientMessage] = msgspec.json.Decoder(ClassClientMessage)


def decode(text: str) -> ClassClientMessage:
    """What a client said; msgspec.DecodeError where it is no message of this protocol."""
    return _MESSAGE.decode(text)


def encode(message: ClassServerMessage) -> str:
    return msgspec.json.encode(message).decode()
