// Bundles the browser's code: each module in static/src/pages becomes a file of static/dist, what they share a chunk.
// Django gives the files their hashed names when it collects them.
import { context } from "esbuild";
import { readdirSync, rmSync } from "node:fs";

const sources = "static/src/pages";
const outdir = "static/dist";
const watch = process.argv.includes("--watch");
const entryPoints = readdirSync(sources, { withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(ts|css)$/.test(entry.name))
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
if (watch) {
  await bundle.watch();
} else {
  await bundle.rebuild();
  await bundle.dispose();
}
