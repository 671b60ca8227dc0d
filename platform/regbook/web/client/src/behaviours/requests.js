/* What htmx sends and what it says when something fails. */
import { csrfToken, toast } from "../dom.js";

document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx?.request;
  if (request && request.method !== "GET") request.headers["X-CSRFToken"] = csrfToken();
});
document.addEventListener("htmx:response:error", (event) => {
  const status = event.detail.ctx?.response?.status;
  if (status === 401) { location.reload(); return; }
  if (status !== 422) toast(document.getElementById("toasts")?.dataset.failed);
});
document.addEventListener("htmx:error", () => { if (!navigator.onLine) toast(document.getElementById("toasts")?.dataset.offline, "amber"); });
window.addEventListener("offline", () => toast(document.getElementById("toasts")?.dataset.offline, "amber"));
