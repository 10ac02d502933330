// A large visits file, made the same each time, and who reads it into typed columns at what speed.
import { readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";

const ROWS = 100_000;
const REPEATS = 7;
export const QUESTIONS = ["patients", "change", "slope", "mmrm", "lmm", "cafs", "staging", "levels", "correlation", "survival", "cox", "competing", "landmark", "safety"];
/** How many patients the routines of survival are timed on. */
export const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const MIB = 1024 * 1024;

/** mulberry32: 32 bits of state, enough for a file that only has to be the same each time. */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** 21 columns: an id, a time, 13 integers, 4 decimals with a sixth missing, 2 of text. */
export function visitsFile() {
  const items = ["1_speech", "2_salivation", "3_swallowing", "4_handwriting", "5a_cutting", "6_dressing", "7_turning",
    "8_walking", "9_stairs", "10_dyspnoea", "11_orthopnoea", "12_respiratory"].map((item) => `alsfrs_r_${item}`);
  const header = ["subject_id", "month", ...items, "alsfrs_r_total", "fvc_percent", "weight_kg", "nfl_log", "sf36", "site", "remark"];
  const random = generator(20);
  const sites = ["Seoul", "Hanyang", "Busan", "Daegu", "Incheon"];
  const remarks = ["as planned", "by telephone", "late, snow", "caregiver present", ""];
  const pick = (list) => list[Math.floor(random() * list.length)];
  const decimal = (low, high, digits) => (random() < 1 / 6 ? "" : (low + random() * (high - low)).toFixed(digits));
  const lines = [header.join(",")];
  for (let row = 0; row < ROWS; row++) {
    const scores = items.map(() => Math.floor(random() * 5));
    const remark = pick(remarks);
    lines.push([
      `TR-${String(Math.floor(row / 20) + 1).padStart(5, "0")}`, row % 20, ...scores, scores.reduce((a, b) => a + b),
      decimal(30, 120, 1), decimal(40, 110, 2), decimal(1, 6, 5), decimal(10, 90, 1), pick(sites),
      remark.includes(",") ? `"${remark}"` : remark,
    ].join(","));
  }
  return lines.join("\n") + "\n";
}

/** A million visits of 20,000 people, about 60 bytes a row: a larger table than any trial's, for the speed of large files. */
export function manyVisitsFile(rows = 1_000_000) {
  const random = generator(21);
  const sites = ["Seoul", "Hanyang", "Busan", "Daegu", "Incheon"];
  const decimal = (low, high, digits) => (random() < 1 / 20 ? "" : (low + random() * (high - low)).toFixed(digits));
  const lines = ["subject_id,month,arm,alsfrs_r_total,fvc_percent,svc_percent,weight_kg,bmi,sf36,alsaq40,site"];
  for (let row = 0; row < rows; row++) {
    const person = Math.floor(row / 50);
    lines.push([
      `TR-${String(person + 1).padStart(5, "0")}`, (row % 50) + (person % 2 ? 0.25 : 0), person % 3 ? "MSC" : "Control",
      Math.floor(random() * 49), decimal(30, 120, 1), decimal(30, 120, 1), decimal(40, 110, 2), decimal(15, 35, 2),
      decimal(10, 90, 1), decimal(0, 100, 1), sites[Math.floor(random() * 5)],
    ].join(","));
  }
  return lines.join("\n") + "\n";
}

export function summary(times) {
  const sorted = [...times].sort((a, b) => a - b);
  return { min: sorted[0], median: sorted[sorted.length >> 1] };
}

/** The panel as files of a trial, and a plan that asks for the whole matrix. */
function writePanel(work, cells, people = 500) {
  const analytes = Array.from({ length: cells.length / people }, (_, place) => `A${place}`);
  const subjects = ["subject_id,arm"], biomarkers = ["subject_id,month,analyte,value,unit"];
  for (let person = 0; person < people; person++) {
    subjects.push(`P${person},${"AB"[person % 2]}`);
    analytes.forEach((analyte, place) => biomarkers.push(`P${person},0,${analyte},${2 ** (5 + cells[place * people + person])},pg/mL`));
  }
  const matrix = analytes.map((analyte) => ({ analyte }));
  const correlation = { assay: { month: 0, window_months: 1, permutations: 1000 }, x: matrix[0], y: matrix[1], quantity: "value", matrix };
  const files = { subjects: `${work}/panel_subjects.csv`, biomarkers: `${work}/panel_biomarkers.csv`, plan: `${work}/panel_plan.json` };
  writeFileSync(files.subjects, subjects.join("\n"));
  writeFileSync(files.biomarkers, biomarkers.join("\n"));
  writeFileSync(files.plan, JSON.stringify({ plan_version: 1, confidence_level: 0.95, analyses: [{ correlation }] }));
  return files;
}

/** Times by name, from wasm, from the native program and from the rivals, each in turn. */
export async function measure({ wasm, native, rivals, work }) {
  const text = visitsFile();
  const path = `${work}/visits.csv`;
  writeFileSync(path, text);
  const bytes = new Uint8Array(readFileSync(path));
  const require = createRequire(`${rivals}/package.json`);
  const { inferSchema, initParser } = require("udsv");
  const Papa = require("papaparse");
  const ours = createRequire(import.meta.url)(wasm);
  // Memory first, while nothing else has been in it.
  const many = manyVisitsFile();
  const largeFile = `${work}/many_visits.csv`;
  writeFileSync(largeFile, many);
  const manyBytes = new Uint8Array(readFileSync(largeFile));
  const manyUsed = ours.trial("many_visits.csv", manyBytes);
  const memory = ours.memory_bytes() / manyBytes.length;
  if (Number(manyUsed) !== 1_000_000) throw new Error(`only ${manyUsed} of a million rows were used`);
  const demo = new ours.Demo();
  const [small, large, few] = [[200, 4], [1000, 10], [64, 1]].map(([patients, visits]) => {
    const made = new ours.Made(patients, visits);
    writeFileSync(`${work}/${patients}x${visits}.csv`, made.csv());
    return made;
  });
  const followed = SIZES.map((size) => {
    const made = new ours.Followed(size);
    for (const column of ["days", "event", "arm", "age", "score"]) {
      const { buffer, byteOffset, byteLength } = made.column(column);
      writeFileSync(`${work}/${size}-${column}.bin`, new Uint8Array(buffer, byteOffset, byteLength));
    }
    return [size, made];
  });
  const panel = new ours.Panel(100, 500);
  const cells = panel.values();
  writeFileSync(`${work}/panel.bin`, new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength));
  const panelFiles = writePanel(work, cells);
  const answers = new Map();
  const times = new Map();
  const time = (name, work, calls = 1) => {
    const started = performance.now();
    for (let call = 0; call < calls; call++) work();
    if (!times.has(name)) times.set(name, []);
    times.get(name).push((performance.now() - started) / calls);
  };
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    time("columns, wasm", () => ours.columns(bytes));
    time("trial, wasm", () => ours.trial("visits.csv", bytes));
    time("plain csv, wasm", () => ours.plain_csv(bytes));
    time("uDSV", () => initParser(inferSchema(text)).typedCols(text));
    time("PapaParse", () => Papa.parse(text, { header: true, dynamicTyping: true }));
    time("demo, wasm", () => new ours.Demo().free(), 20);
    for (const question of QUESTIONS) time(`${question}, wasm`, () => demo.analyse(question), 5);
    time("mmrm 200x4, wasm", () => small.mmrm());
    time("mmrm 1000x10, wasm", () => large.mmrm());
    time("slopes 200x4, wasm", () => small.slopes());
    time("slopes 1000x10, wasm", () => large.slopes());
    time("joint rank 1000x10, wasm", () => large.joint_rank());
    time("tests 64, wasm", () => few.tests(), 20);
    time("panel pearson, wasm", () => answers.set("panel pearson", panel.pearson()), 5);
    time("panel spearman, wasm", () => answers.set("panel spearman", panel.spearman()), 5);
    time("panel group max-t, wasm", () => panel.group_max_t(1_000));
    time("panel correlation max-t, wasm", () => panel.correlation_max_t(1_000));
    for (const [size, made] of followed) {
      time(`km ${size}, wasm`, () => answers.set(`km ${size}`, made.kaplan_meier()));
      time(`logrank ${size}, wasm`, () => answers.set(`logrank ${size}`, made.log_rank()));
      time(`cox ${size}, wasm`, () => answers.set(`cox ${size}`, made.cox()));
    }
    const printed = execFileSync(native, [path, "1"], { encoding: "utf8" });
    for (const [name, milliseconds] of printed.trim().split("\n").map((line) => line.split("\t"))) {
      const key = `${name}, native`;
      if (!times.has(key)) times.set(key, []);
      times.get(key).push(Number(milliseconds));
    }
  }
  for (let repeat = 0; repeat < 5; repeat++) {
    time("many columns, wasm", () => ours.columns(manyBytes));
    time("many trial, wasm", () => ours.trial("many_visits.csv", manyBytes));
    time("many uDSV", () => initParser(inferSchema(many)).typedCols(many));
  }
  const used = ours.trial("visits.csv", bytes);
  if (Number(used) !== ROWS) throw new Error(`only ${used} of ${ROWS} rows were used`);
  return { mib: bytes.length / MIB, manyMib: manyBytes.length / MIB, largeFile, panelFiles, memory, answers, times: new Map([...times].map(([name, list]) => [name, summary(list)])) };
}
