/* <x-upload data-href>: files are sent as they are chosen or dropped; the form keeps their ids. Without data-href they go with the form. */
import { csrfToken, fill } from "../dom.js";

class Upload extends HTMLElement {
  connectedCallback() {
    if (this.dataset.live || this.closest("template")) return;
    this.dataset.live = "yes";
    const zone = this.querySelector(".upload"), input = this.querySelector("input[type=file]");
    for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, () => zone.classList.add("over"));
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
    input.addEventListener("change", async () => {
      if (!this.dataset.href) return;
      const files = [...input.files];
      input.value = "";
      for (const file of files) await this.send(file);
    });
  }

  async send(file) {
    const box = document.createElement("div");
    box.className = "file";
    const name = Object.assign(document.createElement("span"), { className: "cut", textContent: file.name });
    const state = Object.assign(document.createElement("span"), { className: "meta", textContent: this.dataset.sending });
    box.append(name, state);
    this.append(box);
    const body = new FormData();
    body.append("file", file);
    const answer = await fetch(this.dataset.href, { method: "POST", body, headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" } }).catch(() => null);
    const said = await answer?.json().catch(() => null);
    if (!answer?.ok || !said?.id) { state.textContent = said?.message ?? fill(this.dataset.failed, {}); state.className = "bad push"; return; }
    state.textContent = said.size ?? "";
    const kept = Object.assign(document.createElement("input"), { type: "hidden", name: this.dataset.name, value: said.id });
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "button quiet square compact", textContent: "×" });
    remove.dataset.remove = ".file";
    remove.setAttribute("aria-label", `${this.dataset.remove} ${file.name}`);
    box.append(kept, remove);
    this.dispatchEvent(new Event("x-changed", { bubbles: true }));
  }
}
customElements.define("x-upload", Upload);
