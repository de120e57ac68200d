// Builds the browser code.
//   node build.mjs            src/pages/*.ts -> dist/*.js (classic scripts), src/pages/*.css -> dist/*.css, src/cli/*.ts -> dist/cli/*.js
//   node build.mjs --cli      only the command-line programs, which tests in the other language play against
//   node build.mjs --sizes    also prints the size of every result, plain and gzip, and of the cryptography alone; fails when a
//                             page needs more than it may
// pages/* is copied to dist; verify.html becomes one self-contained file. PINGJIA_TRUST names a canonical trust.json: its keys
// are then part of the pages, and the booth's own file must be equal to it.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");

function sources(folder, suffix) {
  const path = join(here, "src", folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith(suffix) && !name.endsWith(".d.ts"))
    .sort()
    .map((name) => join(path, name));
}

const pinned = process.env.PINGJIA_TRUST ? readFileSync(process.env.PINGJIA_TRUST, "utf8") : "";
const shared = {
  absWorkingDir: here,
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  define: { PINGJIA_TRUST: JSON.stringify(pinned) },
};
// 'iife': the results run as classic scripts, also from a saved file (modules do not load from file:).
const browser = { ...shared, format: "iife", minify: true, platform: "browser", target: "es2020" };

// Nothing is cleared first: tests and servers may be reading dist while another build runs.
mkdirSync(dist, { recursive: true });

const onlyPrograms = process.argv.includes("--cli");
const pages = onlyPrograms ? [] : [...sources("pages", ".ts"), ...sources("pages", ".css")];
if (pages.length > 0) await build({ ...browser, entryPoints: pages, outdir: dist });
// The verifier's page is no file of its own until it is filled: its template must never lie in dist, not even for a moment.
const plain = onlyPrograms ? [] : readdirSync(join(here, "pages")).filter((name) => name !== "verify.html");
for (const name of plain) copyFileSync(join(here, "pages", name), join(dist, name));
if (!onlyPrograms) sealVerifier();
const programs = sources("cli", ".ts");
if (programs.length > 0) {
  await build({ ...shared, entryPoints: programs, format: "esm", platform: "node", target: "node20", outdir: join(dist, "cli") });
}

// The verifier is one file that works from a saved copy: script and style go inside, allowed by their hashes and by nothing else.
// dist/verify.csp is the policy for the server to send with it.
function sealVerifier() {
  const [script, style] = ["verify.js", "verify.css"].map((name) => readFileSync(join(dist, name), "utf8").trim());
  if (/<\/(script|style)/i.test(script + style)) throw new Error("the verifier's script or style would end too early");
  const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data:; worker-src blob:; base-uri 'none'; form-action 'none'`;
  const filled = { policy, script, style };
  const page = readFileSync(join(here, "pages", "verify.html"), "utf8").replace(/\{\{(\w+)\}\}/g, (_, name) => filled[name]);
  writeFileSync(join(dist, "verify.html.new"), page);
  renameSync(join(dist, "verify.html.new"), join(dist, "verify.html"));
  writeFileSync(join(dist, "verify.csp"), `${policy}; frame-ancestors 'none'\n`);
  for (const name of ["verify.js", "verify.css"]) unlinkSync(join(dist, name));
}

// index.html is what a phone on a weak network loads before a member can vote; scrutineers and who checks come with time.
// A kiosk loads its pages once, in the hall, and the script of a phone only as the worker for long questionnaires.
const LIMITS = { "index.html": 60_000, "kiosk.html": 125_000, "ceremony.html": 90_000, "check.html": 40_000, "verify.html": 60_000 };

// The scripts and styles that a page names, and what those scripts start beside themselves: the workers that count.
function assets(html) {
  const named = [...html.matchAll(/(?:src|href)="\/assets\/([\w.]+\.(?:js|css))"/g)].map((found) => found[1]);
  const scripts = named.filter((name) => name.endsWith(".js")).map((name) => readFileSync(join(dist, name), "utf8"));
  const started = readdirSync(dist).filter((name) => name.endsWith(".js") && scripts.some((text) => text.includes(`/assets/${name}`)));
  return [...new Set([...named, ...started])];
}

function report(name, bytes) {
  const gzip = gzipSync(bytes, { level: 9 }).length;
  console.log(`${name.padEnd(28)} ${String(bytes.length).padStart(8)} B ${String(gzip).padStart(8)} B gzip`);
  return gzip;
}

async function cryptographyAlone(label, modules) {
  const contents = modules.map((name) => `export * as ${name} from "./src/core/${name}.ts";`).join("\n");
  const result = await build({
    ...browser,
    globalName: "core",
    stdin: { contents, resolveDir: here, loader: "ts" },
    write: false,
  });
  report(label, Buffer.from(result.outputFiles[0].contents));
}

if (process.argv.includes("--sizes")) {
  const sizes = {};
  for (const name of readdirSync(dist).filter((name) => /\.(js|css)$/.test(name)).sort()) {
    sizes[name] = report(basename(name), readFileSync(join(dist, name)));
  }
  sizes["verify.html"] = report("verify.html", readFileSync(join(dist, "verify.html")));
  // What each page loads in all, script and style, gzip. A page without a limit fails: a new one says what it may need.
  for (const page of readdirSync(dist).filter((name) => name.endsWith(".html")).sort()) {
    const needs = page === "verify.html" ? [page] : assets(readFileSync(join(dist, page), "utf8"));
    const needed = needs.reduce((sum, name) => sum + sizes[name], 0);
    console.log(`${page.padEnd(28)} needs ${needed} of ${LIMITS[page]} B gzip (${needs.join(" + ")})`);
    if (!(needed <= LIMITS[page])) process.exitCode = 1;
  }
  // What a member's page needs: it makes, drops and checks a ballot and an opinion.
  const member = ["objects", "body", "token", "head", "receipt", "opinion", "checkpoint", "proof"];
  const all = sources("core", ".ts").map((path) => basename(path, ".ts"));
  await cryptographyAlone("(core, member's pages)", member.filter((name) => all.includes(name)));
  await cryptographyAlone("(core, everything)", all);
}
