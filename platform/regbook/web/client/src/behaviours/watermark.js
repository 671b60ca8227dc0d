/* A watermark that is taken out of the page comes back. It deters; it does not protect. */
const mark = document.querySelector("[data-watermark]");
if (mark) new MutationObserver(() => { if (!mark.isConnected) document.body.append(mark); }).observe(document.body, { childList: true });
