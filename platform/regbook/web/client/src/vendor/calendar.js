/* cally behind our own element: no other file knows it. */
import "cally";

export function makeCalendar(value, { previous, next }, language) {
  const calendar = document.createElement("calendar-date");
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) calendar.setAttribute("value", value);
  calendar.setAttribute("locale", language);
  calendar.setAttribute("first-day-of-week", "1");
  for (const [slot, words] of [["previous", previous], ["next", next]]) {
    const sign = document.createElement("span");
    sign.slot = slot;
    sign.textContent = slot === "previous" ? "‹" : "›";
    sign.setAttribute("aria-label", words);
    calendar.append(sign);
  }
  calendar.append(document.createElement("calendar-month"));
  return calendar;
}
