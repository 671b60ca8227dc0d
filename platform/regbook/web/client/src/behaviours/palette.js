/* Ctrl K goes anywhere: what is typed is asked of the server, the arrows choose, Enter goes there. Without this the link is a page. */
import { quietly } from "../dom.js";

const place = () => document.getElementById("palette");
let asked = 0, waits = false, goes = false;

/** Opens the palette; the texts it needs stand on the link that it was opened by. */
export function openPalette() {
  const link = document.querySelector("[data-find]");
  if (!link) return false;
  if (place()) { place().querySelector("input").select(); return true; }
  document.body.append(made(link));
  place().showModal();
  waits = goes = false;
  ask();
  return true;
}

function made(link) {
  const dialog = Object.assign(document.createElement("dialog"), { id: "palette", className: "dialog palette" });
  dialog.setAttribute("aria-label", link.dataset.find);
  const box = document.createElement("div");
  box.className = "palette-box";
  const picture = link.querySelector(".icon").cloneNode(true);
  const input = Object.assign(document.createElement("input"), { type: "text", autocomplete: "off", spellcheck: false, maxLength: 60, placeholder: link.dataset.hint });
  for (const [name, value] of Object.entries({ role: "combobox", "aria-label": link.dataset.find, "aria-expanded": "true", "aria-controls": "palette-found", "aria-autocomplete": "list", enterkeyhint: "go" })) input.setAttribute(name, value);
  const close = Object.assign(document.createElement("button"), { type: "button", className: "button quiet compact", textContent: "Esc" });
  close.setAttribute("aria-label", `Esc ${link.dataset.close}`);
  box.append(picture, input, close);
  const found = document.createElement("div");
  found.id = "palette-found";
  dialog.append(box, found);
  input.addEventListener("input", (event) => { if (!event.isComposing) changed(); });
  input.addEventListener("compositionend", changed);
  input.addEventListener("keydown", keys);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("pointermove", (event) => { const at = event.target.closest?.('[role="option"]'); if (at && (event.movementX || event.movementY)) choose(at); });
  dialog.addEventListener("close", () => dialog.remove());
  return dialog;
}

const soon = quietly(ask, 120);
/** What is shown was found for other words: Enter waits for what these ones lead to. */
function changed() { waits = true; goes = false; soon(); }

async function ask() {
  const dialog = place(), number = ++asked;
  if (!dialog) return;
  const address = `${document.querySelector("[data-find]").getAttribute("href")}?q=${encodeURIComponent(dialog.querySelector("input").value)}`;
  const answer = await fetch(address, { headers: { "HX-Request-Type": "partial", "HX-Target": "div#palette-found" } }).catch(() => null);
  if (answer?.status === 401 || answer?.redirected) { location.reload(); return; }
  if (!answer?.ok || number !== asked || !dialog.isConnected) return;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("palette-found");
  if (!part) return;
  waits = false;
  dialog.querySelector("#palette-found").replaceWith(part);
  choose(options()[0]);
  if (goes && options()[0]) location.assign(options()[0].href);
}

const options = () => [...(place()?.querySelectorAll('[role="option"]') ?? [])];

function choose(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  const input = place().querySelector("input");
  if (option) input.setAttribute("aria-activedescendant", option.id); else input.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function keys(event) {
  if (event.isComposing || event.keyCode === 229) return;
  const all = options(), at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps && all.length) { event.preventDefault(); choose(all[(at + steps[event.key] + all.length) % all.length]); }
  else if (event.key === "Enter" && waits) { event.preventDefault(); goes = true; }
  else if (event.key === "Enter" && all[at]) { event.preventDefault(); if (event.ctrlKey || event.metaKey) window.open(all[at].href); else location.assign(all[at].href); }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-find]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  openPalette();
});
