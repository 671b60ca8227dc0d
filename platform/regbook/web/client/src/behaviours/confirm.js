/* A form or button with data-confirm asks first. */
document.addEventListener("submit", (event) => {
  const asks = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (asks && !window.confirm(asks)) { event.preventDefault(); event.stopImmediatePropagation(); }
}, true);
