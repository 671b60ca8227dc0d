/* Popovers made of <details>: one open at a time, closed by Esc and by a click outside. Removing. The phone's navigation. */
const menus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const each of menus()) if (!each.contains(event.target)) each.open = false;
  const button = event.target.closest?.("[data-remove]");
  if (button) button.closest(button.dataset.remove)?.remove();
  if (event.target.closest?.("[data-nav-open]")) setNav(true);
  else if (event.target.closest?.("[data-nav-close]")) setNav(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const each of menus()) { each.open = false; each.querySelector("summary")?.focus(); }
  setNav(false);
});
function setNav(open) {
  if (document.body.classList.contains("nav-open") === open) return;
  document.body.classList.toggle("nav-open", open);
  const button = document.querySelector("[data-nav-open]");
  button?.setAttribute("aria-expanded", String(open));
  if (open) document.querySelector("#nav a")?.focus(); else button?.focus();
}
