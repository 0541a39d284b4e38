(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const table = byId("map"), panel = byId("panel"), tip = byId("tip"), frame = byId("frame");
  const rows = data.rows.length, columns = data.columns.length, PAGE = 25;
  const buttons = [...Array(rows)].map(() => []);
  for (const button of table.querySelectorAll("td button")) buttons[+button.dataset.r][+button.dataset.c] = button;
  const [ROW, COLUMN, DOCUMENT, COLOUR, STATUS, QUOTES] = [0, 1, 2, 3, 4, 5];
  let cells = [], expected = [], open = null, opener = null, at = null;

  function element(name, text, parent, kind) {
    const made = document.createElement(name);
    if (text !== undefined && text !== null) made.textContent = text;
    if (kind) made.className = kind;
    if (parent) parent.append(made);
    return made;
  }
  function drawn(name, attributes, parent) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (parent) parent.append(made);
    return made;
  }
  const plural = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;

  // Filters

  const chosen = (name) => {
    const boxes = [...document.querySelectorAll(`input[data-${name}]`)];
    return boxes.length ? new Set(boxes.filter((box) => box.checked).map((box) => +box.dataset[name])) : null;
  };
  function passes() {
    const country = byId("country") ? byId("country").value : "";
    const from = byId("from") && byId("from").value ? +byId("from").value : null;
    const to = byId("to") && byId("to").value ? +byId("to").value : null;
    const kinds = chosen("kind");
    return data.documents.map((doc) =>
      (country === "" || doc.countries.includes(+country)) &&
      (from === null || (doc.year !== null && doc.year >= from)) &&
      (to === null || (doc.year !== null && doc.year <= to)) &&
      (kinds === null || kinds.has(doc.kind)));
  }
  function filtersInWords() {
    const said = [];
    const country = byId("country");
    if (country && country.value !== "") said.push(data.countries[+country.value]);
    if (byId("from") && byId("from").value) said.push(`from ${byId("from").value}`);
    if (byId("to") && byId("to").value) said.push(`to ${byId("to").value}`);
    for (const [name, labels] of [["kind", data.kinds], ["status", data.statuses]]) {
      const picked = chosen(name);
      if (picked && picked.size < labels.length) said.push([...picked].map((n) => labels[n]).join(" or ") || `no ${name}`);
    }
    return said.join(", ");
  }

  function recount() {
    const good = passes(), statuses = chosen("status");
    cells = buttons.map((line) => line.map(() => []));
    const inRow = data.rows.map(() => new Set()), inColumn = data.columns.map(() => new Set()), all = new Set();
    for (const item of data.items) {
      if (!good[item[DOCUMENT]]) continue;
      if (statuses && item[STATUS] >= 0 && !statuses.has(item[STATUS])) continue;
      cells[item[ROW]][item[COLUMN]].push(item);
      inRow[item[ROW]].add(item[DOCUMENT]); inColumn[item[COLUMN]].add(item[DOCUMENT]); all.add(item[DOCUMENT]);
    }
    const counts = cells.map((line) => line.map((items) => new Set(items.map((item) => item[DOCUMENT])).size));
    const sums = counts.map((line) => line.reduce((a, b) => a + b, 0));
    const down = data.columns.map((_, c) => counts.reduce((sum, line) => sum + line[c], 0));
    const total = sums.reduce((a, b) => a + b, 0);
    expected = counts.map((line, r) => line.map((_, c) => (total ? sums[r] * down[c] / total : 0)));
    show(counts, inRow, inColumn, all.size);
  }

  function colours(items) {
    const found = new Map();
    for (const item of items) {
      if (!found.has(item[COLOUR])) found.set(item[COLOUR], new Set());
      found.get(item[COLOUR]).add(item[DOCUMENT]);
    }
    return [...found].map(([colour, documents]) => [colour, documents.size]).sort((a, b) => a[0] - b[0]);
  }
  function inWords(items) {
    if (!data.colours.length) return "";
    return colours(items).filter(([colour]) => colour >= 0).map(([colour, n]) => `${data.colours[colour]} ${n}`).join(", ");
  }

  // Drawing

  function bubble(items, count, most) {
    const radius = Math.max(3.2, 15 * Math.sqrt(count / most));
    const svg = drawn("svg", { width: 32, height: 32, viewBox: "-16 -16 32 32", "aria-hidden": "true" });
    const parts = data.colours.length ? colours(items) : [[0, 1]];
    const total = parts.reduce((sum, [, n]) => sum + n, 0);
    let from = -Math.PI / 2;
    for (const [colour, n] of parts) {
      const kind = colour < 0 ? "others" : `k${colour % 8}`;
      if (parts.length === 1) { drawn("circle", { r: radius, class: kind }, svg); break; }
      const to = from + 2 * Math.PI * n / total;
      const point = (angle) => `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
      drawn("path", { d: `M0 0L${point(from)}A${radius.toFixed(2)} ${radius.toFixed(2)} 0 ${to - from > Math.PI ? 1 : 0} 1 ${point(to)}Z`, class: kind }, svg);
      from = to;
    }
    return svg;
  }
  function show(counts, inRow, inColumn, documents) {
    const most = Math.max(1, ...counts.flat());
    const onlyFull = byId("full").checked;
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) {
      const button = buttons[r][c], count = counts[r][c], surprising = !count && expected[r][c] >= data.surprising;
      const number = element("span", count, null, count ? "n" : "n none");
      const parts = [number];
      if (count) parts.unshift(bubble(cells[r][c], count, most));
      else if (surprising) {
        const ring = drawn("svg", { width: 32, height: 32, viewBox: "-16 -16 32 32", "aria-hidden": "true" });
        drawn("circle", { r: 6, class: "gap" }, ring);
        parts.unshift(ring);
      }
      button.replaceChildren(...parts);
      const words = inWords(cells[r][c]);
      const tail = surprising ? `, gap: ${expected[r][c].toFixed(1)} expected` : words ? `; ${words}` : "";
      button.setAttribute("aria-label", `${data.rows[r]}, ${data.columns[c]}: ${count ? plural(count, "document") : "no document"}${tail}`);
      button.setAttribute("aria-expanded", String(Boolean(open) && open[0] === r && open[1] === c));
    }
    for (const line of table.querySelectorAll("tbody tr")) {
      const n = inRow[+line.dataset.r].size;
      line.classList.toggle("off", onlyFull && !n);
      line.querySelector("th .n").textContent = n;
    }
    for (const cell of table.querySelectorAll("[data-c]:is(th, td)")) cell.classList.toggle("off", onlyFull && !inColumn[+cell.dataset.c].size);
    for (const head of table.querySelectorAll("thead th[data-c]")) head.querySelector(".n").textContent = inColumn[+head.dataset.c].size;
    const words = filtersInWords();
    byId("now").replaceChildren(element("strong", documents), ` of ${plural(data.documents.length, "document")} in the map` + (words ? `: ${words}.` : "."));
    listGaps(counts);
    if (!at || isOff(...at)) at = firstCell();
    roving();
    if (open) fill(open[0], open[1]);
  }
  function listGaps(counts) {
    const found = [];
    counts.forEach((line, r) => line.forEach((count, c) => {
      if (!count && expected[r][c] >= data.surprising) found.push([expected[r][c], r, c]);
    }));
    found.sort((a, b) => b[0] - a[0] || a[1] - b[1] || a[2] - b[2]);
    byId("gaps").hidden = !found.length;
    byId("gap-list").replaceChildren(...found.slice(0, 20).map(([many, r, c]) => {
      const item = document.createElement("li");
      const button = element("button", `${data.rows[r]} × ${data.columns[c]}`, item);
      button.type = "button";
      button.addEventListener("click", () => { at = [r, c]; roving(); buttons[r][c].focus(); buttons[r][c].scrollIntoView({ block: "center", inline: "center" }); });
      item.append(` ${many.toFixed(1)} expected`);
      return item;
    }));
  }

  // Moving by keys

  // Row -1 are the heads of the columns, column -1 those of the rows.
  const rowHeads = [...table.querySelectorAll("tbody th button")], columnHeads = [...table.querySelectorAll("thead th button")];
  const buttonAt = (r, c) => (r < 0 ? columnHeads[c] : c < 0 ? rowHeads[r] : buttons[r][c]);
  const isOff = (r, c) => buttonAt(r, c).closest("tr").classList.contains("off") || buttonAt(r, c).closest("td, th").classList.contains("off");
  function firstCell() {
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) if (!isOff(r, c)) return [r, c];
    return null;
  }
  function roving() {
    for (const button of table.querySelectorAll("button")) button.tabIndex = -1;
    if (at) buttonAt(...at).tabIndex = 0;
  }
  function move(r, c, down, right) {
    let [nr, nc] = [r + down, c + right];
    const inside = () => nr >= -1 && nr < rows && nc >= -1 && nc < columns && (nr >= 0 || nc >= 0);
    while (inside() && isOff(nr, nc)) { nr += down; nc += right; }
    if (!inside()) return;
    at = [nr, nc]; roving(); buttonAt(nr, nc).focus();
  }
  table.addEventListener("keydown", (event) => {
    const button = event.target.closest("button");
    if (!button || event.ctrlKey || event.metaKey || event.altKey) return;
    const r = button.dataset.r === undefined ? -1 : +button.dataset.r;
    const c = button.dataset.c === undefined ? -1 : +button.dataset.c;
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (steps[event.key]) move(r, c, ...steps[event.key]);
    else if (event.key === "Home") move(r, -1, 0, 1);
    else if (event.key === "End") move(r, columns, 0, -1);
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (!panel.hidden) close(); else hideTip();
  });

  // The panel

  function fill(r, c) {
    const items = c === null ? cells[r].flat() : r === null ? cells.flatMap((line) => line[c]) : cells[r][c];
    const documents = new Map();
    for (const item of items) {
      if (!documents.has(item[DOCUMENT])) documents.set(item[DOCUMENT], []);
      documents.get(item[DOCUMENT]).push(item);
    }
    panel.replaceChildren();
    const shut = element("button", "×", panel, "close");
    shut.type = "button";
    shut.setAttribute("aria-label", "Close");
    shut.addEventListener("click", close);
    const names = [r === null ? null : data.rows[r], c === null ? null : data.columns[c]].filter((name) => name !== null);
    element("h2", names.join(" × "), panel).id = "panel-title";
    const words = inWords(items);
    const none = r !== null && c !== null && expected[r][c] >= data.surprising ? `No document, though ${expected[r][c].toFixed(1)} were to be expected.` : "No document.";
    element("p", documents.size ? plural(documents.size, "document") + (words ? ` · ${words}` : "") : none, panel, "sum");
    if (r !== null && c !== null) {
      const again = element("p", "Again: ", panel, "again");
      element("code", data.queries[r][c], again);
    }
    const listed = [...documents].sort(([a], [b]) => (data.documents[b].year || 0) - (data.documents[a].year || 0) || a - b);
    const more = element("button", null, panel, "all");
    more.type = "button";
    let from = 0;
    const next = () => {
      for (const [place, found] of listed.slice(from, from + PAGE)) panel.insertBefore(article(place, found), more);
      from += PAGE;
      more.textContent = `Show ${Math.min(PAGE, listed.length - from)} more of ${listed.length}`;
      more.hidden = from >= listed.length;
    };
    more.addEventListener("click", next);
    next();
  }
  function article(place, items) {
    const doc = data.documents[place];
    const made = document.createElement("article");
    element("h3", doc.title, made);
    const people = doc.authors.length > 3 ? `${doc.authors.slice(0, 2).join("; ")} and others` : doc.authors.join("; ");
    element("p", [people, doc.year, data.kinds[doc.kind], doc.file.split(/[\\/]/).pop()].filter(Boolean).join(" · "), made, "of");
    const quotes = [...new Set(items.flatMap((item) => item[QUOTES]))].slice(0, 6);
    for (const n of quotes) {
      const [page, section, parts] = data.quotes[n];
      const quote = element("blockquote", null, made);
      for (const [text, role] of parts) {
        if (role) element("mark", text, quote, role === 1 ? "row" : "column"); else quote.append(text);
      }
      const said = [...new Set(items.filter((item) => item[QUOTES].includes(n)).map((item) => (item[STATUS] < 0 ? "" : data.statuses[item[STATUS]])))];
      element("cite", [page === null ? null : `p. ${page}`, section === doc.title ? null : section, said.join(", ")].filter(Boolean).join(" · "), quote);
    }
    return made;
  }
  function openCell(r, c, from) {
    open = [r, c]; opener = from;
    at = [r === null ? -1 : r, c === null ? -1 : c];
    roving();
    fill(r, c);
    panel.hidden = false;
    frame.classList.add("open");
    for (const button of table.querySelectorAll("td button")) button.setAttribute("aria-expanded", String(+button.dataset.r === r && +button.dataset.c === c));
    hideTip();
    panel.focus({ preventScroll: matchMedia("(min-width: 62.01rem)").matches });
    panel.scrollTop = 0;
  }
  function close() {
    open = null;
    panel.hidden = true;
    frame.classList.remove("open");
    for (const button of table.querySelectorAll("td button")) button.setAttribute("aria-expanded", "false");
    if (opener) opener.focus();
  }
  table.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { r, c } = button.dataset;
    openCell(r === undefined ? null : +r, c === undefined ? null : +c, button);
  });

  // Hover

  function showTip(button) {
    const r = +button.dataset.r, c = +button.dataset.c, items = cells[r][c];
    tip.replaceChildren();
    element("b", `${data.rows[r]} × ${data.columns[c]}`, tip);
    const count = new Set(items.map((item) => item[DOCUMENT])).size;
    tip.append(count ? plural(count, "document") : "no document");
    if (!count && expected[r][c] >= data.surprising) tip.append(`, ${expected[r][c].toFixed(1)} expected`);
    if (data.colours.length && count) {
      const list = element("ul", null, tip);
      for (const [colour, n] of colours(items)) {
        if (colour < 0) continue;
        const line = document.createElement("li");
        const svg = drawn("svg", { width: 9, height: 9, "aria-hidden": "true" });
        drawn("circle", { cx: 4.5, cy: 4.5, r: 4.5, class: `k${colour % 8}` }, svg);
        line.append(svg, ` ${data.colours[colour]} ${n}`);
        list.append(line);
      }
    }
    tip.hidden = false;
    const box = button.getBoundingClientRect(), wide = document.documentElement.clientWidth;
    tip.style.setProperty("left", `${Math.max(6, Math.min(box.left, wide - tip.offsetWidth - 6))}px`);
    const above = box.bottom + tip.offsetHeight + 8 > window.innerHeight;
    tip.style.setProperty("top", `${above ? box.top - tip.offsetHeight - 4 : box.bottom + 4}px`);
  }
  const hideTip = () => { tip.hidden = true; };
  table.addEventListener("mouseover", (event) => {
    const button = event.target.closest("td button");
    if (button) showTip(button); else hideTip();
  });
  table.addEventListener("mouseleave", hideTip);
  table.addEventListener("focusin", (event) => { const button = event.target.closest("td button"); if (button && button.matches(":focus-visible")) showTip(button); else hideTip(); });
  table.addEventListener("focusout", hideTip);
  document.addEventListener("scroll", hideTip, true);

  const filters = byId("filters");
  filters.hidden = false;
  filters.addEventListener("input", recount);
  filters.addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => { filters.reset(); recount(); });
  addEventListener("beforeprint", () => {
    table.style.setProperty("--fit", String(Math.min(1, 1040 / table.offsetWidth)));
  });
  recount();
})();
