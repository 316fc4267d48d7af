// Ask before leaving a page whose text has not been sent.
import { once } from "./once.js";

export const guardForms = (root) => {
  for (const form of once(root, "form[data-guard]", "Guard")) {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => {
      if (changed) event.preventDefault();
    });
  }
};
