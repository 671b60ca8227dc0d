/* Forms: nothing is sent twice, nothing typed is lost by leaving, the summary of problems is read first, the contents follow. */
import { quietly } from "../dom.js";

const dirty = new WeakSet();
export const isDirty = (form) => dirty.has(form);
export const soil = (form) => dirty.add(form);
for (const name of ["input", "change", "x-changed"]) document.addEventListener(name, (event) => { const form = event.target.closest?.("form[data-form]"); if (form) soil(form); });
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  dirty.delete(form);
  event.submitter?.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => { for (const form of document.forms) { delete form.dataset.sent; for (const each of form.elements) each.removeAttribute?.("aria-busy"); } });
window.addEventListener("beforeunload", (event) => {
  const forms = [...document.querySelectorAll("form[data-form]")];
  if (forms.some((form) => isDirty(form) && !form.dataset.sent && !form.dataset.kept)) event.preventDefault();
});
document.querySelector("[data-focus]")?.focus();

/* The chosen filters are sent when a chip's popover closes, and the search as one types. */
const send = (form) => form.requestSubmit();
const sendSoon = quietly(send, 300);
document.addEventListener("input", (event) => { if (event.target.type === "search" && event.target.form?.matches(".filters") && !event.isComposing) sendSoon(event.target.form); });
document.addEventListener("change", (event) => { if (event.target.closest?.(".filter-chip")) event.target.closest(".filter-chip").dataset.changed = "yes"; });
document.addEventListener("toggle", (event) => {
  const chip = event.target;
  if (chip.matches?.(".filter-chip") && !chip.open && chip.dataset.changed) { delete chip.dataset.changed; send(chip.closest("form")); }
}, true);
document.addEventListener("htmx:after:swap", () => {
  const search = document.getElementById("list-search");
  if (search && search.value && document.activeElement === document.body) { search.focus(); search.setSelectionRange(search.value.length, search.value.length); }
});

/* The table of contents marks the section one reads. */
const links = [...document.querySelectorAll(".contents a")];
if (links.length) {
  const seen = new IntersectionObserver((entries) => {
    for (const each of entries) if (each.isIntersecting) for (const link of links) link.classList.toggle("current", link.hash === `#${each.target.id}`);
  }, { rootMargin: "-15% 0px -70% 0px" });
  for (const link of links) { const section = document.querySelector(link.hash); if (section) seen.observe(section); }
}
