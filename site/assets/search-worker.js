// The worker that runs the search engine. What calls the engine stands above, made by its build.
let root, engine;
const chunks = new Map();

const get = async (path, init) => {
  const answer = await fetch(new URL(path, root), init);
  if (answer.status === 404) throw new Error("a file of it is not there any more; the site has probably changed, and loading this page again helps");
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${answer.statusText}`);
  return answer;
};
const chunkPath = (name) => `assets/index/${name}.bin`;

// Called by the engine. What every question needs is here already; the rest it waits for.
self.fineprintChunk = (name) => {
  const known = chunks.get(name);
  if (known) {
    chunks.delete(name);
    return known;
  }
  const request = new XMLHttpRequest();
  request.open("GET", new URL(chunkPath(name), root), false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw `it is not there (${request.status})`;
  return new Uint8Array(request.response);
};

const compile = async (path) => {
  const bytes = new Uint8Array(await (await get(path)).arrayBuffer());
  // A host may have decompressed it on the way.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return WebAssembly.compile(bytes);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compileStreaming(new Response(stream, { headers: { "content-type": "application/wasm" } }));
};

const open = async (today) => {
  const text = await (await get("search/index.json", { cache: "no-cache" })).text();
  const manifest = JSON.parse(text);
  const files = manifest.index.shards.flatMap((shard) => Object.values(shard.files));
  const hot = new Set(files.filter((file) => file.hot).flatMap((file) => file.chunks));
  const load = async (name) => chunks.set(name, new Uint8Array(await (await get(chunkPath(name))).arrayBuffer()));
  const [module] = await Promise.all([compile(manifest.engine), ...Array.from(hot, load)]);
  await wasm_bindgen({ module_or_path: module });
  return new wasm_bindgen.Search(text, today);
};

// More records than this come in one file.
const SINGLY = 200;
const bring = async (search, wanted) => {
  if (wanted.length > SINGLY) {
    const all = await (await get("data/cases.jsonl", { cache: "no-cache" })).text();
    for (const line of all.split("\n")) if (line) search.learn(line);
    return;
  }
  const records = await Promise.all(wanted.map(async ({ id, state }) => (await get(`case/${id}.json?v=${state}`)).text()));
  for (const record of records) search.learn(record);
};

const answer = async (path, query) => {
  const search = await engine;
  let outcome;
  for (let round = 0; round < 4; round += 1) {
    outcome = JSON.parse(search.ask(path, query));
    if (outcome.reply) return outcome.reply;
    await bring(search, outcome.wanting);
  }
  throw new Error(`the record of ${outcome.wanting[0].id} could not be had`);
};

let last = Promise.resolve();
const forgotten = new Set();
addEventListener("message", ({ data }) => {
  if (data.forget) {
    forgotten.add(data.id);
    return;
  }
  if (data.root) {
    root = data.root;
    engine = open(data.today);
    engine.catch(() => {});
    return;
  }
  // One at a time: what a question brings is of use to the next one.
  last = last.then(async () => {
    // Lets what came meanwhile in first, so that no question is answered that was taken back.
    await new Promise((resolve) => setTimeout(resolve));
    if (forgotten.delete(data.id)) return;
    try {
      postMessage({ id: data.id, reply: await answer(data.path, data.query) });
    } catch (error) {
      postMessage({ id: data.id, error: String(error?.message ?? error) });
    }
  });
});
