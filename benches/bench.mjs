// Prints the table of docs/BENCHMARKS.md. `cargo xtask bench` builds what it needs and starts it:
//   bench.mjs SITE WASM NATIVE RIVALS WORK
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as browser from "./browser.mjs";
import * as parse from "./parse.mjs";

const [site, wasm, native, rivals, work] = process.argv.slice(2);
const kB = (bytes) => (bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0);
const ms = ({ min, median }, digits = 0) => `${min.toFixed(digits)} / ${median.toFixed(digits)}`;
const ratio = (theirs, ours) => `${(theirs / ours).toFixed(theirs / ours < 10 ? 1 : 0)} ×`;
function table(title, head, rows) {
  console.log(`\n## ${title}\n\n| ${head.join(" | ")} |\n|${head.map((_, at) => (at ? "---:" : "---")).join("|")}|`);
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
}
const version = (name) => JSON.parse(readFileSync(join(rivals, "node_modules", name, "package.json"), "utf8")).version;

// R first, while nothing else is in memory.
let r;
try {
  r = execFileSync("Rscript", ["benches/analyses.R"], { encoding: "utf8" }).trim().split("\n").map((line) => line.split("\t"));
} catch {
  console.error("no Rscript with survival: R's column stays empty");
}
const parsed = await parse.measure({ wasm, native, rivals, work });
// The models in R, on the data that the program has just made.
let models;
try {
  models = execFileSync("Rscript", ["benches/models.R", work], { encoding: "utf8" }).trim().split("\n").map((line) => line.split("\t"));
} catch {
  console.error("no Rscript with nlme, lme4 and pbkrtest: R's column of models stays empty");
}
let curves;
try {
  curves = execFileSync("Rscript", ["benches/survival.R", work, ...parse.SIZES.map(String)], { encoding: "utf8" }).trim().split("\n").map((line) => line.split("\t"));
  // The same data has the same answers, or the times mean nothing. R ties times that differ by rounding; here none do.
  for (const [name, , , answer] of curves.slice(0, -1)) {
    const ours = parsed.answers.get(name);
    if (!name.startsWith("km") && Math.abs(ours - Number(answer)) > 1e-6 * Math.abs(ours)) throw new Error(`${name}: ${ours} here, ${answer} in R`);
  }
} catch (error) {
  console.error(`no Rscript with survival for large trials: ${error.message}`);
}
let ofPanel;
try {
  ofPanel = execFileSync("Rscript", ["benches/panel.R", work], { encoding: "utf8" }).trim().split("\n").map((line) => line.split("\t"));
  for (const name of ["panel pearson", "panel spearman"]) {
    const theirs = Number(ofPanel.find(([first]) => first === name)[3]);
    if (parsed.answers.get(name) !== theirs) throw new Error(`${name}: ${parsed.answers.get(name)} here, ${theirs} in R`);
  }
} catch (error) {
  console.error(`no Rscript for the panel: ${error.message}`);
}
const { starts, large, helpers } = await browser.measure({ site, rivals, summary: parse.summary, largeFile: parsed.largeFile, panel: parsed.panelFiles });
const ours = starts["Second Look"];

console.log(`Measured on ${cpus().length} × ${cpus()[0].model}, Node ${process.versions.node}, Chromium ${ours.browser}.`);
console.log("Times are smallest / median of the run; ratios compare medians, rival to Second Look.");

const files = readdirSync(site).filter((name) => /\.(html|css|js|wasm)$/.test(name)).map((name) => {
  const bytes = readFileSync(join(site, name));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return { name: name.replace(/-[0-9a-f]{8,}/, ""), raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes, { params }).length };
});
const sum = (list, field) => list.reduce((total, file) => total + file[field], 0);
const row = (file) => [file.name, kB(file.raw), kB(file.gzip), kB(file.brotli)];
table("Download, kB", ["file", "raw", "gzip -9", "brotli 11"], [
  ...files.map(row),
  ["**whole first load**", ...["raw", "gzip", "brotli"].map((field) => `**${kB(sum(files, field))}**`)],
]);

