/* <x-conditional data-href>: as values change, the form is posted to the server, which says what a form with these values
 * looks like. Of the answer only the parts whose data-state differs are taken; what somebody is typing in stays. */
import { csrfToken, quietly } from "../dom.js";

class Conditional extends HTMLElement {
  #asked = 0;
  #soon = quietly(() => this.ask(), 200);

  connectedCallback() {
    if (!this.dataset.href || this.#asked) return;
    this.#asked = 1;
    this.addEventListener("change", () => this.#soon());
    this.addEventListener("x-changed", () => this.#soon());
  }

  async ask() {
    const form = this.querySelector("form");
    const number = ++this.#asked;
    const answer = await fetch(this.dataset.href, {
      method: "POST", body: new FormData(form), headers: { "X-CSRFToken": csrfToken(), "HX-Request-Type": "partial", "HX-Target": "div#form-body" },
    }).catch(() => null);
    if (!answer?.ok || number !== this.#asked) return;
    take(form, new DOMParser().parseFromString(await answer.text(), "text/html"));
  }
}

/** Takes over every part that the server would draw otherwise, outermost first. */
export function take(form, fresh) {
  for (const now of form.querySelectorAll("[data-part]")) {
    const then = fresh.querySelector(`[data-part="${CSS.escape(now.dataset.part)}"]`);
    if (!then || then.dataset.state === now.dataset.state || !now.isConnected) continue;
    if (now.matches("section")) { now.hidden = then.hidden; now.dataset.state = then.dataset.state; continue; }
    const typing = now.contains(document.activeElement) && document.activeElement !== document.body;
    if (typing) { now.hidden = then.hidden; continue; }
    const appears = now.hidden && !then.hidden;
    const copy = document.importNode(then, true);
    if (appears) copy.classList.add("appears");
    now.replaceWith(copy);
  }
}

customElements.define("x-conditional", Conditional);
