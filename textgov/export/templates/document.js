(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const tip = document.getElementById("tip");
  const main = document.getElementById("text");
  const marks = [...main.querySelectorAll("mark[data-m]")];
  const hiddenLayers = new Set();
  let code = null;
  for (const mark of marks) mark.removeAttribute("title");
  if (matchMedia("(max-width: 60rem)").matches)
    for (const list of document.querySelectorAll("nav details")) list.open = false;

  const of = (mark) => data[Number(mark.dataset.m)];
  const key = (mention) => `${mention.layer}:${mention.code}`;
  const visible = (mark) => !hiddenLayers.has(of(mark).number) && (!code || key(of(mark)) === code);

  function refresh() {
    for (const mark of marks) {
      const off = hiddenLayers.has(of(mark).number);
      mark.classList.toggle("off", off);
      mark.classList.toggle("dim", Boolean(code) && key(of(mark)) !== code);
      if (mark.hasAttribute("tabindex")) mark.tabIndex = visible(mark) ? 0 : -1;
    }
    for (const button of document.querySelectorAll("[data-code]"))
      button.setAttribute("aria-pressed", String(button.dataset.code === code));
  }

  function element(name, text, parent) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (parent) parent.append(made);
    return made;
  }

  function describe(mention) {
    const part = document.createElement("section");
    const head = element("h3", undefined, part);
    element("span", undefined, head).className = `dot L${mention.colour}`;
    element("span", mention.label, head);
    element("small", mention.layer_label, head);
    const list = element("dl", undefined, part);
    for (const [name, value] of mention.facts) {
      element("dt", name, list);
      element("dd", value, list);
    }
    return part;
  }

  function show(mark) {
    const chain = [];
    for (let at = mark; at && at !== main; at = at.parentElement)
      if (at.matches("mark[data-m]") && visible(at)) chain.push(at);
    hide();
    if (!chain.length) return;
    tip.replaceChildren(...chain.map((one) => describe(of(one))));
    tip.hidden = false;
    for (const one of marks) if (one.dataset.m === chain[0].dataset.m) one.classList.add("at");
    const box = chain[0].getClientRects()[0];
    const wide = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(box.left, wide - tip.offsetWidth - 8));
    const above = box.bottom + tip.offsetHeight + 10 > window.innerHeight && box.top > tip.offsetHeight + 10;
    tip.style.setProperty("left", `${left + window.scrollX}px`);
    tip.style.setProperty("top", `${(above ? box.top - tip.offsetHeight - 7 : box.bottom + 7) + window.scrollY}px`);
    chain[0].setAttribute("aria-describedby", "tip");
  }

  function hide() {
    tip.hidden = true;
    for (const one of main.querySelectorAll(".at")) one.classList.remove("at");
    for (const one of main.querySelectorAll("[aria-describedby]")) one.removeAttribute("aria-describedby");
  }

  function step(by) {
    const stops = marks.filter((mark) => mark.hasAttribute("tabindex") && visible(mark));
    if (!stops.length) return;
    let at = stops.indexOf(document.activeElement);
    if (at < 0) {
      at = stops.findIndex((mark) => mark.getBoundingClientRect().top > 80);
      if (at < 0) at = 0;
      else if (by > 0) at -= 1;
    }
    const next = stops[(at + by + stops.length) % stops.length];
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "center" });
    show(next);
  }

  main.addEventListener("mouseover", (event) => {
    const mark = event.target.closest("mark[data-m]");
    if (mark) show(mark); else if (!document.activeElement.matches("mark")) hide();
  });
  main.addEventListener("mouseleave", hide);
  main.addEventListener("focusin", (event) => { if (event.target.matches("mark[data-m]")) show(event.target); });
  main.addEventListener("focusout", hide);
  document.addEventListener("change", (event) => {
    const layer = event.target.dataset.layer;
    if (layer === undefined) return;
    hiddenLayers[event.target.checked ? "delete" : "add"](Number(layer));
    refresh();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-code]");
    if (!button) return;
    code = code === button.dataset.code ? null : button.dataset.code;
    refresh();
    if (code) {
      const first = marks.find((mark) => mark.hasAttribute("tabindex") && visible(mark));
      if (first) first.scrollIntoView({ block: "center" });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n") step(1);
    else if (event.key === "p") step(-1);
    else if (event.key === "d") {
      const dark = matchMedia("(prefers-color-scheme: dark)").matches;
      const now = document.documentElement.dataset.theme || (dark ? "dark" : "light");
      document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
    } else if (event.key === "Escape") { code = null; hide(); refresh(); }
    else return;
    event.preventDefault();
  });
})();
