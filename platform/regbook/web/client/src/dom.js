/* The few helpers that every element shares. */

/** The token that a POST must carry; the page's head holds it. */
export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Whether keys pressed now belong to a control or an input method, not to us. */
export function isTyping(event) {
  if (event.isComposing || event.keyCode === 229) return true;
  const at = event.target;
  return at instanceof HTMLElement && (at.isContentEditable || at.matches("input:not([type=checkbox], [type=radio]), textarea, select, calendar-date *"));
}

/** Runs once things have been quiet for a while. */
export function quietly(act, milliseconds) {
  let waiting;
  const later = (...given) => { clearTimeout(waiting); waiting = setTimeout(() => act(...given), milliseconds); };
  later.cancel = () => clearTimeout(waiting);
  return later;
}

/** A toast. `text` comes from the server or from an attribute of #toasts, never from here. */
export function toast(text, tone = "red") {
  const place = document.getElementById("toasts");
  if (!place || !text) return;
  const box = document.createElement("div");
  box.className = `toast ${tone}`;
  const words = document.createElement("span");
  words.className = "grow";
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button quiet square compact";
  close.dataset.remove = ".toast";
  close.setAttribute("aria-label", place.dataset.close);
  close.textContent = "×";
  box.append(words, close);
  place.append(box);
}

/** Fills the braces of a text: fill("草稿已保存 {time}", {time: "14:32"}). */
export const fill = (text, values) => (text ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
