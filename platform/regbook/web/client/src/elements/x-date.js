/* <x-date data-kind>: a text field that reads 2026-09-30, with a calendar on click; on touch the system's own picker. */
import { normalDate } from "../dates.js";

const native = { date: "date", time: "time", date_time: "datetime-local" };

class DateField extends HTMLElement {
  connectedCallback() {
    if (this.dataset.live || this.closest("template")) return;
    this.dataset.live = "yes";
    this.field = this.querySelector("input");
    this.button = this.querySelector("button");
    if (matchMedia("(pointer: coarse)").matches) {
      const value = this.field.value;
      this.field.type = native[this.dataset.kind];
      this.field.value = this.dataset.kind === "date_time" ? value.replace(" ", "T") : value;
      return;
    }
    this.field.addEventListener("change", () => { this.field.value = normalDate(this.field.value, this.dataset.kind); });
    if (this.dataset.kind === "time") return;
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.toggle());
    this.field.addEventListener("keydown", (event) => { if (event.key === "ArrowDown" && event.altKey) { event.preventDefault(); this.toggle(); } });
    this.addEventListener("keydown", (event) => { if (event.key === "Escape" && this.popover_) { event.stopPropagation(); this.close(); this.field.focus(); } });
  }

  async toggle() {
    if (this.popover_) { this.close(); return; }
    const { makeCalendar } = await import("../vendor/calendar.js");
    const box = document.createElement("div");
    box.className = "x-date-popover";
    const calendar = makeCalendar(this.field.value.slice(0, 10), this.dataset, document.documentElement.lang);
    calendar.addEventListener("change", () => {
      const clock = this.dataset.kind === "date_time" ? ` ${this.field.value.slice(11, 16) || "09:00"}` : "";
      this.field.value = calendar.value + clock;
      this.close();
      this.field.focus();
      this.field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    box.append(calendar);
    this.append(box);
    this.popover_ = box;
    this.outside = (event) => { if (!this.contains(event.target)) this.close(); };
    document.addEventListener("pointerdown", this.outside);
    calendar.focus?.();
  }

  close() {
    this.popover_?.remove();
    this.popover_ = null;
    document.removeEventListener("pointerdown", this.outside);
  }
}
customElements.define("x-date", DateField);
