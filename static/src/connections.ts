/** The connections of this session in a row: which of them is shown, and who answered each. */
import { byId, h, icon } from "./dom";
import { succeeded } from "./panels/result";
import { isFull, type Connection, type Session } from "./session";
import { t } from "./i18n";

export class Connections {
  private readonly root = byId("session");
  private readonly list = byId("session-list");
  private readonly more = byId<HTMLButtonElement>("send-another");
  private drawn = "";

  constructor(act: { look(index: number): void; afresh(): void; another(): void }) {
    this.list.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("button[data-at]");
      if (button) act.look(Number(button.dataset["at"]));
    });
    byId("session-afresh").addEventListener("click", () => act.afresh());
    this.more.addEventListener("click", () => act.another());
  }

  show(session: Session): void {
    const looks = JSON.stringify(session);
    if (looks === this.drawn) return;
    this.drawn = looks;
    const { connections, at } = session;
    this.more.hidden = connections.length === 0;
    this.more.disabled = isFull(session);
    this.root.hidden = connections.length < 2;
    const focused = this.list.contains(document.activeElement);
    this.list.replaceChildren(...connections.map((one, index) => item(one, index, index === at)));
    if (focused) this.list.querySelector<HTMLElement>("[aria-current]")?.focus();
  }
}

function item(connection: Connection, index: number, shown: boolean): HTMLElement {
  const { asked, outcome } = connection;
  const good = outcome !== null && succeeded(outcome);
  const words = endOf(connection);
  const button = h(
    "button",
    {
      type: "button",
      "data-at": String(index),
      "aria-current": shown ? "true" : null,
      class: outcome === null ? "" : good ? "good" : "bad",
    },
    h(
      "i",
      { class: "visually-hidden" },
      t("session.connection", { number: index + 1, from: asked.from, to: asked.to, end: words }),
    ),
    h("span", { "aria-hidden": "true" }, String(index + 1)),
    outcome === null ? null : icon(good ? "pod" : "drop"),
    h("b", { class: "mono", "aria-hidden": "true" }, words),
  );
  return h("li", {}, button);
}

/** Who answered, or how it ended. */
function endOf({ outcome, reached }: Connection): string {
  if (outcome === null) return "…";
  return succeeded(outcome) && reached ? reached.split("/").at(-1)! : outcome;
}
