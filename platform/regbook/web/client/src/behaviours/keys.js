/* Keys: Ctrl K goes anywhere, / searches, J and K walk, Esc closes, G then W, I or L goes. Off while somebody types. */
import { isTyping } from "../dom.js";
import { step } from "./drawer.js";
import { openPalette } from "./palette.js";

const press = (selector) => { const at = document.querySelector(selector); at?.click(); return Boolean(at); };
const focus = (selector) => { const at = document.querySelector(selector); at?.focus(); return Boolean(at); };
const places = { w: ".brand", i: '.tabbar a:nth-child(2)', l: '.tabbar a:nth-child(4)' };
const single = {
  j: () => press('#drawer [data-key="j"]') || step(1),
  k: () => press('#drawer [data-key="k"]') || step(-1),
  "/": () => focus("#list-search") || openPalette(),
  c: () => press(".bar-actions a.primary"),
};
let going = 0;

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) { if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") event.preventDefault(); return; }
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    if (openPalette()) event.preventDefault();
    return;
  }
  if (event.key === "Escape" && !event.isComposing) {
    if (document.querySelector("details[data-menu][open]")) return;
    if (!event.target.closest?.(".ts-wrapper, x-date, dialog") && document.querySelector("#drawer [data-drawer-close]")) press("#drawer [data-drawer-close]");
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || document.body.dataset.keys === "off") return;
  if (performance.now() - going < 1000 && places[event.key]) { going = 0; event.preventDefault(); press(places[event.key]); return; }
  if (event.key === "g") { going = performance.now(); return; }
  if (single[event.key]?.()) event.preventDefault();
});
