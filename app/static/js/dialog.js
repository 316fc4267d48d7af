// A confirmation asked in place, instead of on its page.
import { once } from "./once.js";

export const enhanceDialogs = (root) => {
  for (const element of once(root, "[data-confirm]", "Confirm")) {
    const dialog = element.querySelector("dialog");
    element.querySelector("a").addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      dialog.showModal();
    });
    element.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  }
};
