/** The what-if editor of a workspace: its files to change, what that changes, and nothing saved until somebody says so. */
import { queryOf } from "../address";
import { answered, sending } from "../ask";
import { byId, h } from "../dom";
import { openEditor, type Editor, type EditorFile } from "../editor";
import { changesOf, isChanged, NO_CHANGES, withChanges, type Changes } from "../editor/files";
import { t } from "../i18n";
import { applyPatch, readPatch } from "../patch";
import type { Boot, ChangedFlow, Compared, DraftHeld, ErrorAnswer, Files, Problems } from "../protocol";
import type { WorkspaceCreated, WorkspaceReplaced } from "../protocol";
import type { Question } from "../session";
import { traceQuery } from "../share/query";
import { about, draftShown, showDraft } from "../subject";
import { Drafting } from "./drafting";
import { Sides, type Which } from "./sides";
import { DraftStore } from "./store";
import { VersionList } from "./versions";

interface Actions {
  /** The page is about another state now: draw it, and ask again. */
  refresh(): Promise<void>;
  question(): Question | null;
  at(): number;
  seek(at: number): void;
  trace(flow: ChangedFlow): void;
}

const UPLOADS = "/api/v1/workspaces";
const LAST_STEP = 99_998;

export class EditPanel {
  private readonly root = byId("edit");
  private readonly opener = byId("edit-open");
  private readonly body = h("div", { class: "edit-body" });
  private readonly notice = h("div", { class: "edit-notice", role: "alert" });
  private readonly status = h("span", { class: "edit-status", role: "status" });
  private readonly save = h("button", { type: "button", class: "btn" });
  private readonly discard = h("button", { type: "button", class: "quiet" }, t("edit.discard"));
  private readonly store: DraftStore;
  private readonly drafting: Drafting;
  private readonly sides: Sides;
  private readonly versions: VersionList;
  private editor: Editor | null = null;
  private opening: Promise<void> | null = null;
  private saved: Files = { snapshot: "", files: [] };
  private wants: Which = "after";
  private leaving = false;
  private refused = false;
  private compared = "";
  private fork: number | null = null;

  constructor(
    private readonly boot: Boot,
    private readonly act: Actions,
  ) {
    this.store = new DraftStore(boot.slug);
    this.drafting = new Drafting(
      `${boot.workspaceUrl}/drafts`,
      () => this.editor!.files(),
      (answer) => void this.held(answer),
    );
    this.sides = new Sides({ show: (which, at) => void this.show(which, at), trace: (flow) => this.act.trace(flow) });
    this.versions = new VersionList(boot.workspaceUrl, {
      changed: () => this.reload(),
      open: ({ number }) => void this.openVersion(number),
      comparison: ({ number }) => `compare/?before=${number}`,
      refused: (answer) => this.refuse(answer),
    });
    this.opener.addEventListener("click", () => void this.toggle());
    window.addEventListener("beforeunload", (event) => {
      if (!this.leaving && this.dirty) event.preventDefault();
    });
    if (this.store.kept()) void this.open();
  }

  get dirty(): boolean {
    return this.editor !== null && isChanged(this.changes());
  }

  async toggle(): Promise<void> {
    if (this.root.hidden) await this.open();
    else this.close();
  }

  async open(): Promise<void> {
    this.root.hidden = false;
    document.body.classList.add("editing");
    this.opener.setAttribute("aria-expanded", "true");
    this.opening ??= this.begin();
    await this.opening;
    if (!this.root.contains(document.activeElement)) this.editor?.focus(); // who was faster than the texts keeps the place
  }

  /** Put a change that would mend a flow into the text. */
  async apply(patch: string): Promise<void> {
    await this.open();
    if (!this.editor) return;
    const files = this.editor.files();
    const texts = new Map(files.map(({ path, text }) => [path, text]));
    for (const { path, hunks } of readPatch(patch)) {
      const text = applyPatch(texts.get(path) ?? "", hunks);
      if (text === null) return this.say(t("edit.patch-does-not-fit", { file: path }));
      texts.set(path, text);
    }
    const now = [...texts].map(([path, text]) => ({ path, text }));
    this.editor.putFiles(now);
    this.goTo(changesOf(files, now).written[0]);
    this.edited();
  }

  get isOpen(): boolean {
    return !this.root.hidden;
  }

  /** To a line of a file; who picks things in the picture one after the other keeps the keys there. */
  async openAt(file: string, line: number): Promise<void> {
    const there = this.isOpen;
    await this.open();
    this.editor?.open(file, line, { focus: !there });
  }

  toProblem(): void {
    if (this.isOpen) this.editor?.toProblem();
  }

  /** Another answer came, or the reader is at another step. */
  moved(): void {
    if (this.root.hidden || !this.editor) return;
    this.sides.mark(this.shown, this.act.at());
    void this.compare();
  }

  /** The server has forgotten the draft, as after a restart: it is sent again, and then asked about. */
  renews(refusal: { code: string } | null): boolean {
    if (refusal?.code !== "unknown-draft" || !this.editor) return false;
    this.drafting.key = null;
    this.drafting.soon();
    return true;
  }

