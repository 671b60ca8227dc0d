/* <x-lines data-name>: rows of child lines, made from the <template>; the state is the form's own controls. */
import { parseCells } from "../cells.js";
import { fill, toast } from "../dom.js";

class Lines extends HTMLElement {
  connectedCallback() {
    if (this.dataset.live) return;
    this.dataset.live = "yes";
    this.addEventListener("click", (event) => {
      if (event.target.closest("[data-line-add]")) this.add(true);
      const remove = event.target.closest("[data-line-remove]");
      if (remove) this.remove_(remove.closest("[data-line]"));
      const paste = event.target.closest("[data-line-paste]");
      if (paste) this.pasteFromClipboard(paste);
    });
    this.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.add(true); }
    });
    this.addEventListener("paste", (event) => {
      const cells = parseCells(event.clipboardData?.getData("text/plain") ?? "");
      if (cells.length < 2 && (cells[0]?.length ?? 0) < 2) return;
      event.preventDefault();
      this.pour(cells, event.target.closest("td"));
    });
  }

  get body() { return this.querySelector("tbody"); }
  get full() { return Boolean(this.dataset.most) && this.body.rows.length >= Number(this.dataset.most); }

  add(focus = false) {
    if (this.full) return null;
    const row = this.querySelector("template").content.firstElementChild.cloneNode(true);
    this.body.append(row);
    this.renumber();
    if (focus) row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    this.changed();
    return row;
  }

  remove_(row) {
    const near = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.renumber();
    (near?.querySelector("[data-line-remove]") ?? this.querySelector("[data-line-add]"))?.focus();
    this.changed();
  }

  /** Names and ids carry the row's index: measures/0/what. */
  renumber() {
    const prefix = `${this.dataset.name}/`;
    const id = `f-${this.dataset.name.replaceAll("/", "-")}-`;
    [...this.body.rows].forEach((row, index) => {
      for (const each of row.querySelectorAll("[name], [id], [for], [data-part]")) {
        for (const [attribute, start, sign] of [["name", prefix, "/"], ["data-part", prefix, "/"], ["data-name", prefix, "/"], ["id", id, "-"], ["for", id, "-"]]) {
          const now = each.getAttribute(attribute);
          if (now?.startsWith(start)) each.setAttribute(attribute, start + index + sign + now.slice(start.length).split(sign).slice(1).join(sign));
        }
      }
      const number = row.querySelector("[data-line-no]");
      if (number) number.textContent = index + 1;
    });
  }

  async pasteFromClipboard(button) {
    const text = await navigator.clipboard?.readText?.().catch(() => "") ?? "";
    if (!text) { toast(button.dataset.hint, "amber"); return; }
    const count = this.pour(parseCells(text), null);
    toast(fill(button.dataset.pasted, { count }), "green");
  }

  /** Pours cells into rows from one cell on, adding rows as needed; answers how many rows it filled. */
  pour(cells, from) {
    const row = from?.closest("[data-line]");
    let at = row ? [...this.body.rows].indexOf(row) : this.body.rows.length;
    const first = from ? [...row.querySelectorAll("td[data-part]")].indexOf(from) : 0;
    let count = 0;
    for (const values of cells) {
      const into = this.body.rows[at++] ?? this.add();
      if (!into) break;
      const places = [...into.querySelectorAll("td[data-part]")].slice(Math.max(first, 0));
      values.forEach((value, index) => put(places[index]?.querySelector("input:not([type=hidden]), select, textarea"), value));
      count += 1;
    }
    this.changed();
    return count;
  }

  changed() { this.dispatchEvent(new Event("x-changed", { bubbles: true })); }
}

/** Puts a pasted word into a control; a select takes the option of that label or value. */
function put(control, value) {
  if (!control || control.readOnly || control.disabled) return;
  if (control.matches("select")) {
    const option = [...control.options].find((each) => each.label.trim() === value || each.value === value);
    if (option) control.value = option.value;
  } else if (control.type === "checkbox") control.checked = ["1", "true", "是", "y", "yes", "√"].includes(value.toLowerCase());
  else control.value = value;
}

customElements.define("x-lines", Lines);
