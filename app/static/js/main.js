// Every enhancement, applied to the page and to what htmx brings into it. Pages work without any of this.
import { enhanceCounts } from "./charcount.js";
import { enhancePickers } from "./combobox.js";
import { enhanceDialogs } from "./dialog.js";
import { focusErrors } from "./focus.js";
import { unfoldTarget } from "./folded.js";
import { enhanceMenus } from "./menu.js";
import { guardForms } from "./unsaved.js";

const enhance = (root) => {
  for (const each of [enhanceCounts, enhancePickers, enhanceDialogs, enhanceMenus, guardForms]) {
    each(root);
  }
};

enhance(document);
focusErrors(document);
unfoldTarget();
window.addEventListener("hashchange", unfoldTarget);
document.addEventListener("htmx:load", (event) => enhance(event.target));
