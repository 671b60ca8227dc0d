/* The browser's side: pages work without it; it makes them quicker to use. One file an element. */
import "htmx.org";
import "./elements/x-autosave.js";
import "./elements/x-conditional.js";
import "./elements/x-date.js";
import "./elements/x-lines.js";
import "./elements/x-picker.js";
import "./elements/x-upload.js";
import "./behaviours/confirm.js";
import "./behaviours/drawer.js";
import "./behaviours/forms.js";
import "./behaviours/keys.js";
import "./behaviours/menus.js";
import "./behaviours/notices.js";
import "./behaviours/palette.js";
import "./behaviours/requests.js";
import "./behaviours/sheet.js";
import "./behaviours/watermark.js";
