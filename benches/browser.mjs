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

/** One page in a browser with an empty profile. */
async function visit(driver, url, { watch } = {}) {
  const call = async (method, path, body) => {
    const answer = await fetch(driver + path, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${value.message}`);
    return value;
  };
  const profile = mkdtempSync(join(tmpdir(), "second-look-bench-"));
  const args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", `--user-data-dir=${profile}`];
  const options = { args, ...(process.env.CHROME && { binary: process.env.CHROME }) };
  const { sessionId, capabilities } = await call("POST", "/session", { capabilities: { alwaysMatch: { "goog:chromeOptions": options } } });
  const session = `/session/${sessionId}`;
  try {
    if (watch) await call("POST", `${session}/goog/cdp/execute`, { cmd: "Page.addScriptToEvaluateOnNewDocument", params: { source: watch } });
    await call("POST", `${session}/url`, { url });
    const script = "return globalThis.ready ? { ready: globalThis.ready, answer: globalThis.answer } : null";
    for (let wait = 0; wait < 600; wait++) {
      const seen = await call("POST", `${session}/execute/sync`, { script, args: [] });
      if (seen) return { ...seen, browser: capabilities.browserVersion };
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`${url}: nothing after a minute`);
  } finally {
    await call("DELETE", session);
    rmSync(profile, { recursive: true, force: true });
  }
}

/** For each page: milliseconds from navigation, five cold starts in turn, and what the first start fetched. */
export async function measure({ site, rivals, summary }) {
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
  try {
    for (let repeat = 0; repeat < 5; repeat++) {
      for (const [name, [path, options]] of Object.entries(pages)) {
        sent.length = 0;
        const { ready, answer, browser } = await visit(driver, origin + path, options);
        const of = (found[name] ??= { times: [], answer, browser, files: sent.filter((file) => !(file.path in PAGES)).map((file) => ({ ...file })) });
        of.times.push(ready);
      }
    }
  } finally {
    chromedriver.kill();
    close();
  }
  for (const of of Object.values(found)) Object.assign(of, summary(of.times));
  return found;
}
