// Conveniences only: every page reads and works without this file.
"use strict";
(() => {
  const all = (selector) => Array.from(document.querySelectorAll(selector));

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
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.matches("[data-search], .line-party")) {
      const links = all(".results .line-party");
      const at = links.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
      if (at < 0 && box) box.focus();
      if (links[at]) links[at].focus();
      if (at < 0 || links[at]) event.preventDefault();
    }
  });

  // A sheet of filters is shut on a narrow screen and open beside a wide one.
  const sheet = document.querySelector("[data-sheet]");
  const narrow = matchMedia("(max-width: 59.99rem)");
  if (sheet) {
    const fit = () => { sheet.open = !narrow.matches; };
    fit();
    narrow.addEventListener("change", fit);
  }

  // Filters answer at once on a wide screen. The form is an ordinary one: the address is the query, back goes back.
  for (const form of all("[data-autosubmit]")) {
    form.addEventListener("change", (event) => {
      if (!narrow.matches && event.target.matches("input[type=checkbox], select")) form.requestSubmit();
    });
  }

  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const canonical = document.querySelector("link[rel=canonical]");
      await navigator.clipboard.writeText(canonical ? canonical.href : location.href.split("#")[0]);
      button.textContent = "Link copied";
    });
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
