/* <x-autosave for="form" data-href>: after five quiet seconds the form is sent as a draft; says when that was. */
import { csrfToken, fill, quietly } from "../dom.js";

class Autosave extends HTMLElement {
  #form;
  #soon = quietly(() => this.save(), 5000);

  connectedCallback() {
    this.#form = document.getElementById(this.getAttribute("for"));
    if (!this.#form || this.dataset.live) return;
    this.dataset.live = "yes";
    for (const name of ["input", "change", "x-changed"]) this.#form.addEventListener(name, () => { delete this.#form.dataset.kept; this.#soon(); });
    this.#form.addEventListener("submit", () => this.#soon.cancel());
  }

  async save() {
    const answer = await fetch(this.dataset.href, { method: "POST", body: new FormData(this.#form), headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) { this.say(this.dataset.failed, this.dataset.bad, true); return; }
    const said = await answer.json();
    const token = this.#form.elements._token;
    if (token && said.token) token.value = said.token;
    this.#form.dataset.kept = "yes";
    this.say(fill(this.dataset.saved, { time: said.saved }), this.dataset.good, false);
  }

  say(words, icon, wrong) {
    this.classList.toggle("wrong", wrong);
    const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    picture.setAttribute("class", "icon");
    picture.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", icon);
    picture.append(use);
    const text = document.createElement("span");
    text.textContent = words;
    this.replaceChildren(picture, text);
  }
}
customElements.define("x-autosave", Autosave);
