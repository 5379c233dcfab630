/** How CodeMirror is set up for manifests. Colours are in css/editor.css: they follow the theme of the page by themselves. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type CompletionSource,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  codeFolding,
  foldGutter,
  foldKeymap,
  indentService,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  type ViewUpdate,
} from "@codemirror/view";
import { tagHighlighter, tags } from "@lezer/highlight";
import { t } from "../i18n";

export interface Setup {
  readonly path: string;
  readonly nonce: string;
  readonly readOnly: boolean;
  readonly describedBy: string;
  readonly complete: CompletionSource | null;
  changed(update: ViewUpdate): void;
}

/** What is coloured, by the words of css/editor.css. */
const HIGHLIGHTER = tagHighlighter([
  { tag: tags.definition(tags.propertyName), class: "y-key" },
  { tag: [tags.string, tags.special(tags.string)], class: "y-text" },
  { tag: tags.content, class: "y-value" },
  { tag: tags.attributeValue, class: "y-block" },
  { tag: [tags.lineComment, tags.comment], class: "y-comment" },
  { tag: [tags.meta, tags.separator], class: "y-mark" },
  { tag: [tags.labelName, tags.typeName, tags.keyword], class: "y-name" },
  { tag: [tags.squareBracket, tags.brace], class: "y-bracket" },
]);

/** So long Tab leaves the editor after Escape. */
const LEAVING_MS = 10_000;

export function extensions({ path, nonce, readOnly, describedBy, complete, changed }: Setup): Extension[] {
  return [
    nonce ? EditorView.cspNonce.of(nonce) : [],
    EditorState.readOnly.of(readOnly),
    EditorState.tabSize.of(2),
    indentUnit.of("  "),
    EditorView.contentAttributes.of({
      "aria-label": t("editor.text", { path }),
      "aria-describedby": describedBy,
      tabindex: "0",
    }),
    EditorView.updateListener.of(changed),
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    codeFolding(),
    foldGutter({ openText: "⌄", closedText: "›" }),
    drawSelection(),
    dropCursor(),
    indentService.of((context, at) => indentAfter(context.lineAt(at, -1).text)),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    yaml(),
    syntaxHighlighting(HIGHLIGHTER),
    lintGutter(),
    complete ? autocompletion({ override: [complete], icons: false }) : [],
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...lintKeymap,
      indentWithTab,
      { key: "Escape", run: leaveWithTab },
    ]),
  ];
}

/** Where the next line begins: below a field without a value further in, else beside what is written. */
export function indentAfter(line: string): number {
  const [, indent, dashes] = /^(\s*)((?:- +)*)/.exec(line)!;
  const content = indent!.length + dashes!.length;
  if (/:\s*([|>][+-]?\s*)?(#.*)?$/.test(line)) return content + 2;
  return dashes && !/:\s/.test(line) ? indent!.length : content;
}

/** Nothing else wanted the Escape: the next Tab goes on in the page. */
function leaveWithTab(view: EditorView): boolean {
  view.setTabFocusMode(LEAVING_MS);
  return true;
}
