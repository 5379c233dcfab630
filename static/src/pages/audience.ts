/** What the projector shows: the picture, the sentence, a poll with its bars, and how to join. */
import { Bars, countsOf, statusOf, total } from "../classroom/bars";
import { FrontLine, tokenOf } from "../classroom/front";
import { isOver } from "../classroom/line";
import { Remote } from "../classroom/remote";
import { Screen } from "../classroom/screen";
import { Snapshot } from "../classroom/snapshot";
import { byId, unbroken } from "../dom";
import { t } from "../i18n";
import type { ClassBoot, ClassCounts, ClassServerMessage, ClassState, PollShown } from "../protocol";

const boot = JSON.parse(byId("netviz-class").textContent!) as ClassBoot;
const snapshot = new Snapshot(boot);
const bars = new Bars(byId("votes"));
document.documentElement.dataset["theme"] = "projector";

let state: ClassState | null = null;
let counts: ClassCounts = { type: "class.counts", followers: 0, votes: {}, locked: false };
/** Where the class began: once it has moved on from there, the code to scan goes away. */
let first: number | null = null;
/** Whether the desk wants it shown, or put away; null: as it goes by itself. */
let codeAsked: boolean | null = null;
let over = false;

const screen = new Screen({ went: () => state && draw(state) });
const graph = snapshot.graph().then((found) => screen.setGraph(found));
new FrontLine(boot, "audience", tokenOf(location.hash), {
  message: heard,
  line: (line) => {
    byId("line").hidden = line !== "lost" || over;
    if (line === "open" && state) state = { ...state, revision: -1 };
  },
});
byId<HTMLSelectElement>("join-url").addEventListener("change", (event) =>
  choose((event.target as HTMLSelectElement).value),
);
choose(boot.joinUrls[0]!);
const remote = new Remote(boot.code);
remote.handOnKeys();
remote.onShowCode(() => {
  codeAsked = !isLobbying();
  drawLobby();
});
drawLobby();

function heard(message: ClassServerMessage): void {
  if (message.type === "class.state") {
    if (state && message.revision <= state.revision) return;
    state = message;
    byId("refusal").hidden = true;
    draw(message);
  } else if (message.type === "class.counts") {
    counts = message;
    byId("followers").textContent = t("class.follow", { count: message.followers });
    drawVotes();
  } else if (message.type === "error") {
    over = isOver(message.code);
    byId("refusal").hidden = false;
    byId("refusal").textContent = `${message.message} ${message.hint}`;
  }
}

function draw(now: ClassState): void {
  byId("blank").hidden = !now.blank;
  drawPoll(now.poll);
  const asked = snapshot.trace(now);
  if (!asked) return;
  void Promise.all([asked, graph]).then(([answer]) => {
    if (!state || snapshot.trace(state) !== asked) return;
    first ??= state.step;
    const runs = state.step !== first || state.poll !== null;
    if (runs && !document.body.classList.contains("running")) codeAsked = null;
    document.body.classList.toggle("running", runs);
    drawLobby();
    screen.place(answer, state.step);
    byId("of").textContent = t("class.step-of", { step: screen.at + 1, total: answer.total });
  });
}

function isLobbying(): boolean {
  return codeAsked ?? !document.body.classList.contains("running");
}

function drawLobby(): void {
  document.body.classList.toggle("lobbying", isLobbying());
}

function drawPoll(poll: PollShown | null): void {
  document.body.classList.toggle("polling", poll !== null);
  byId("poll").hidden = poll === null;
  if (!poll) return;
  byId("poll").dataset["status"] = poll.status;
  byId("poll-question").replaceChildren(...unbroken(poll.question));
  byId("because").textContent = poll.explanation;
  drawVotes();
}

function drawVotes(): void {
  const poll = state?.poll;
  if (!poll) return;
  bars.show(poll, counts.votes);
  byId("poll-status").textContent = statusOf(poll);
  byId("answered").textContent = t("class.answered", {
    votes: total(countsOf(poll, counts.votes)),
    followers: counts.followers,
  });
}

/** Which address of this machine the wall shows, where there are several. */
function choose(url: string): void {
  byId("join-at").textContent = url.replace(/^https?:\/\//, "").replace(/\/c\/.*/, "/join");
  for (const symbol of document.querySelectorAll<HTMLElement>("[data-qr]"))
    symbol.hidden = symbol.dataset["qr"] !== url;
}
