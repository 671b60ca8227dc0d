/* A list beside its drawer: the row that is open, closing without a request, J and K. */
const list = () => document.querySelector("[data-list]");
const drawer = () => document.getElementById("drawer");

function mark(row) {
  for (const each of document.querySelectorAll("[data-row].open")) each.classList.remove("open");
  row?.classList.add("open");
  row?.scrollIntoView({ block: "nearest" });
}

/** Opens what a click anywhere on a row means: its own link. Text being selected is left alone. */
document.addEventListener("click", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (!row || event.target.closest("a, button, input, label, summary") || String(getSelection())) return;
  row.querySelector("[data-open]")?.click();
});

document.addEventListener("click", (event) => {
  const close = event.target.closest?.("[data-drawer-close]");
  if (!close || !drawer() || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const row = document.querySelector("[data-row].open");
  drawer().replaceChildren();
  list()?.classList.remove("has-drawer");
  mark(null);
  history.pushState(null, "", close.href);
  (row?.matches("a") ? row : row?.querySelector("[data-open]"))?.focus();
});

document.addEventListener("htmx:after:swap", () => {
  const place = drawer();
  if (!place) return;
  list()?.classList.toggle("has-drawer", Boolean(place.querySelector(".drawer-bar")));
  const here = location.pathname + location.search;
  const links = [...document.querySelectorAll("[data-row] [data-open], [data-row][data-open]")];
  mark(links.find((each) => each.getAttribute("href") === here)?.closest("[data-row]") ?? (place.querySelector(".drawer-bar") ? document.querySelector("[data-row].open") : null));
});
document.addEventListener("htmx:after:history:push", () => document.dispatchEvent(new Event("htmx:after:swap")));

/** The row after or before the open one; the first when none is open. */
export function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return false;
  const at = rows.findIndex((each) => each.classList.contains("open"));
  const next = rows[at < 0 ? 0 : at + by];
  const link = next?.matches("[data-open]") ? next : next?.querySelector("[data-open]");
  link?.click();
  return Boolean(link);
}
