/** The editor itself: one text at a time, with a tab and a history of its own for each file. */
import type { CompletionSource } from "@codemirror/autocomplete";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, Text, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { h } from "../dom";
import { t } from "../i18n";
import type { EditorFile, EditorProblem } from "./files";
import { marksOf } from "./marks";
import { extensions } from "./setup";
import { Tabs } from "./tabs";

export interface EditorOptions {
  readonly files: readonly EditorFile[];
  /** What the page's Content-Security-Policy lets style elements in by. */
  readonly nonce: string;
  readonly readOnly?: boolean;
  /** Whether files may be added, renamed and removed. */
  readonly mayArrange?: boolean;
  readonly complete?: CompletionSource;
  /** Somebody has changed a text or the files; `files()` says what they are now. */
  changed(): void;
}

let editors = 0;

export class Editor {
  private readonly states = new Map<string, EditorState>();
  private readonly tabs: Tabs;
  private readonly view: EditorView;
  private readonly sized: ResizeObserver;
  private readonly note: HTMLElement;
  private readonly number = (editors += 1);
  private current: string | null = null;
  private saved = new Map<string, string>();
  private problems: readonly EditorProblem[] = [];
  /** While the editor itself puts a text in, nobody has changed anything. */
  private quiet = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly options: EditorOptions,
  ) {
    const panel = h("div", { class: "text", id: `editor-${this.number}-text`, role: "tabpanel" });
    this.note = h("p", { class: "editor-note", role: "status" });
    const leave = h("p", { class: "visually-hidden", id: this.leaveId }, t("editor.leave"));
    const act = {
      open: (path: string) => this.open(path),
      add: (path: string) => this.add(path),
      rename: (path: string, to: string) => this.rename(path, to),
      remove: (path: string) => this.remove(path),
    };
    this.tabs = new Tabs(panel.id, act, options.mayArrange ?? false);
    root.classList.add("editor");
    root.replaceChildren(this.tabs.root, this.note, panel, leave);
    this.view = new EditorView({ parent: panel, state: this.state("", "") });
    this.sized = new ResizeObserver(() => this.reveal());
    this.sized.observe(panel);
    this.setFiles(options.files);
  }

  /** Other files, as they are saved: nothing in them counts as changed. A file of the same name stays open. */
  setFiles(files: readonly EditorFile[]): void {
    this.putFiles(files);
    this.saved = new Map(this.files().map(({ path, text }) => [path, text]));
    this.showTabs();
  }

  /** Other texts that are not saved. A file that stays has it in its history, so that it can be undone. */
  putFiles(files: readonly EditorFile[]): void {
    const there = new Set(files.map(({ path }) => path));
    this.keep();
    const order = new Map<string, EditorState>();
    for (const { path, text } of files) {
      const known = this.states.get(path);
      order.set(path, known ? replaced(known, text) : this.state(path, text));
    }
    this.states.clear();
    for (const [path, state] of order) this.states.set(path, state);
    const next = this.current !== null && there.has(this.current) ? this.current : (files[0]?.path ?? null);
    this.current = null;
    if (next === null) this.close();
    else this.open(next);
  }

  files(): EditorFile[] {
    this.keep();
    return [...this.states].map(([path, state]) => ({ path, text: textOf(state) }));
  }

  setProblems(problems: readonly EditorProblem[]): void {
    this.problems = problems;
    this.mark();
    this.showTabs();
  }

  /** Show a file, and put the cursor at a line of it; keys follow unless they are busy elsewhere. */
  open(path: string, line?: number, { column = 1, focus = true } = {}): void {
    const state = path === this.current ? null : this.states.get(path);
    if (state === undefined) return;
    if (state) {
      this.keep();
      this.current = path;
      this.put(state);
      this.mark();
    }
    this.say("");
    this.showTabs();
    if (line === undefined) return;
    this.goTo(line, column);
    if (focus) this.focus();
  }

  /** To the next problem after the cursor, in whichever file; after the last one the first again. */
  toProblem(): void {
    const paths = [...this.states.keys()];
    const { head } = this.view.state.selection.main;
    const line = this.current === null ? 0 : this.view.state.doc.lineAt(head).number;
    const here = [paths.indexOf(this.current ?? ""), line] as const;
    const places = this.problems
      .filter(({ file, level }) => level !== "info" && file !== null && paths.includes(file))
      .map((problem) => ({ ...problem, at: [paths.indexOf(problem.file!), problem.line ?? 1] as const }))
      .sort((one, other) => one.at[0] - other.at[0] || one.at[1] - other.at[1]);
    const next = places.find(({ at }) => at[0] > here[0] || (at[0] === here[0] && at[1] > here[1])) ?? places[0];
    if (next) this.open(next.file!, next.line ?? 1, { column: next.column ?? 1 });
  }

  focus(): void {
    this.view.focus();
  }

  destroy(): void {
    this.sized.disconnect();
    this.view.destroy();
    this.root.replaceChildren();
  }

  private get leaveId(): string {
    return `editor-${this.number}-leave`;
  }

  private goTo(line: number, column: number): void {
    const found = this.view.state.doc.line(Math.min(Math.max(line, 1), this.view.state.doc.lines));
    const anchor = found.from + Math.min(Math.max(column - 1, 0), found.length);
    this.view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
  }

  /** The line where somebody writes stays in sight when there is less room. */
  private reveal(): void {
    if (!this.view.hasFocus) return;
    this.view.dispatch({ effects: EditorView.scrollIntoView(this.view.state.selection.main.head) });
  }

  private add(path: string): void {
    this.keep();
    this.states.set(path, this.state(path, ""));
    this.open(path);
    this.focus();
    this.options.changed();
  }

  private rename(path: string, to: string): void {
    this.keep();
    const entries = [...this.states];
    this.states.clear();
    for (const [name, state] of entries)
      this.states.set(name === path ? to : name, name === path ? this.state(to, textOf(state)) : state);
    this.current = null;
    this.open(to);
    this.options.changed();
  }

  private remove(path: string): void {
    this.keep();
    const paths = [...this.states.keys()];
    const [at, state] = [paths.indexOf(path), this.states.get(path)!];
    this.states.delete(path);
    const next = paths[at + 1] ?? paths[at - 1];
    this.current = null;
    if (next === undefined) this.close();
    else this.open(next);
    this.options.changed();
    const back = h("button", { type: "button", class: "quiet" }, t("editor.put-back"));
    back.addEventListener("click", () => this.restore(path, state, at));
    this.note.replaceChildren(t("editor.removed", { path }), back);
  }

  private restore(path: string, state: EditorState, at: number): void {
    this.keep();
    const entries = [...this.states];
    entries.splice(at, 0, [path, state]);
    this.states.clear();
    for (const [name, one] of entries) this.states.set(name, one);
    this.open(path);
    this.focus();
    this.options.changed();
  }

  /** No file at all. */
  private close(): void {
    this.current = null;
    this.put(this.state("", ""));
    this.showTabs();
  }

  private state(path: string, text: string): EditorState {
    const { nonce, readOnly = false, complete = null } = this.options;
    const changed = (update: { docChanged: boolean }): void => {
      if (!update.docChanged || this.quiet || this.current === null) return;
      this.keep();
      this.showTabs();
      this.options.changed();
    };
    const setup = { path, nonce, readOnly: readOnly || path === "", describedBy: this.leaveId, complete, changed };
    return EditorState.create({ doc: text, extensions: [lineEnds(text), extensions(setup)] });
  }

  private put(state: EditorState): void {
    this.quiet = true;
    this.view.setState(state);
    this.quiet = false;
  }

  /** The text that is shown is part of the view until another one is. */
  private keep(): void {
    if (this.current !== null && this.states.has(this.current)) this.states.set(this.current, this.view.state);
  }

  private mark(): void {
    if (this.current === null) return;
    const marks = marksOf(this.problems, this.current, this.view.state.doc);
    this.view.dispatch(setDiagnostics(this.view.state, marks));
  }

  private say(words: string): void {
    this.note.replaceChildren(words);
  }

  private showTabs(): void {
    const troubles = new Map<string, number>();
    for (const { file, level } of this.problems)
      if (file !== null && level !== "info") troubles.set(file, (troubles.get(file) ?? 0) + 1);
    const paths = [...this.states.keys()];
    const changed = new Set(paths.filter((path) => this.saved.get(path) !== textOf(this.states.get(path)!)));
    this.tabs.show({ paths, current: this.current, changed, troubles });
  }
}

const texts = new WeakMap<object, string>();

/** A text that was written on Windows stays so. */
const lineEnds = (text: string): Extension =>
  /\r\n/.test(text) && !/[^\r]\n|\r(?!\n)/.test(text) ? EditorState.lineSeparator.of("\r\n") : [];

/** Each text is put together once. */
function textOf(state: EditorState): string {
  const known = texts.get(state.doc);
  if (known !== undefined) return known;
  const text = state.sliceDoc();
  texts.set(state.doc, text);
  return text;
}

/** The same state with another text, in its history; only what differs is replaced, so that the cursor stays. */
function replaced(state: EditorState, text: string): EditorState {
  if (textOf(state) === text) return state;
  const [old, now] = [state.doc.toString(), text.replace(/\r\n?/g, "\n")]; // inside, every line ends in one letter
  let from = 0;
  while (from < old.length && from < now.length && old[from] === now[from]) from += 1;
  let end = 0;
  while (end < old.length - from && end < now.length - from && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const insert = Text.of(now.slice(from, now.length - end).split("\n"));
  return state.update({ changes: { from, to: old.length - end, insert } }).state;
}
