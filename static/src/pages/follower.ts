/** A follower's page: with the class, or peeking ahead and back. Nothing that happens here moves anybody else. */
import { Ballot } from "../classroom/ballot";
import { follow, NOWHERE, reopened, stepOf, type Event, type Following } from "../classroom/follow";
import { ClassLine, isOver } from "../classroom/line";
import { rememberClass } from "../classroom/report";
import { Screen } from "../classroom/screen";
import { Refused, Snapshot } from "../classroom/snapshot";
import { byId } from "../dom";
import { t } from "../i18n";
import type { ClassBoot, ClassServerMessage } from "../protocol";

const boot = JSON.parse(byId("netviz-class").textContent!) as ClassBoot;
const snapshot = new Snapshot(boot);
rememberClass(boot.code);
let now: Following = NOWHERE;
/** The class has ended; what is shown stays. */
let over = false;

const screen = new Screen({ went: (at) => apply({ type: "looked", at }) });
const ballot = new Ballot((vote) => line.send(vote));
const line: ClassLine = new ClassLine(boot.wsPath, {
  message: (message) => heard(message),
  line: (state) => {
    now = state === "open" ? reopened(now) : follow(now, { type: "line", line: state });
    draw();
  },
});

byId("return").addEventListener("click", () => apply({ type: "returned" }));
document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement && event.target.type !== "range";
  const returns = event.key === "Escape" || (event.key.toLowerCase() === "r" && !event.ctrlKey && !event.metaKey);
  if (!typing && returns && now.peek !== null) apply({ type: "returned" });
});
byId<HTMLFormElement>("who").addEventListener("submit", (event) => {
  event.preventDefault();
  line.send({ type: "class.hello", name: byId<HTMLInputElement>("name").value });
  byId<HTMLDetailsElement>("who-open").open = false;
});
setInterval(() => ballot.again(), 2000);
const graph = snapshot.graph().then((found) => screen.setGraph(found));
graph.catch(refused);

function heard(message: ClassServerMessage): void {
  if (message.type === "class.you") {
    byId("me").textContent = message.name || t("class.guest", { number: String(message.number) });
    ballot.remembered(message.poll, message.choice);
    ballot.again();
  } else if (message.type === "class.voted") {
    ballot.kept(message.poll, message.choice);
  } else if (message.type === "error") {
    over = isOver(message.code);
    byId("refusal").textContent = `${message.message} ${message.hint}`;
    byId("refusal").hidden = message.code === "storage-busy"; // the notice says so already
  }
  if (message.type === "class.state") byId("refusal").hidden = true;
  apply(message);
}

function apply(event: Event): void {
  const before = now;
  now = follow(now, event);
  if (now !== before) draw();
}

function draw(): void {
  const { state } = now;
  byId("line").hidden = over || (now.line !== "lost" && now.notices.size === 0);
  byId("line").textContent =
    now.line === "lost"
      ? t("class.reconnecting", { step: screen.at + 1 })
      : [...now.notices.keys()].map((about) => t(`class.notice.${about}`)).join(" ");
  document.body.classList.toggle("lost", now.line === "lost");
  if (!state) return;
  byId("class-at").textContent = state.flow ? t("class.at", { step: state.step + 1 }) : t("class.not-yet");
  byId("peek").hidden = now.peek === null;
  byId("peek-at").textContent = String((now.peek ?? 0) + 1);
  byId("class-step").textContent = String(state.step + 1);
  byId("return-to").textContent = String(state.step + 1);
  byId("blank").hidden = !state.blank;
  ballot.show(state.poll);
  const asked = snapshot.trace(state);
  if (!asked) return;
  void Promise.all([asked, graph]).then(([answer]) => {
    if (now.state && snapshot.trace(now.state) === asked) screen.place(answer, stepOf(now));
  }, refused);
}

function refused(fault: unknown): void {
  byId("refusal").hidden = false;
  byId("refusal").textContent =
    fault instanceof Refused ? `${fault.refusal.message} ${fault.refusal.hint}` : t("class.no-picture");
}
