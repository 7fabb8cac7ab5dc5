// Conveniences only: every page reads and works without this file.
"use strict";
(() => {
  const all = (selector) => Array.from(document.querySelectorAll(selector));

  const completions = document.createElement("ul");
  completions.className = "completions";
  completions.setAttribute("aria-label", "Completions");

  // "/" goes to the search box, as readers of long lists expect; arrows and Enter walk the results.
  const box = all("[data-search]").find((input) => input.id !== "mast-q") || document.querySelector("[data-search]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && box) {
      event.preventDefault();
      box.focus();
      box.select();
      return;
    }
    // The browser would empty the box.
    if (event.key === "Escape" && completions.childElementCount) {
      event.preventDefault();
      hide();
      return;
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.matches("[data-search], .line-party, .completions a")) {
      const links = all(event.target.matches(".line-party") || !completions.childElementCount ? ".results .line-party" : ".completions a");
      const at = links.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
      if (at < 0 && box) box.focus();
      if (links[at]) links[at].focus();
      if (at < 0 || links[at]) event.preventDefault();
    }
  });

  // What is being typed is completed: by the service, or in an exported site by its own engine once it runs. The completions are
  // ordinary links to searches.
  const hide = () => {
    // Taking away what has the focus would hide a second time in the midst of it.
    if (completions.contains(document.activeElement)) document.activeElement.blur();
    completions.replaceChildren();
  };
  const complete = async (input) => {
    const typed = input.value;
    const asked = new URLSearchParams({ q: typed, limit: 6 }).toString();
    const get = async () => (await fetch(new URL(`../api/v1/suggest?${asked}`, input.form.action))).json();
    const engine = globalThis.fineprintAsk;
    const found = typed.trim().length < 2 ? {} : engine ? JSON.parse((await engine("api/v1/suggest", asked)).body) : await get();
    if (input.value !== typed || document.activeElement !== input) return;
    completions.replaceChildren(...(found.suggestions || []).map(({ query, label, cases }) => {
      const [item, link, count] = ["li", "a", "span"].map((name) => document.createElement(name));
      link.href = input.form.action + "?" + new URLSearchParams({ q: query });
      link.dataset.ask = "";
      link.textContent = label;
      count.className = "count";
      count.textContent = cases;
      link.append(" ", count);
      item.append(link);
      return item;
    }));
    input.form.append(completions);
  };
  let completing;
  for (const input of all("[data-suggest]")) {
    input.addEventListener("input", () => {
      clearTimeout(completing);
      completing = setTimeout(() => complete(input).catch(hide), 160);
    });
    input.form.addEventListener("submit", hide);
    input.form.addEventListener("focusout", ({ relatedTarget }) => { if (!input.form.contains(relatedTarget)) hide(); });
  }
  completions.addEventListener("click", () => setTimeout(hide));

  // A sheet of filters is shut on a narrow screen and open beside a wide one.
  const sheet = document.querySelector("[data-sheet]");
  const narrow = matchMedia("(max-width: 59.99rem)");
  if (sheet) {
    const fit = () => { sheet.open = !narrow.matches; };
    fit();
    narrow.addEventListener("change", fit);
  }

  // The search page answers without loading anew. Every form and link of it is an ordinary one: the address is the query,
  // and where this file is not run the same addresses lead to the same pages.
  const live = document.querySelector("[data-live=results]");
  if (live) {
    const query = document.querySelector("[data-live-box]");
    const part = (name, page = document) => page.querySelector(`[data-live=${name}]`);
    let running = null;

    // The exported site puts an engine of its own in the place of the service.
    const answer = globalThis.fineprintAnswer || (async (address, signal) => {
      const got = await fetch(address, { signal });
      return { address: got.url, html: await got.text() };
    });

    const focused = () => {
      const at = document.activeElement;
      return at && at.name && part("facets").contains(at) ? [at.name, at.value, at.type] : null;
    };

    const show = (page) => {
      const keep = focused();
      const open = all("[data-more][open]").map((details) => details.dataset.more);
      for (const name of ["sentence", "status", "chips", "facets", "results"]) {
        const fresh = part(name, page);
        if (fresh) part(name).replaceChildren(...fresh.childNodes);
      }
      for (const details of all("[data-more]")) details.open = open.includes(details.dataset.more);
      document.title = page.title;
      enhance();
      if (keep) {
        const again = all(`[data-live=facets] [name="${keep[0]}"]`);
        const same = again.find((input) => input.type !== "checkbox" || input.value === keep[1]) || again[0];
        if (same) same.focus();
      }
    };

    // A query that cannot be read: what the error page says stands in the place of the results.
    const showWrong = (page) => {
      const main = page.querySelector("main");
      part("status").textContent = main ? main.querySelector("h1").textContent : "The search did not answer.";
      if (main) {
        main.querySelector("h1").remove();
        for (const form of main.querySelectorAll("form, nav")) form.remove();
        part("results").replaceChildren(...main.childNodes);
      }
    };

    // `how` is what becomes of the history: "push" for a question of its own, "replace" while somebody types, "" for going back.
    const ask = async (address, how) => {
      if (running) running.abort();
      running = new AbortController();
      document.documentElement.dataset.busy = "";
      try {
        const got = await answer(address, running.signal);
        const page = new DOMParser().parseFromString(got.html, "text/html");
        if (part("results", page)) {
          show(page);
          const box = part("results", page) && page.querySelector("[data-live-box]");
          if (box && document.activeElement !== query) query.value = box.getAttribute("value");
        } else {
          showWrong(page);
        }
        if (how) history[how + "State"](null, "", got.address);
      } catch (error) {
        if (error.name !== "AbortError") part("status").textContent = "The search did not answer: " + error.message;
      } finally {
        delete document.documentElement.dataset.busy;
      }
    };

    const addressOf = (form) => {
      const values = Array.from(new FormData(form)).filter(([name, value]) => value !== "" || name === "q");
      return form.action + "?" + new URLSearchParams(values);
    };

    let waiting;
    for (const form of all("[data-live-form]")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        clearTimeout(waiting);
        ask(addressOf(form), "push");
      });
      form.addEventListener("change", (event) => {
        if (event.target !== query && event.target.name) ask(addressOf(form), "push");
      });
    }
    query.addEventListener("input", () => {
      clearTimeout(waiting);
      // An engine in this browser answers while somebody types; a service is not asked for every letter.
      waiting = setTimeout(() => ask(addressOf(query.form), "replace"), globalThis.fineprintAnswer ? 0 : 220);
    });
    addEventListener("popstate", () => {
      query.value = new URL(location.href).searchParams.get("q") || "";
      ask(location.href, "");
    });

    document.addEventListener("click", async (event) => {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const link = event.target.closest("[data-ask]");
      if (link) {
        event.preventDefault();
        await ask(link.href, "push");
        if (!document.activeElement || document.activeElement === document.body) query.focus({ preventScroll: true });
        return;
      }
      const next = event.target.closest("[data-next]");
      if (next) {
        event.preventDefault();
        const page = new DOMParser().parseFromString((await answer(next.href)).html, "text/html");
        const more = Array.from(page.querySelectorAll("#results > li"));
        document.querySelector("#results").append(...more);
        const pager = page.querySelector("[data-next]");
        if (pager) next.href = pager.href; else next.parentNode.remove();
        const first = more[0] && more[0].querySelector(".line-party");
        if (first) first.focus();
      }
    });

    // Two handles over the columns, for the hand; the number fields beside them stay the exact way.
    const slider = (field) => {
      const [low, high] = field.querySelectorAll(".range input");
      const columns = field.querySelectorAll(".histogram li");
      const ends = field.dataset.slider.trim().split(/\s+/);
      const years = low.name === "from";
      if (columns.length < 2) return;
      const size = (text) => {
        const [, number, unit] = /^([0-9.]+) *([a-z]*)/i.exec(text) || [];
        return number ? number * ({ k: 1e3, m: 1e6, bn: 1e9 }[unit.toLowerCase()] || 1) : NaN;
      };
      const last = ends.length - 1 + (years ? 0 : 1);
      const place = (text, otherwise) => {
        const value = size(text);
        const at = ends.findLastIndex((end) => size(end) <= value);
        return Number.isNaN(value) ? otherwise : Math.max(at, 0);
      };
      const handles = [[low, 0, "Lowest"], [high, last, "Highest"]].map(([input, otherwise, name]) => {
        const handle = document.createElement("input");
        handle.type = "range";
        handle.max = last;
        handle.value = place(input.value, otherwise);
        handle.setAttribute("aria-label", name + ", " + field.querySelector("legend").textContent);
        return handle;
      });
      const told = (at) => ends[at] || "no limit";
      const mark = () => {
        const [from, to] = handles.map((handle) => Number(handle.value));
        columns.forEach((column, at) => column.classList.toggle("within", at >= from && (years ? at <= to : at < to)));
        handles.forEach((handle) => handle.setAttribute("aria-valuetext", told(handle.value)));
      };
      handles.forEach((handle, which) => {
        handle.addEventListener("input", () => {
          const [from, to] = handles.map((one) => Number(one.value));
          const least = years ? 0 : 1;
          if (to - from < least) handle.value = which ? Math.min(from + least, last) : Math.max(to - least, 0);
          const at = Number(handle.value);
          (which ? high : low).value = at === (which ? last : 0) ? "" : ends[at];
          mark();
        });
        handle.addEventListener("change", () => ask(addressOf(field.closest("form")), "push"));
      });
      const track = document.createElement("div");
      track.className = "slider";
      track.append(...handles);
      field.querySelector(".histogram").after(track);
      mark();
    };

    const enhance = () => {
      all("[data-slider]").forEach(slider);
      for (const find of all("[data-find]")) {
        find.hidden = false;
        find.addEventListener("input", () => {
          const wanted = find.value.trim().toLowerCase();
          for (const item of find.parentNode.querySelectorAll(".facet li")) {
            item.hidden = !item.querySelector(".facet-label").textContent.toLowerCase().includes(wanted);
          }
        });
      }
    };
    enhance();
  }

  const copy = async (button, text) => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  };
  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const canonical = document.querySelector("link[rel=canonical]");
      const link = canonical ? canonical.href : location.href.split("#")[0];
      copy(button, button.dataset.copy === "cite" ? document.querySelector("[data-copy-source]").textContent : link);
    });
  }
  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  // The exported site compares cases from their own pages.
  const compared = document.querySelector("[data-compare]");
  const ids = new URLSearchParams(location.search).getAll("id").filter((id) => /^[a-z0-9][a-z0-9-]*$/.test(id)).slice(0, 5);
  if (compared && ids.length > 1) {
    const root = compared.dataset.compare;
    const cases = ids.map(async (id) => {
      const got = await fetch(`${root}case/${id}/`);
      if (!got.ok) throw new Error(`no case has the id ${id}`);
      const page = new DOMParser().parseFromString(await got.text(), "text/html");
      const text = (element) => element ? element.textContent.trim().replace(/\s+/g, " ") : "not stated";
      const values = new Map([["Fine", text(page.querySelector("#amount .amount"))], ["Status", text(page.querySelector("#amount .badge"))]]);
      for (const row of page.querySelectorAll(".facts > div")) values.set(text(row.querySelector("dt")), text(row.querySelector(".fact-value")));
      values.set("Provisions violated", Array.from(page.querySelectorAll("#violated + .findings .finding-top > :first-child"), text).join("; "));
      values.set("In short", text(page.querySelector("#summary")));
      return { id, title: text(page.querySelector("h1 bdi")), values };
    });
    Promise.all(cases).then((columns) => {
      const make = (name, content, more) => Object.assign(document.createElement(name), typeof content === "string" ? { textContent: content } : {}, more);
      const table = make("table", null, { className: "compare" });
      const head = make("tr");
      head.append(make("th", "Value", { scope: "col" }), ...columns.map(({ id, title }) => {
        const cell = make("th", null, { scope: "col" });
        cell.append(make("a", title, { href: `${root}case/${id}/` }));
        return cell;
      }));
      table.append(make("thead"), make("tbody"));
      table.tHead.append(head);
      for (const name of new Set(columns.flatMap((column) => [...column.values.keys()]))) {
        const row = make("tr");
        const cells = columns.map((column) => column.values.get(name) || "not stated");
        row.className = new Set(cells).size === 1 ? "same" : "";
        row.append(make("th", name, { scope: "row" }), ...cells.map((cell) => make("td", cell)));
        table.tBodies[0].append(row);
      }
      const scroll = make("div", null, { className: "scroll", tabIndex: 0 });
      scroll.setAttribute("role", "region");
      scroll.setAttribute("aria-label", "Comparison");
      scroll.append(table);
      compared.closest(".prose").after(scroll);
      compared.closest(".prose").hidden = true;
    }).catch((error) => { compared.textContent = "These cases cannot be compared: " + error.message + "."; });
  }

  // Evidence that an address points at is opened.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = target && (target.closest("details") || target.querySelector("details.evidence"));
    if (details) details.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();

  // Filtering by words in the exported site, over a list that is loaded when somebody first wants it.
  const filter = document.querySelector("[data-filter]");
  if (filter) {
    filter.hidden = false;
    const input = filter.querySelector("input");
    const list = document.querySelector("[data-filter-list]");
    const status = document.querySelector("[data-filter-status]");
    const before = { rows: Array.from(list.children), text: status.textContent };
    const root = list.dataset.root;
    const fold = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
    let rows = null;
    const load = async () => {
      if (!rows) {
        const answer = await fetch(filter.dataset.filter);
        if (!answer.ok) throw new Error(answer.statusText);
        rows = (await answer.json()).map((row) => ({ row, words: fold(row.slice(1).join(" ")) }));
      }
      return rows;
    };
    const element = (name, className, text) => {
      const made = document.createElement(name);
      made.className = className;
      made.textContent = text;
      return made;
    };
    const line = ([href, party, amount, badge, slug, authority, date, provisions]) => {
      const item = element("li", "line", "");
      const top = element("p", "line-top", "");
      const link = element("a", "line-party", "");
      link.href = root + href;
      link.append(element("bdi", "", party));
      const money = element("span", "line-amount", "");
      money.append(element("span", "amount", amount), " ", element("span", "badge badge-" + slug, badge));
      top.append(link, money);
      item.append(top, element("p", "line-meta", [authority, date, provisions].filter(Boolean).join(" · ")));
      return item;
    };
    const show = async () => {
      const wanted = fold(input.value).split(/\s+/).filter(Boolean);
      const address = new URL(location.href);
      if (wanted.length) address.searchParams.set("q", input.value); else address.searchParams.delete("q");
      history.replaceState(null, "", address);
      if (!wanted.length) {
        list.replaceChildren(...before.rows);
        status.textContent = before.text;
        return;
      }
      try {
        const found = (await load()).filter(({ words }) => wanted.every((word) => words.includes(word)));
        list.replaceChildren(...found.slice(0, 200).map(({ row }) => line(row)));
        status.textContent = found.length + (found.length === 1 ? " decision has" : " decisions have") + " all of these words" +
          (found.length > 200 ? "; the newest 200 are listed." : ".");
      } catch (error) {
        status.textContent = "The list could not be loaded: " + error.message + ". The pages to browse have all decisions.";
      }
    };
    let waiting;
    input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 120); });
    const asked = new URLSearchParams(location.search).get("q");
    if (asked) {
      input.value = asked;
      show();
    }
  }
})();
