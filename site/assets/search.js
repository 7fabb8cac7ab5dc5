// Search in a site of plain files: a worker runs the engine, and its answers are the pages that the service would send.
// Nothing of it is loaded before somebody goes to a search box or arrives with a question. The pages' own script shows the
// answers; it asks here instead of at a service.
"use strict";
(() => {
  const { root: up, worker: workerPath } = document.currentScript.dataset;
  const root = new URL(up, location.href);
  const searchPage = new URL("search/", root);
  const isSearch = (url) => url.origin === root.origin && url.pathname.replace(/index\.html$/, "") === searchPage.pathname;
  const able = typeof Worker === "function" && typeof WebAssembly === "object" && typeof DecompressionStream === "function";
  const waiting = new Map();
  let worker = null;
  let asked = 0;

  const start = () => {
    if (worker || !able) return;
    worker = new Worker(new URL(workerPath, location.href));
    worker.addEventListener("message", ({ data }) => {
      const { resolve, reject } = waiting.get(data.id) ?? {};
      waiting.delete(data.id);
      if (data.error) reject?.(new Error(data.error)); else resolve?.(data.reply);
    });
    worker.addEventListener("error", () => {
      for (const { reject } of waiting.values()) reject(new Error("the search engine did not start"));
      waiting.clear();
      worker = null;
    });
    worker.postMessage({ root: root.href, today: new Date().toISOString().slice(0, 10) });
  };

  /** What the service would answer: {status, kind, address, body, next}. */
  const ask = (path, query, signal) => new Promise((resolve, reject) => {
    if (!able) return reject(new Error("this browser cannot run the search engine. The pages to browse by authority, law, party and sector have all decisions"));
    start();
    asked += 1;
    const id = asked;
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, path, query });
    signal?.addEventListener("abort", () => {
      // The worker does not begin with what nobody waits for any more.
      if (waiting.delete(id)) worker?.postMessage({ id, forget: true });
      reject(new DOMException("another question was asked", "AbortError"));
    });
  });

  document.addEventListener("focusin", ({ target }) => {
    if (target.matches?.("[data-search], form.facets *")) start();
  });
  globalThis.fineprintAsk = ask;

  // The six questions of the statistics, asked of a search.
  const statistics = new URL("statistics/", root).pathname;
  if (location.pathname.replace(/index\.html$/, "") === statistics && new URLSearchParams(location.search).get("q")) {
    const main = document.querySelector("main");
    main.setAttribute("aria-busy", "true");
    ask("statistics/", location.search.slice(1)).then(({ body }) => {
      const page = new DOMParser().parseFromString(body, "text/html");
      main.replaceChildren(...page.querySelector("main").childNodes);
      document.title = page.title;
    }).catch((error) => {
      const said = document.createElement("p");
      said.className = "lead";
      said.textContent = `The search did not answer: ${error.message}. These are the figures of all decisions.`;
      main.prepend(said);
    }).finally(() => main.removeAttribute("aria-busy"));
  }
  if (!isSearch(new URL(location.href))) return;
  globalThis.fineprintAnswer = async (address, signal) => {
    const query = new URL(address, location.href).search.slice(1);
    const reply = await ask("search/", query, signal);
    return { address: new URL(reply.status === 200 ? reply.address : `search/?${query}`, root).href, html: reply.body };
  };

  const download = async (url) => {
    const as = url.searchParams.get("as");
    const query = new URLSearchParams({ q: url.searchParams.get("q") ?? "" });
    if (as === "xls") query.set("excel", "1");
    const ending = as === "xls" ? "csv" : as;
    const reply = await ask(`search.${ending}`, query.toString());
    if (reply.status !== 200) throw new Error(reply.body);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([reply.body], { type: reply.kind }));
    link.download = `fineprint.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    if (!isSearch(url) || !url.searchParams.has("as")) return;
    event.preventDefault();
    download(url).catch((error) => {
      const status = document.querySelector("[role=status]");
      if (status) status.textContent = `The download did not work: ${error.message}`;
    });
  });

  // Somebody arrives with a question: as if they had come back to it, once the pages' script is ready.
  if (location.search.length > 1) addEventListener("DOMContentLoaded", () => dispatchEvent(new PopStateEvent("popstate")));
})();
