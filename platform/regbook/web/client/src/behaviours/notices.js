/* A notice that is opened has been read: the server is told, the mark goes, the counters are asked anew. */
import { csrfToken } from "../dom.js";

document.addEventListener("click", async (event) => {
  const item = event.target.closest?.("[data-unread]");
  if (!item) return;
  const body = new URLSearchParams({ notice: item.dataset.unread });
  delete item.dataset.unread;
  item.querySelector(".status.blue")?.remove();
  const answer = await fetch("/inbox/read", { method: "POST", body, keepalive: true, headers: { "X-CSRFToken": csrfToken(), "HX-Request-Type": "partial", "HX-Target": "div#notices" } }).catch(() => null);
  if (!answer?.ok) return;
  for (const id of ["count-told", "count-bell"]) {
    const count = document.getElementById(id);
    if (count && /^\d+$/.test(count.textContent)) count.textContent = Number(count.textContent) > 1 ? String(Number(count.textContent) - 1) : "";
  }
});
