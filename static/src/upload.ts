/** Sending manifests: chosen, dropped anywhere on the page, or pasted. What was chosen stays when it is refused. */
import type { ErrorAnswer, WorkspaceCreated } from "./protocol";
import { t } from "./i18n";

export interface Named {
  readonly path: string;
  readonly file: File;
}

const UPLOADS = "/api/v1/workspaces";
const LIKELY = /\.(ya?ml|json|zip|tar|tgz|gz)$/i;
const HIDDEN = /(^|\/)(\.[^/]+|node_modules|__MACOSX)(\/|$)/;

/** Send files and pasted text; resolves to the new workspace, or to a refusal in words. */
export function upload(
  files: readonly Named[],
  text: string,
  progress: (share: number) => void,
): Promise<WorkspaceCreated | ErrorAnswer> {
  const form = new FormData();
  for (const { path, file } of files) {
    form.append("files", file);
    form.append("paths", path);
  }
  if (text.trim()) form.append("text", text);
  const request = new XMLHttpRequest();
  request.open("POST", UPLOADS);
  request.responseType = "json";
  request.upload.addEventListener(
    "progress",
    (event) => event.lengthComputable && progress(event.loaded / event.total),
  );
  return new Promise((resolve) => {
    request.addEventListener("load", () => resolve(request.response ?? unreadable(request.status)));
    request.addEventListener("error", () => resolve(UNREACHABLE));
    request.send(form);
  });
}

export const isRefusal = (answer: WorkspaceCreated | ErrorAnswer): answer is ErrorAnswer => "code" in answer;

/** Of a whole folder only what may be a manifest; of hand-picked files all. */
export function likely(files: readonly Named[]): Named[] {
  return files.filter(({ path }) => LIKELY.test(path) && !HIDDEN.test(path));
}

export function chosen(input: HTMLInputElement): Named[] {
  const files = [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  return input.webkitdirectory ? likely(files) : files;
}

/** Let files and folders be dropped anywhere on the page. */
export function acceptDrops(dropped: (files: Named[]) => void): void {
  const over = (on: boolean): void => {
    document.body.classList.toggle("dropping", on);
  };
  let depth = 0;
  const carries = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  document.addEventListener("dragenter", (event) => {
    if (carries(event)) over((depth += 1) > 0);
  });
  document.addEventListener("dragleave", (event) => {
    if (carries(event)) over((depth -= 1) > 0);
  });
  document.addEventListener("dragover", (event) => {
    if (carries(event)) event.preventDefault();
  });
  document.addEventListener("drop", async (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth = 0;
    over(false);
    dropped(await filesOf(event.dataTransfer!));
  });
}

/** Entries must be taken from the event at once; reading them takes its time. */
async function filesOf(transfer: DataTransfer): Promise<Named[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found = await Promise.all(
    entries.map(async (entry) => (entry.isDirectory ? likely(await walk(entry, "")) : walk(entry, ""))),
  );
  return found.flat();
}

async function walk(entry: FileSystemEntry, folder: string): Promise<Named[]> {
  const path = folder + entry.name;
  if (HIDDEN.test(path)) return [];
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path, file }];
  }
  const inside = await children(entry as FileSystemDirectoryEntry);
  return (await Promise.all(inside.map((child) => walk(child, `${path}/`)))).flat();
}

/** A reader hands out at most a hundred entries at a time. */
async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    found.push(...some);
  }
}

const UNREACHABLE: ErrorAnswer = {
  code: "unreachable",
  message: t("no-answer"),
  hint: t("no-answer.upload"),
};

const unreadable = (status: number): ErrorAnswer => ({
  code: `http-${status}`,
  message: t("upload.failed"),
  hint: t("upload.failed.hint"),
});
