/** What would mend it: changes that the engine has tried, with their lines, what else they change, and a way to see them. */
import { addressOf } from "../address";
import { answered, sending } from "../ask";
import { byId, h, prose } from "../dom";
import { download } from "../download";
import { readPatch, type PatchedFile } from "../patch";
import type { Boot, ErrorAnswer, Fixes, OfferedFix, WorkspaceCreated } from "../protocol";
import { count, reasonTree, type Reason } from "../reasons";
import type { Asked } from "../session";
import type { Answer } from "../state";
import { flowList } from "./flows";
import { about, draftShown } from "../subject";
import type { ManifestPanel } from "./manifest";
import { satisfied } from "./result";
import { t } from "../i18n";

/** Beyond the end of any trace: the page then stands at its last step. */
const LAST_STEP = 99_998;
/** So many letters of a change stand in its title. */
const LONG = 72;

interface Actions {
  refused(answer: ErrorAnswer): void;
  /** Put the change into the editor, not saved. */
  apply(patch: string): void;
}

export class FixesPanel {
  private readonly root = byId("fixes");
  private readonly known = new Map<string, Promise<Fixes | ErrorAnswer>>();
  private shown = "";

  constructor(
    private readonly boot: Pick<Boot, "workspaceUrl">,
    private readonly manifest: ManifestPanel,
    private readonly act: Actions,
  ) {}

  /** Another cluster: what would have mended the one before says nothing. */
  forget(): void {
    this.known.clear();
    this.shown = "";
  }

  /** Ask only for what failed, and only when the reader is where it failed. */
  show(answer: Answer | null, atEnd: boolean): void {
    const failed = answer?.complete && !satisfied(answer.trace) && !answer.trace.faults.length;
    this.root.hidden = !failed || !atEnd;
    if (!failed || !atEnd) return;
    const { from, to, protocol } = answer.question;
    const key = String(new URLSearchParams({ from, to, protocol }));
    if (key === this.shown) return;
    this.shown = key;
    void this.look(key, answer.question);
  }

  /** First the changes, then what else they change: to compare all flows takes longer. */
  private async look(key: string, asked: Asked): Promise<void> {
    this.draw(h("p", { class: "busy", role: "status" }, t("fixes.trying")));
    const soon = await this.answer(`${key}&compare=no`);
    if (key !== this.shown) return;
    if ("code" in soon) this.draw(h("p", { role: "status" }, `${soon.message} ${soon.hint}`));
    else if (!soon.fixes.length) this.draw(h("p", { role: "status" }, t("fixes.none")));
    else await this.compare(key, asked, soon);
  }

  private async compare(key: string, asked: Asked, soon: Fixes): Promise<void> {
    this.draw(...this.reasons(soon), this.list(soon, asked, comparing));
    const whole = await this.answer(key);
    if (key !== this.shown || this.root.querySelector(":disabled")) return;
    if ("code" in whole)
      this.draw(
        ...this.reasons(soon),
        this.list(soon, asked, () => uncompared(whole)),
      );
    else this.draw(...this.reasons(whole), this.list(whole, asked, also));
  }

  /** Each question is asked once, unless there was no answer. */
  private async answer(query: string): Promise<Fixes | ErrorAnswer> {
    const wanted = this.known.get(query) ?? answered<Fixes>(about(`${this.boot.workspaceUrl}/fixes?${query}`));
    this.known.set(query, wanted);
    const found = await wanted;
    if ("code" in found) this.known.delete(query);
    return found;
  }

  private draw(...parts: HTMLElement[]): void {
    this.root.replaceChildren(h("h2", {}, t("fixes.title")), ...parts);
  }

  /** Where there is more than one, the reasons one behind the other. */
  private reasons({ fixes }: Fixes): HTMLElement[] {
    const tree = reasonTree(fixes);
    if (count(tree) < 2) return [];
    return [h("div", { class: "reasons" }, h("h3", {}, t("fixes.reasons")), this.branch(tree))];
  }

  private branch(reasons: readonly Reason[]): HTMLElement {
    const items = reasons.map(({ why, behind }) => {
      const item = h("li", {}, h("p", { lang: "en" }, ...prose(why.message)));
      if (why.file) {
        const words = why.line === null ? why.file : t("file-line", { file: why.file, line: String(why.line) });
        const place = h("button", { type: "button", class: "place mono" }, words);
        const origin = { file: why.file, line: why.line };
        place.addEventListener("click", () => this.manifest.point(origin, t("result.blame")));
        item.append(place);
      }
      if (behind.length) item.append(this.branch(behind));
      return item;
    });
    return h("ol", {}, ...items);
  }

