// Cold starts in Chromium on this machine: what is fetched, and when the first answer is there.
import { createServer } from "node:http";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css",
  ".svg": "image/svg+xml", ".wasm": "application/wasm", ".json": "application/json" };

const PAGES = {
  "/webr.html": `<script type="module">
    import { WebR } from "/webr/webr.js";
    const webR = new WebR({ baseUrl: location.origin + "/webr/" });
    await webR.init();
    globalThis.answer = await webR.evalRString("capture.output(print(lm(mpg ~ wt, mtcars)))[6]");
    globalThis.ready = performance.now();
  </script>`,
  "/pyodide.html": `<script type="module">
    import { loadPyodide } from "/pyodide/pyodide.mjs";
    const pyodide = await loadPyodide({ indexURL: location.origin + "/pyodide/" });
    globalThis.answer = String(pyodide.runPython("1 + 1"));
    globalThis.ready = performance.now();
  </script>`,
};

// Runs before the page: notes when the demo's first answer is laid out and visible.
const WATCH = `
  const look = () => {
    const answer = document.querySelector(".answer");
    if (answer && answer.textContent.trim() && answer.getClientRects().length) {
      globalThis.answer = answer.textContent.trim();
      globalThis.ready = performance.now();
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);`;

/** A plain static host that writes down what it sends. */
async function host(folders) {
  const sent = [];
  const packed = new Map();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    const page = PAGES[path];
    const [prefix, folder] = Object.entries(folders).find(([prefix]) => path.startsWith(prefix)) ?? [];
    let file = folder && join(folder, path.slice(prefix.length));
    if (file && existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
    if (!page && !(file && existsSync(file))) return response.writeHead(404).end();
    const body = page ? Buffer.from(page) : readFileSync(file);
    if (!packed.has(path)) packed.set(path, gzipSync(body, { level: 9 }).length);
    sent.push({ path, raw: body.length, gzip: packed.get(path) });
    response.writeHead(200, { "content-type": page ? TYPES[".html"] : TYPES[extname(file)] ?? "application/octet-stream" }).end(body);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { origin: `http://127.0.0.1:${server.address().port}`, sent, close: () => server.close() };
}

/** A browser with an empty profile, for as long as `work` needs it; `call` speaks WebDriver within its session. */
async function inBrowser(driver, work) {
  const send = async (method, path, body) => {
    const answer = await fetch(driver + path, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${value.message}`);
    return value;
  };
  const profile = mkdtempSync(join(tmpdir(), "second-look-bench-"));
  const args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", `--user-data-dir=${profile}`];
  const options = { args, ...(process.env.CHROME && { binary: process.env.CHROME }) };
  const { sessionId, capabilities } = await send("POST", "/session", { capabilities: { alwaysMatch: { "goog:chromeOptions": options } } });
  const session = `/session/${sessionId}`;
  const call = (method, path, body) => send(method, session + path, body);
  try {
    return await work({
      browser: capabilities.browserVersion,
      call,
      beforeEachPage: (source) => call("POST", "/goog/cdp/execute", { cmd: "Page.addScriptToEvaluateOnNewDocument", params: { source } }),
      run: (script) => call("POST", "/execute/sync", { script, args: [] }),
    });
  } finally {
    await send("DELETE", session);
    rmSync(profile, { recursive: true, force: true });
  }
}

async function until(what, look, pause = 100) {
  for (let wait = 0; wait * pause < 60_000; wait++) {
    const seen = await look();
    if (seen) return seen;
    await new Promise((done) => setTimeout(done, pause));
  }
  throw new Error(`${what}: nothing after a minute`);
}

async function visit(driver, url, { watch } = {}) {
  return inBrowser(driver, async ({ call, run, browser, beforeEachPage }) => {
    if (watch) await beforeEachPage(watch);
    await call("POST", "/url", { url });
    const script = "return globalThis.ready ? { ready: globalThis.ready, answer: globalThis.answer } : null";
    return { ...(await until(url, () => run(script))), browser };
  });
}

// Runs in the page: how long it is kept from answering, and what it says meanwhile.
const SAMPLE = `
  globalThis.sampler = { started: performance.now(), longest: 0, last: performance.now(), tasks: [], said: [] };
  new PerformanceObserver((list) => list.getEntries().forEach((task) => sampler.tasks.push(task.duration))).observe({ type: "longtask" });
  const look = () => {
    const now = performance.now();
    sampler.longest = Math.max(sampler.longest, now - sampler.last);
    sampler.last = now;
    const said = document.querySelector(".progress-stage")?.innerText ?? "";
    if (said && said !== sampler.said.at(-1)) sampler.said.push(said);
    if (!said && sampler.said.length && !document.getElementById("cancel")) sampler.ended ??= now;
    else delete sampler.ended;
    setTimeout(look, 4);
  };
  look();`;

/** A large file in the page, three times: when it is loaded and answered, the longest task, progress; and Cancel half-way. */
async function large(driver, url, path) {
  const open = async ({ call }) => {
    await call("POST", "/url", { url });
    return until("the page", async () => {
      const found = await call("POST", "/elements", { using: "css selector", value: "#files" });
      return found[0] && Object.values(found[0])[0];
    });
  };
  const runs = [];
  for (let repeat = 0; repeat < 3; repeat++) {
    runs.push(await inBrowser(driver, async (session) => {
      const input = await open(session);
      await session.run(SAMPLE);
      await session.call("POST", `/element/${input}/value`, { text: path });
      return until("the large file", () => session.run(`
        const settled = sampler.ended && performance.now() - sampler.ended > 500;
        if (!settled) return null;
        const answer = document.querySelector(".answer")?.innerText ?? document.querySelector("main")?.innerText;
        return { time: sampler.ended - sampler.started, longest: sampler.longest, task: Math.max(0, ...sampler.tasks), said: sampler.said, answer };`));
    }));
  }
  const stopped = await inBrowser(driver, async (session) => {
    const input = await open(session);
    await session.run(SAMPLE);
    await session.call("POST", `/element/${input}/value`, { text: path });
    await until("progress", () => session.run(`return sampler.said.some((said) => /Reading .*\\b([3-9]\\d) ?%/.test(said)) || sampler.said.length > 12`), 10);
    return session.run(`
      const from = performance.now();
      document.getElementById("cancel").click();
      return new Promise((done) => { const look = () => document.getElementById("cancel") ? setTimeout(look, 1) : done({ time: performance.now() - from, at: sampler.said.at(-1), said: document.querySelector(".notice")?.innerText }); look(); });`);
  });
  return { runs, stopped };
}

// Runs before the page: so many processors, and when permutations were under way.
const helped = (processors) => `
  Object.defineProperty(navigator, "hardwareConcurrency", { get: () => ${processors} });
  globalThis.counting = {};
  const look = () => {
    if (document.querySelector(".progress-stage")?.innerText.startsWith("Permutations")) {
      counting.from ??= performance.now();
      counting.to = performance.now();
    }
    setTimeout(look, 20);
  };
  look();`;

/** 10,000 permutations of a large matrix, by one helper and by two in turn: milliseconds until the answer has them. */
async function permute(driver, url, panel) {
  const times = { 1: [], 2: [] };
  for (let repeat = 0; repeat < 3; repeat++) {
    for (const processors of [1, 2]) {
      times[processors].push(await inBrowser(driver, async (session) => {
        await session.beforeEachPage(helped(processors));
        await session.call("POST", "/url", { url });
        const input = await until("the page", async () => {
          const found = await session.call("POST", "/elements", { using: "css selector", value: "#files" });
          return found[0] && Object.values(found[0])[0];
        });
        const done = () => session.run("return counting.to && performance.now() - counting.to > 1000 && !document.getElementById('cancel') ? counting.to - counting.from : null");
        // A thousand first: the browser compiles what is used often while it runs.
        await session.call("POST", `/element/${input}/value`, { text: [panel.subjects, panel.biomarkers, panel.plan].join("\n") });
        await until("a thousand permutations", done);
        await session.run("location.hash = 'correlation'");
        await until("the form", () => session.run(`
          const select = document.querySelector("select[name=permutations]");
          if (!select) return null;
          counting = {};
          select.value = "10000";
          select.dispatchEvent(new Event("change", { bubbles: true }));
          return true;`));
        return until("ten thousand permutations", done);
      }));
    }
  }
  return times;
}

/** For each page: milliseconds from navigation, five cold starts in turn, and what the first start fetched. */
export async function measure({ site, rivals, summary, largeFile, panel }) {
  const { origin, sent, close } = await host({
    "/review/": site, "/webr/": join(rivals, "node_modules/webr/dist"), "/pyodide/": join(rivals, "node_modules/pyodide"),
  });
  const port = 20000 + (process.pid % 20000);
  const program = process.env.CHROMEDRIVER
    ?? (process.env.CHROMEWEBDRIVER ? join(process.env.CHROMEWEBDRIVER, "chromedriver") : "chromedriver");
  const chromedriver = spawn(program, [`--port=${port}`], { stdio: "ignore" });
  const driver = `http://127.0.0.1:${port}`;
  for (let wait = 0; wait < 100 && !(await fetch(`${driver}/status`).catch(() => null)); wait++) await new Promise((done) => setTimeout(done, 100));
  const pages = { "Second Look": ["/review/#demo", { watch: WATCH }], webR: ["/webr.html", {}], Pyodide: ["/pyodide.html", {}] };
  const found = {};
  let ofLarge, permuted;
  try {
    for (let repeat = 0; repeat < 5; repeat++) {
      for (const [name, [path, options]] of Object.entries(pages)) {
        sent.length = 0;
        const { ready, answer, browser } = await visit(driver, origin + path, options);
        const of = (found[name] ??= { times: [], answer, browser, files: sent.filter((file) => !(file.path in PAGES)).map((file) => ({ ...file })) });
        of.times.push(ready);
      }
    }
    ofLarge = await large(driver, `${origin}/review/`, largeFile);
    permuted = await permute(driver, `${origin}/review/`, panel);
  } finally {
    chromedriver.kill();
    close();
  }
  for (const of of Object.values(found)) Object.assign(of, summary(of.times));
  return { starts: found, large: ofLarge, helpers: [summary(permuted[1]), summary(permuted[2])] };
}
