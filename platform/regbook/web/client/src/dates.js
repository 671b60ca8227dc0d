/* Dates as people type them: 20260930, 2026/9/30, 9-30 16:00 are all understood; anything else stays for the server to refuse. */

/** The canonical text of what was typed, or what was typed. `today` gives the year where none was typed. */
export function normalDate(typed, kind, today = new Date()) {
  const text = typed.trim().replace("T", " ").replace(/[年月.\/]/g, "-").replace(/日/g, " ").replace(/：/g, ":").replace(/\s+/g, " ").trim();
  const pad = (value) => String(value).padStart(2, "0");
  const clock = (value) => { const found = /^(\d{1,2}):?(\d{2})(?::\d{2})?$/.exec(value ?? ""); return found && +found[1] < 24 && +found[2] < 60 ? `${pad(found[1])}:${found[2]}` : null; };
  if (kind === "time") return clock(text) ?? typed;
  const [day, hour] = text.split(" ");
  const found = /^(\d{4})(\d{2})(\d{2})$/.exec(day) ?? /^(?:(\d{4})-)?(\d{1,2})-(\d{1,2})$/.exec(day);
  if (!found) return typed;
  const [year, month, date] = [Number(found[1] ?? today.getFullYear()), Number(found[2]), Number(found[3])];
  const real = new Date(Date.UTC(year, month - 1, date));
  if (real.getUTCMonth() !== month - 1 || real.getUTCDate() !== date) return typed;
  const written = `${year}-${pad(month)}-${pad(date)}`;
  if (kind === "date") return hour ? typed : written;
  return hour ? (clock(hour) ? `${written} ${clock(hour)}` : typed) : written;
}