  private list({ fixes }: Fixes, asked: Asked, others: (fix: OfferedFix) => HTMLElement): HTMLElement {
    const items = fixes.map((fix, place) => {
      const see = h("button", { type: "button", class: "btn" }, t("fixes.see"));
      see.addEventListener("click", () => void this.mend(see, asked, fix.number));
      see.hidden = draftShown() !== null;
      const apply = h("button", { type: "button", class: "quiet" }, t("fixes.apply"));
      apply.addEventListener("click", () => this.act.apply(fix.patch));
      const save = h("button", { type: "button", class: "quiet" }, t("fixes.download"));
      save.addEventListener("click", () => saved(fix.patch, `netviz-${place + 1}.patch`));
      const title = titled(fix.changes, fixes.length > 1 ? `${place + 1}. ` : "");
      const parts = [
        ...title,
        ...readPatch(fix.patch).map(patched),
        others(fix),
        h("div", { class: "acts" }, see, apply, save),
      ];
      return h("li", {}, ...parts);
    });
    return h("ol", { class: "offers", "aria-label": t("fixes.list") }, ...items);
  }

  /** A copy with the change, asked the same; the original stays as it is. */
  private async mend(button: HTMLButtonElement, asked: Asked, number: number): Promise<void> {
    const { from, to, protocol } = asked;
    button.disabled = true;
    button.textContent = t("fixes.copying");
    const wanted = sending({ from, to, protocol, number });
    const told = await answered<WorkspaceCreated>(`${this.boot.workspaceUrl}/fixes`, wanted);
    if (!("code" in told)) {
      const { pathname } = new URL(told.url, location.href);
      location.assign(addressOf(pathname, { ...asked, picks: [], after: [] }, LAST_STEP));
      return;
    }
    button.disabled = false;
    button.textContent = t("fixes.see");
    this.act.refused(told);
  }
}

/** One change in words; several each on a line of their own. */
function titled(changes: readonly string[], number: string): HTMLElement[] {
  if (changes.length === 1) return [h("h3", {}, number + brief(changes[0]!))];
  const items = changes.map((change) => h("li", {}, brief(change)));
  return [h("h3", {}, number + t("fixes.changes", { count: changes.length })), h("ul", { class: "changes" }, ...items)];
}

/** Where it is; what it becomes, if that is short. The lines below show it all. */
function brief(change: string): string {
  const at = change.indexOf(": ");
  return change.length > LONG && at > 0 ? change.slice(0, at) : change;
}

/** The lines that change, with a few around them. */
function patched({ path, hunks }: PatchedFile): HTMLElement {
  const lines = hunks.flatMap((hunk, index) => {
    const shown = hunk.lines.map(({ sign, text }) =>
      h("span", { class: sign === "+" ? "add" : sign === "-" ? "del" : "" }, h("u", {}, sign), `${text}\n`),
    );
    return index ? [h("span", { class: "gap" }, "…\n"), ...shown] : shown;
  });
  const line = hunks[0] ? String(hunks[0].at + firstChange(hunks[0].lines)) : null;
  const title = line === null ? path : t("file-line", { file: path, line });
  return h("figure", { class: "patch" }, h("figcaption", { class: "mono" }, title), pre(lines, path));
}

const pre = (lines: HTMLElement[], path: string): HTMLElement =>
  h("pre", { tabindex: "0", "aria-label": t("fixes.change-to", { file: path }) }, ...lines);

const firstChange = (lines: PatchedFile["hunks"][number]["lines"]): number =>
  Math.max(
    0,
    lines.findIndex(({ sign }) => sign !== " "),
  );

const comparing = ({ unchecked }: OfferedFix): HTMLElement =>
  h("p", { class: "also busy", role: "status" }, t("fixes.comparing", { count: unchecked }));

const uncompared = ({ message }: ErrorAnswer): HTMLElement =>
  h("p", { class: "also" }, t("fixes.uncompared", { why: message }));

/** Every other flow that such a change changes; folded. */
function also({ flows, unchecked }: OfferedFix): HTMLElement {
  const rest = unchecked ? t("fixes.too-many", { count: unchecked }) : "";
  if (!flows.length) return h("p", { class: "also" }, t("fixes.no-other") + rest);
  const words = t("fixes.others", { count: flows.length });
  return h("details", { class: "also" }, h("summary", {}, words + rest), flowList(flows));
}

const saved = (patch: string, name: string): void => download(new Blob([patch], { type: "text/x-patch" }), name);