  /** Files dropped on the page come to those of the workspace while it is edited. */
  takes(): boolean {
    return !this.root.hidden && this.boot.editable;
  }

  async add(files: readonly { path: string; file: File }[]): Promise<void> {
    if (!files.length) return;
    const form = new FormData();
    form.append("add", "yes");
    for (const { path, file } of files) {
      form.append("files", file);
      form.append("paths", path);
    }
    const told = await answered<WorkspaceReplaced>(this.boot.workspaceUrl, { method: "PUT", body: form });
    if ("code" in told) this.refuse(told);
    else await this.reload();
  }

  /** Settings were changed elsewhere on the page: what is edited stays, and is asked about anew. */
  async rebase(): Promise<void> {
    if (this.editor) await this.reload();
  }

  private close(): void {
    this.root.hidden = true;
    document.body.classList.remove("editing");
    this.opener.setAttribute("aria-expanded", "false");
    this.opener.focus({ preventScroll: true });
    if (draftShown() !== null) void this.show("before", null);
  }

  private get shown(): Which {
    return draftShown() === null ? "before" : "after";
  }

  private async begin(): Promise<void> {
    this.draw();
    const found = await answered<Files>(`${this.boot.workspaceUrl}/texts`);
    if ("code" in found) {
      this.opening = null;
      return this.refuse(found);
    }
    const { completion } = await import("../editor/completion");
    this.saved = found;
    this.editor = await openEditor(this.body, {
      files: found.files,
      nonce: document.querySelector<HTMLElement>("link[nonce]")?.nonce ?? "",
      mayArrange: true,
      complete: completion,
      changed: () => this.edited(),
    });
    this.saved = { ...found, files: this.editor.files() };
    if (this.boot.editable) void this.versions.load();
    await this.problems();
    this.restore();
    this.update();
  }

  private draw(): void {
    const close = h("button", { type: "button", class: "quiet" }, t("edit.close"));
    close.addEventListener("click", () => this.close());
    this.save.textContent = this.boot.editable ? t("edit.save") : t("edit.save-copy");
    this.save.addEventListener("click", () => void this.keep());
    this.discard.addEventListener("click", () => this.takeBack());
    const { undo, redo, opener } = this.versions;
    const kept = this.boot.editable ? [undo, redo, opener, this.adder()] : [];
    this.root.replaceChildren(
      h("header", {}, h("h2", {}, t("edit.title")), this.status, this.discard, this.save, close),
      this.boot.editable ? h("div", { class: "edit-tools" }, ...kept) : "",
      this.versions.root,
      this.notice,
      this.body,
      this.sides.root,
    );
    this.sides.none(t("edit.nothing-yet"));
  }

