// Bundles the browser's code: each module in static/src/pages becomes a file of static/dist, what they share a chunk.
// Django gives the files their hashed names when it collects them.
// standalone.ts is one file of its own, script and style, for traces that are taken away and have no server.
import { context } from "esbuild";
import { readdirSync, readFileSync, rmSync } from "node:fs";

const sources = "static/src/pages";
const outdir = "static/dist";
const watch = process.argv.includes("--watch");
const entryPoints = readdirSync(sources, { withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(ts|css)$/.test(entry.name) && entry.name !== "standalone.ts")
  .map((entry) => `${sources}/${entry.name}`);

rmSync(outdir, { recursive: true, force: true });
const bundle = await context({
  entryPoints,
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: !watch,
  sourcemap: "linked",
  legalComments: "linked",
  chunkNames: "chunks/[name]-[hash]",
  assetNames: "fonts/[name]-[hash]",
  loader: { ".woff2": "file" },
  logLevel: "info",
});

// The sheets of a workspace, in the order in which its page has them, also those of the parts that it includes.
const sheetsOf = (template) =>
  [...readFileSync(`templates/${template}`, "utf8").matchAll(/static '(css\/[^']+\.css)'|include "([^"]+)"/g)].flatMap(
    ([, sheet, part]) => (sheet ? [sheet] : sheetsOf(part)),
  );
const sheets = ["base.html", "workspace.html"].flatMap(sheetsOf);
const parts = ["src/pages/theme.ts", "src/pages/fonts.css", ...sheets, "css/replay.css", "src/pages/standalone.ts"];
const standalone = await context({
  stdin: { contents: parts.map((part) => `import "./static/${part}";`).join("\n"), resolveDir: "." },
  outfile: `${outdir}/standalone.js`,
  bundle: true,
  format: "iife",
  target: "es2022",
  minify: !watch,
  legalComments: "eof",
  loader: { ".woff2": "dataurl", ".html": "text" },
  logLevel: "info",
});

for (const one of [bundle, standalone]) {
  if (watch) {
    await one.watch();
  } else {
    await one.rebuild();
    await one.dispose();
  }
}
