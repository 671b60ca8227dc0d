/* Tom Select behind our own element: no other file knows it. */
import TomSelect from "tom-select/dist/esm/tom-select.js";
import removeButton from "tom-select/dist/esm/plugins/remove_button/plugin.js";

TomSelect.define("remove_button", removeButton);

/** People carry initials and a colour; everything is text, never markup. */
function draw(data, escape, tag) {
  const face = data.initials ? `<span class="avatar" data-hue="${escape(data.hue ?? 0)}" aria-hidden="true">${escape(data.initials)}</span>` : "";
  const note = tag === "option" && data.note ? `<small>${escape(data.note)}</small>` : "";
  return `<div class="${tag}">${face}<span class="cut">${escape(data.label ?? data.text)}</span>${note}</div>`;
}

/** What the server's JSON or an <option> says, as one shape. */
const known = (select) => [...select.options].filter((each) => each.value).map((each) => ({ value: each.value, label: each.label, ...each.dataset }));

export function makePicker(select, { source, none, loading, remove }) {
  const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
  const picker = new TomSelect(select, {
    valueField: "value", labelField: "label", searchField: source ? [] : ["label", "note", "keys"], options: known(select), items: [...select.selectedOptions].map((each) => each.value).filter(Boolean),
    dropdownParent: select.closest(".lines") ? "body" : null, plugins: select.multiple ? { remove_button: { title: remove } } : {}, maxOptions: 100, allowEmptyOption: false, hidePlaceholder: true, placeholder: select.getAttribute("placeholder") || select.dataset.hint || "",
    preload: source ? "focus" : false, loadThrottle: 200,
    load: source ? function (typed, answer) {
      fetch(`${source}${source.includes("?") ? "&" : "?"}q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } }).then((got) => (got.ok ? got.json() : []), () => [])
        .then((found) => { this.clearOptions(); answer(found); }); // What was found for another word is not found for this one.
    } : null,
    render: { option: (data, escape) => draw(data, escape, "option"), item: (data, escape) => draw(data, escape, "item"), no_results: (_, escape) => `<div class="no-results">${escape(none)}</div>`, loading: (_, escape) => `<div class="loading-text">${escape(loading)}</div>`, option_create: null, not_loading: null },
  });
  picker.wrapper.classList.remove("control");
  picker.wrapper.classList.toggle("wrong", select.getAttribute("aria-invalid") === "true");
  select.setAttribute("aria-hidden", "true");
  if (label) picker.control_input.setAttribute("aria-label", label.textContent.replace("*", "").trim());
  picker.on("change", () => select.dispatchEvent(new Event("change", { bubbles: true })));
}