  private adder(): HTMLElement {
    const input = h("input", { type: "file", multiple: true, class: "visually-hidden", id: "edit-add" });
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])].map((file) => ({ path: file.name, file }));
      void this.add(files).then(() => (input.value = ""));
    });
    return h("span", { class: "adder" }, input, h("label", { for: "edit-add", class: "quiet" }, t("edit.upload")));
  }

  private changes(): Changes {
    return this.editor ? changesOf(this.saved.files, this.editor.files()) : NO_CHANGES;
  }

  /** What a reload has left of unsaved changes. */
  private restore(): void {
    const kept = this.store.kept();
    if (!kept || !isChanged(kept.changes)) return;
    this.editor!.putFiles(withChanges(this.saved.files, kept.changes));
    this.goTo(kept.changes.written[0]);
    const words = kept.snapshot === this.saved.snapshot ? t("edit.restored") : t("edit.restored-over");
    this.say(words);
    this.edited();
  }

  private edited(): void {
    const changes = this.changes();
    this.store.keep(this.saved.snapshot, changes);
    if (isChanged(changes)) {
      this.sides.busy();
      this.drafting.soon();
    } else void this.unchanged();
    this.update();
  }

  /** What is in the editor is what is saved. */
  private async unchanged(): Promise<void> {
    const other = draftShown() !== null;
    this.drafting.drop();
    this.compared = "";
    this.sides.none(t("edit.nothing-yet"));
    showDraft(null);
    await Promise.all([other ? this.act.refresh() : null, this.problems()]);
  }

  /** The server has read what is edited, or says why it does not. */
  private async held(answer: DraftHeld | ErrorAnswer): Promise<void> {
    if ("code" in answer) return this.refuse(answer);
    if (this.refused) this.say("");
    this.editor!.setProblems(answer.problems);
    this.compared = "";
    const shows = this.wants === "after";
    if (shows) showDraft(answer.draft);
    const [, found] = await Promise.all([shows ? this.act.refresh() : null, this.compare()]);
    if (found) this.toFork(found);
  }

  /** To the first step that differs, when that has become another one. */
  private toFork(found: Compared): void {
    const { fork } = found[this.shown];
    if (fork !== null && fork !== this.fork) this.act.seek(fork);
    this.fork = fork;
  }

  private async compare(): Promise<Compared | null> {
    const { key } = this.drafting;
    const question = this.act.question();
    if (key === null) return null;
    if (!question) {
      this.sides.none(t("edit.ask-first"));
      return null;
    }
    const wanted = `${traceQuery(question)}&draft=${key}`;
    if (wanted === this.compared) return null;
    this.compared = wanted;
    const found = await answered<Compared>(`${this.boot.workspaceUrl}/compare${wanted}`);
    if (wanted !== this.compared) return null;
    this.sides.show(found, `${this.boot.workspaceUrl}/diff?draft=${key}`);
    this.sides.mark(this.shown, this.act.at());
    return "code" in found ? null : found;
  }

  /** The picture shows one of the two. */
  private async show(which: Which, at: number | null): Promise<void> {
    this.wants = which;
    const draft = which === "after" ? this.drafting.key : null;
    if (draft !== draftShown()) {
      showDraft(draft);
      await this.act.refresh();
    }
    if (at !== null) this.act.seek(at);
    this.sides.mark(this.shown, this.act.at());
  }

  private async keep(): Promise<void> {
    if (!this.dirty) return;
    const files = this.editor!.files();
    if (!this.boot.editable) return this.saveCopy(files);
    this.save.disabled = true;
    const saving = sending({ files }, "PUT", { "If-Match": `"${this.saved.snapshot}"` });
    const told = await answered<WorkspaceReplaced>(`${this.boot.workspaceUrl}?save`, saving);
    this.save.disabled = false;
    if ("code" in told) return this.refuse(told);
    await this.reload(NO_CHANGES);
  }

  private async saveCopy(files: readonly EditorFile[]): Promise<void> {
    this.save.disabled = true;
    const told = await answered<WorkspaceCreated>(UPLOADS, sending({ files, copy: this.boot.slug }));
    this.save.disabled = false;
    if ("code" in told) return this.refuse(told);
    this.leaving = true;
    this.store.forget();
    const { pathname } = new URL(told.url, location.href);
    location.assign(`${pathname}${queryOf(this.act.question())}#step=${LAST_STEP}`);
  }

  /** Something else is saved now; what was changed and not saved stays changed. */
  private async reload(changes = this.changes()): Promise<void> {
    const found = await answered<Files>(`${this.boot.workspaceUrl}/texts`);
    if ("code" in found) return this.refuse(found);
    this.editor!.setFiles(found.files);
    this.saved = { ...found, files: this.editor!.files() };
    this.drafting.drop();
    showDraft(null);
    this.wants = "after";
    if (isChanged(changes)) this.editor!.putFiles(withChanges(this.saved.files, changes));
    this.say("");
    this.edited();
    await Promise.all([this.act.refresh(), this.versions.load()]);
  }

  /** To the first line of a file that is not as it is saved. */
  private goTo(file: EditorFile | undefined): void {
    if (!file) return;
    const before = this.saved.files.find(({ path }) => path === file.path);
    this.editor!.open(file.path, firstDifference(before, file));
  }

  private takeBack(): void {
    this.editor!.putFiles(this.saved.files);
    this.say("");
    this.edited();
  }

  private async openVersion(number: number): Promise<void> {
    const found = await answered<Files>(`${this.boot.workspaceUrl}/texts?version=${number}`);
    if ("code" in found) return this.refuse(found);
    this.editor!.putFiles(found.files);
    this.say(t("edit.opened", { number: String(number) }));
    this.edited();
  }

  private async problems(): Promise<void> {
    const found = await answered<Problems>(about(`${this.boot.workspaceUrl}/problems`));
    if (!("code" in found)) this.editor?.setProblems(found.problems);
  }

  private update(): void {
    const { dirty } = this;
    this.status.textContent = dirty ? t("edit.unsaved") : t("edit.all-saved");
    this.status.classList.toggle("dirty", dirty);
    this.save.disabled = !dirty;
    this.discard.hidden = !dirty;
    this.versions.unsaved(dirty);
  }

  private say(words: string): void {
    this.refused = false;
    this.notice.replaceChildren(words ? h("p", {}, words) : "");
  }

  private refuse(answer: ErrorAnswer): void {
    this.refused = true;
    const ways = answer.code === "changed-meanwhile" ? this.waysOn() : null;
    this.notice.replaceChildren(h("p", {}, `${answer.message} ${answer.hint}`), ways ?? "");
  }

  /** Somebody else was faster: theirs is the base from now on, with or without what was changed here. */
  private waysOn(): HTMLElement {
    const way = (words: string, changes: () => Changes): HTMLElement => {
      const button = h("button", { type: "button", class: "quiet" }, words);
      button.addEventListener("click", () => void this.reload(changes()));
      return button;
    };
    const over = way(t("edit.over-theirs"), () => this.changes());
    return h(
      "p",
      { class: "ways" },
      over,
      way(t("edit.take-theirs"), () => NO_CHANGES),
    );
  }
}

/** The number of the first line that is another one. */
function firstDifference(before: EditorFile | undefined, now: EditorFile): number {
  const old = before?.text.split("\n") ?? [];
  const at = now.text.split("\n").findIndex((line, index) => line !== old[index]);
  return Math.max(0, at) + 1;
}
