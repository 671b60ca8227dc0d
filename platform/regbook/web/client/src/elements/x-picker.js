/* <x-picker data-source>: a <select> that searches, on the server when data-source says where. Tom Select comes on first sight. */
class Picker extends HTMLElement {
  #made;

  connectedCallback() {
    if (this.#made || this.querySelector(".ts-wrapper") || this.closest("template")) return;
    this.#made = this.make();
  }

  async make() {
    const select = this.querySelector("select");
    if (!select) return;
    const { makePicker } = await import("../vendor/picker.js");
    if (!this.isConnected || select.tomselect) return;
    makePicker(select, this.dataset);
  }

  disconnectedCallback() {
    this.querySelector("select")?.tomselect?.destroy();
    this.#made = undefined;
  }
}
customElements.define("x-picker", Picker);