table("Start in Chromium, empty profile, same machine", ["", "fetched, raw kB", "gzip kB", "ratio (gzip)", "ready, ms", "ratio (time)"],
  Object.entries(starts).map(([name, of]) => [
    { "Second Look": "Second Look: the demo's first answer is visible", webR: `webR ${version("webr")}: started, one lm()`, Pyodide: `Pyodide ${version("pyodide")}: started, no package` }[name],
    kB(sum(of.files, "raw")), kB(sum(of.files, "gzip")), of === ours ? "" : ratio(sum(of.files, "gzip"), sum(ours.files, "gzip")),
    ms(of), of === ours ? "" : ratio(of.median, ours.median),
  ]));

const { mib, times } = parsed;
const speed = (name) => { const { min, median } = times.get(name); return [`${((mib / min) * 1000).toFixed(0)} / ${((mib / median) * 1000).toFixed(0)}`, ratio(times.get("uDSV").median, median)]; };
table(`CSV to typed columns, 100,000 rows × 21 (${mib.toFixed(1)} MiB)`, ["", "MiB/s, best / median", "times uDSV's speed"], [
  ["Second Look, `read_columns`, WebAssembly in Node", ...speed("columns, wasm")],
  ["Second Look, `read_columns`, native", ...speed("columns, native")],
  ["Second Look, `read_trial` (fingerprint, checks, join, receipt), WebAssembly", ...speed("trial, wasm")],
  ["Second Look, `read_trial`, native", ...speed("trial, native")],
  ["csv crate and `str::parse`, WebAssembly (for scale; decodes and types nothing)", ...speed("plain csv, wasm")],
  ["csv crate and `str::parse`, native", ...speed("plain csv, native")],
  [`uDSV ${version("udsv")}, typedCols, from a decoded string`, ...speed("uDSV")],
  [`PapaParse ${version("papaparse")}, dynamicTyping, from a decoded string`, ...speed("PapaParse")],
]);

const { manyMib, memory } = parsed;
const manySpeed = (name) => { const { min, median } = times.get(name); return [`${((manyMib / min) * 1000).toFixed(0)} / ${((manyMib / median) * 1000).toFixed(0)}`, ratio(times.get("many uDSV").median, median)]; };
table(`CSV to typed columns, 1,000,000 rows × 11 (${manyMib.toFixed(1)} MiB)`, ["", "MiB/s, best / median", "times uDSV's speed"], [
  ["Second Look, `read_columns`, WebAssembly in Node", ...manySpeed("many columns, wasm")],
  ["Second Look, `read_trial`, WebAssembly", ...manySpeed("many trial, wasm")],
  [`uDSV ${version("udsv")}, typedCols, from a decoded string`, ...manySpeed("many uDSV")],
]);

const of = (field) => large.runs.map((run) => run[field]).sort((a, b) => a - b);
const said = large.runs.map((run) => run.said.length).sort((a, b) => a - b)[1];
table("That file dropped on the page, in Chromium, three times", ["", "smallest / median / largest"], [
  ["loaded and answered, ms", of("time").map((time) => time.toFixed(0)).join(" / ")],
  ["longest the page did not answer, ms", of("longest").map((time) => time.toFixed(0)).join(" / ")],
  ["longest task on the page's thread over 50 ms, ms (0: none)", of("task").map((time) => time.toFixed(0)).join(" / ")],
  ["different progress lines seen (median)", said],
  [`Cancel at “${large.stopped.at}”: gone after, ms`, large.stopped.time.toFixed(0)],
  ["memory of WebAssembly at its most, times the file (in Node)", memory.toFixed(1)],
]);

const inR = (name, from = r) => { const found = from?.find(([first]) => first === name); return found ? { min: Number(found[1]), median: Number(found[2]) } : undefined; };
table("The demo's default plan, ms a run", ["", "WebAssembly", "native", r ? `R ${r.at(-1)[1]}, survival ${r.at(-1)[2]}` : "R", "ratio (R to WebAssembly)"],
  [["demo", "its five files read"], ["patients", "flow of patients and baseline table"], ["change", "change from baseline: all tests at each visit, sensitivities, each patient left out (R: Student’s test alone)"], ["mmrm", "repeated measures: nine covariances"], ["lmm", "slope and change-point models"], ["slope", "slopes and responders"], ["cafs", "joint rank"], ["staging", "stages"], ["levels", "levels of analytes: eight analytes, four tests, five rules for limits"], ["correlation", "correlations as the default plan asks (R: each pair of analytes once)"], ["survival", "survival: curves, eight tests, restricted means, milestones, other programs (R: Kaplan-Meier and log-rank)"], ["cox", "hazard ratios, by each rule of ties and Firth, checks, twenty patients left out"], ["competing", "competing events"], ["landmark", "landmark"], ["safety", "adverse events"]].map(([name, says]) => {
    const [inWasm, natively, there] = [times.get(`${name}, wasm`), times.get(`${name}, native`), name === "demo" ? undefined : inR(name)];
    return [says, ms(inWasm, 2), ms(natively, 2), there ? ms(there, 1) : "–", there ? ratio(there.median, inWasm.median) : "–"];
  }));

