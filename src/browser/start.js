// Starts Second Look: the page loads this file.
// The WebAssembly is compiled once, here; workers are handed the compiled module, so a page can never
// get a worker of another build.

startPage();

async function startPage() {
  try {
    if (typeof WebAssembly !== "object") throw new Error("no WebAssembly");
    const names = document.querySelector("meta[name=second-look]").dataset;
    const jsUrl = new URL(names.js, location.href).href;
    const wasmUrl = new URL(names.wasm, location.href).href;
    const [glue, module] = await Promise.all([import(jsUrl), compile(wasmUrl)]);
    globalThis.secondLook = { module, workerUrl: await makeWorkerUrl(jsUrl) };
    closeTheDoor();
    await glue.default({ module_or_path: module });
  } catch (error) {
    showFailure(error);
    throw error;
  }
}

// All that the page needs has arrived, and no file has been dropped yet. A second policy, which holds beside the first for
// the page and its workers, leaves no address that could be asked, the page's own host among them.
function closeTheDoor() {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "default-src 'none'; script-src 'wasm-unsafe-eval'; worker-src blob:; img-src data: blob:";
  document.head.append(policy);
}

// A worker from a blob inherits the page's Content-Security-Policy; a worker from an address would not. The blob holds
// all that a worker needs, so that a new one asks the host for nothing: the page may be offline by then, or updated.
async function makeWorkerUrl(jsUrl) {
  // It has just been imported: whatever its age, the copy in the cache is the one that runs.
  const response = await fetch(jsUrl, { cache: "force-cache" });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}: ${jsUrl}`);
  const glue = await response.text();
  const init = /export\s*\{[^}]*?([\w$]+) as default/.exec(glue)?.[1];
  if (!init) throw new Error("the program's JavaScript has no default export");
  return URL.createObjectURL(new Blob([`${glue}\n(${startWorker})(${init});\n`], { type: "text/javascript" }));
}

async function compile(url) {
  // The link in the head has already asked for this address: the same mode makes it the same request.
  const response = await fetch(url, { mode: "cors", credentials: "same-origin" });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}: ${url}`);
  const isWasm = /^application\/wasm\s*(;|$)/i.test(response.headers.get("content-type") ?? "");
  if (isWasm && WebAssembly.compileStreaming) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

function showFailure(error) {
  const boot = document.getElementById("boot");
  if (!boot) return; // the program was running: it reports its own failures
  let message = "Second Look could not start.";
  let help = "Load the page again. If that does not help, please report the line below.";
  if (typeof WebAssembly !== "object") {
    message = "This browser cannot run Second Look: WebAssembly is missing or switched off.";
    help = "Use a current Firefox, Chrome, Edge or Safari, and check that WebAssembly is not disabled (some hardened settings do that).";
  } else if (error instanceof TypeError || /^\d{3} /.test(error.message)) {
    message = "A part of the page did not arrive.";
    help = "Check the connection and load the page again. Whoever hosts the page: all files of the folder must stand beside index.html.";
  } else if (error instanceof WebAssembly.CompileError) {
    message = "This browser could not read the program.";
    help = "It may be too old (Second Look needs a browser of 2023 or later), or the download was damaged: load the page again.";
  }
  boot.classList.add("boot-failed");
  document.getElementById("boot-message").textContent = message;
  const detail = document.getElementById("boot-detail");
  detail.textContent = `${help} (${error.name}: ${error.message})`;
  detail.hidden = false;
}

// Runs in a worker, behind the program's own JavaScript: it can use nothing of this file.
// The page answers `hello` with the module; `main` then takes over `onmessage` and says `ready` (src/browser/worker.rs).
function startWorker(init) {
  globalThis.onmessage = async ({ data }) => {
    globalThis.onmessage = null;
    try {
      await init({ module_or_path: data.module });
    } catch (error) {
      globalThis.reportError(error); // reaches the page as the worker's `error` event
    }
  };
  globalThis.postMessage({ hello: true });
}
