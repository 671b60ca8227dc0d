/* What a button asks for first (a[data-sheet]) opens over the record instead of on a page of its own; without this it is that page.
 * The sheet is sent where the page's form would be; what the server finds wrong is drawn in it, with everything that was typed. */
import { toast } from "../dom.js";
import { isDirty, soil } from "./forms.js";

const HEADERS = { "HX-Request-Type": "partial", "HX-Target": "dialog#sheet" };
const sheet = () => document.getElementById("sheet");
const shell = () => document.querySelector(".shell");
const A_STEP = 500; // Milliseconds in which a step back is one and the same.
let opener, leaving, left = -A_STEP;

/** Closing is a step back; however often it is pressed, it is one. */
function leave() {
  if (leaving) return;
  leaving = true;
  history.back();
}

/** The sheet's part of an answer; nothing when the answer is something else, such as an error's page. */
async function partOf(answer) {
  const page = new DOMParser().parseFromString((await answer?.text()) ?? "", "text/html");
  return page.getElementById("sheet-body");
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-sheet-close]")) { leave(); return; }
  const wrong = event.target.closest?.('#sheet a[href^="#"]'); // A step to a place of this page would be a step in its history.
  if (wrong) { event.preventDefault(); sheet().querySelector(wrong.hash)?.focus(); return; }
  const link = event.target.closest?.("a[data-sheet]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open(link);
});

async function open(link) {
  if (link.getAttribute("aria-busy") || sheet()) return;
  link.setAttribute("aria-busy", "true");
  const answer = await fetch(link.href, { headers: HEADERS }).catch(() => null);
  const part = answer?.ok ? await partOf(answer) : null;
  link.removeAttribute("aria-busy");
  if (!part) { location.assign(link.href); return; }
  const dialog = Object.assign(document.createElement("dialog"), { id: "sheet", className: "dialog" });
  dialog.setAttribute("aria-labelledby", "sheet-title");
  put(dialog, part);
  document.body.append(dialog);
  shell().inert = true;
  opener = link;
  history.pushState({ sheet: true }, "");
  dialog.show();
  look(dialog);
}

function put(dialog, part) {
  dialog.classList.toggle("small", "small" in part.dataset);
  dialog.replaceChildren(part);
}

/** Where one begins: what is wrong, else the first thing to fill in, else the way out. */
function look(dialog) {
  const fields = '.dialog-body :is(input:not([type="hidden"], [type="file"]), select, textarea, button):not(:disabled)';
  const seen = (selector) => [...dialog.querySelectorAll(selector)].find((each) => each.getClientRects().length);
  (seen("[data-focus]") ?? seen(fields) ?? seen(".dialog-foot button"))?.focus();
}

/* Going back closes the sheet: by its buttons, by Esc and by a phone's own way back. */
window.addEventListener("popstate", (event) => {
  const dialog = sheet();
  leaving = false;
  if (!dialog) return;
  left = performance.now();
  event.stopImmediatePropagation();
  const form = dialog.querySelector("form");
  if (form && isDirty(form) && !window.confirm(dialog.firstElementChild.dataset.sure)) { history.pushState({ sheet: true }, ""); return; }
  dialog.remove();
  shell().inert = false;
  opener?.focus();
}, true);
/* The page under the sheet never went away: htmx need not fetch it again. */
document.addEventListener("htmx:before:history:restore", (event) => { if (sheet() || performance.now() - left < A_STEP) event.preventDefault(); });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing && !event.defaultPrevented && sheet() && !event.target.closest?.(".ts-wrapper.dropdown-active")) { event.preventDefault(); leave(); }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.closest("#sheet")) return;
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  const pressed = event.submitter;
  pressed?.setAttribute("aria-busy", "true");
  const body = new FormData(form);
  if (pressed?.name) body.append(pressed.name, pressed.value);
  const answer = await fetch(form.action, { method: "POST", body, headers: HEADERS }).catch(() => null);
  if (answer?.status === 401) { // Sent plainly, it comes along through signing in.
    if (pressed?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: pressed.name, value: pressed.value }));
    form.submit();
    return;
  }
  const place = answer?.headers.get("HX-Redirect");
  if (place) { location.replace(place); return; }
  const part = await partOf(answer);
  delete form.dataset.sent;
  pressed?.removeAttribute("aria-busy");
  const says = document.getElementById("toasts")?.dataset;
  if (!part) { toast(navigator.onLine ? says?.failed : says?.offline, navigator.onLine ? "red" : "amber"); return; }
  put(sheet(), part);
  const again = part.querySelector("form");
  if (again) soil(again);
  look(sheet());
}, true);