table("Models on made-up trials, ms a run", ["", "WebAssembly", "native", models ? `R ${models.at(-1)[1]}, nlme ${models.at(-1)[2]}, lme4 ${models.at(-1)[3]}` : "R", "ratio (R to WebAssembly)"],
  [["mmrm 200x4", "MMRM, unstructured, Kenward-Roger, 200 patients × 4 visits (R: `gls`, which has no degrees of freedom)"], ["mmrm 1000x10", "the same, 1,000 × 10"], ["slopes 200x4", "random intercepts and slopes, Kenward-Roger, 200 × 4 (R: `lmer`, `vcovAdj`)"], ["slopes 1000x10", "the same, 1,000 × 10 (R: `lmer` alone)"], ["joint rank 1000x10", "joint rank of 1,000 patients × 10 visits, win ratio and interval"], ["tests 64", "Student, Welch, Mann-Whitney with interval and ANCOVA on 64 patients"]].map(([name, says]) => {
    const [inWasm, natively, there] = [times.get(`${name}, wasm`), times.get(`${name}, native`), inR(name, models)];
    return [says, ms(inWasm, 2), ms(natively, 2), there ? ms(there, 1) : "–", there ? ratio(there.median, inWasm.median) : "–"];
  }));

const sized = (size) => size.toLocaleString("en");
table("Survival of made-up trials of any size, ms a run", ["", "WebAssembly", "native", curves ? `R ${curves.at(-1)[1]}, survival ${curves.at(-1)[2]}` : "R", "ratio (R to WebAssembly)"],
  parse.SIZES.flatMap((size) => [["km", "Kaplan-Meier of two arms, log-log intervals"], ["logrank", "log-rank test"], ["cox", "Cox regression, three covariates, Efron"]].map(([name, says]) => {
    const [inWasm, natively, there] = [times.get(`${name} ${size}, wasm`), times.get(`${name} ${size}, native`), inR(`${name} ${size}`, curves)];
    return [`${says}, ${sized(size)}`, ms(inWasm, 2), ms(natively, 2), there ? ms(there, 0) : "–", there ? ratio(there.median, inWasm.median) : "–"];
  })));

table("A made-up panel of 100 analytes in 500 people, ms a run", ["", "WebAssembly", "native", ofPanel ? `R ${ofPanel.at(-1)[1]}, matrix products` : "R", "ratio (R to WebAssembly)"],
  [["panel pearson", "Pearson of all 4,950 pairs, interval, p, Benjamini-Hochberg"], ["panel spearman", "the same of ranks"], ["panel group max-t", "step-down max-T of two arms, 1,000 permutations"], ["panel correlation max-t", "max-T of all pairs, 1,000 permutations"]].map(([name, says]) => {
    const [inWasm, natively, there] = [times.get(`${name}, wasm`), times.get(`${name}, native`), inR(name, ofPanel)];
    return [says, ms(inWasm, 1), ms(natively, 1), there ? ms(there, 0) : "–", there ? ratio(there.median, inWasm.median) : "–"];
  }));
const pairwise = inR("panel by cor.test", ofPanel);
if (pairwise) console.log(`\nR by \`cor.test\`, a pair at a time: ${pairwise.median.toFixed(0)} ms, ${ratio(pairwise.median, times.get("panel pearson, wasm").median)}.`);

table("10,000 permutations of that matrix in the page, in Chromium, ms until the answer has them", ["", "smallest / median", "ratio (one to two)"], [
  ["one helper", ms(helpers[0]), ""],
  ["two helpers", ms(helpers[1]), `${(helpers[0].median / helpers[1].median).toFixed(2)} ×`],
]);
