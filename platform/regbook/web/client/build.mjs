/* Bundles src/ into ../static/dist/ with hashed names and writes manifest.json, the icon sprite and the licences.
 * Run by hatch_build.py; `node build.mjs --watch` while one works on the look. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, watch, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const templates = resolve(here, "../templates");
const dist = resolve(here, "../static/dist");
const entries = ["app.js", "app.css"];

/** Every file below a folder, sorted, so that a build says the same thing twice. */
function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath ?? each.path, each.name))
    .sort();
}

/** Icon names: those that templates call by name, and those in icons.txt, which Python and definitions name. */
function iconNames() {
  const names = new Set(readFileSync(join(here, "icons.txt"), "utf8").split(/\s+/).filter(Boolean));
  for (const file of filesBelow(templates).filter((each) => each.endsWith(".html"))) {
    for (const [, name] of readFileSync(file, "utf8").matchAll(/\bicon(?:=|\()\s*["']([a-z0-9-]+)["']/g)) names.add(name);
  }
  return [...names].sort();
}

function sprite() {
  const symbols = iconNames().map((name) => {
    const file = join(here, "node_modules/lucide-static/icons", `${name}.svg`);
    if (!existsSync(file)) throw new Error(`no icon is called "${name}" (a template or icons.txt names it)`);
    const inner = readFileSync(file, "utf8").replace(/^[\s\S]*?<svg[\s\S]*?>/, "").replace(/<\/svg>\s*$/, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

/** The licences of everything bundled: a bundle is redistribution. */
function licences(inputs) {
  const packages = new Set(["lucide-static"]);
  for (const input of inputs) {
    const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (found) packages.add(found[1]);
  }
  return [...packages].sort().map((name) => {
    const folder = join(here, "node_modules", name);
    const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    return `== ${name} ${about.version} (${about.license})\n\n${file ? readFileSync(join(folder, file), "utf8") : ""}`;
  }).join("\n\n");
}

async function bundle() {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const outcome = await build({
    absWorkingDir: here, entryPoints: entries.map((each) => `src/${each}`), outdir: dist, metafile: true,
    entryNames: "[name]-[hash]", chunkNames: "chunk-[name]-[hash]", assetNames: "[name]-[hash]",
    bundle: true, minify: true, splitting: true, format: "esm", legalComments: "linked",
    target: ["chrome109", "firefox128", "safari16.4"], logLevel: "warning",
  });
  const manifest = {};
  for (const [path, output] of Object.entries(outcome.metafile.outputs)) {
    if (output.entryPoint) manifest[relative("src", output.entryPoint)] = relative(dist, resolve(here, path));
  }
  const icons = sprite();
  const name = `icons-${createHash("sha256").update(icons).digest("hex").slice(0, 8).toUpperCase()}.svg`;
  writeFileSync(join(dist, name), icons);
  writeFileSync(join(dist, "THIRD-PARTY.txt"), licences(Object.keys(outcome.metafile.inputs)));
  writeFileSync(join(dist, "manifest.json"), JSON.stringify({ ...manifest, "icons.svg": name }, null, 1));
}

await bundle();
if (process.argv.includes("--watch")) {
  let waiting;
  const again = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => bundle().then(() => console.log("built"), (wrong) => console.error(wrong.message)), 100);
  };
  for (const folder of [join(here, "src"), templates]) watch(folder, { recursive: true }, again);
}
