// A menu in <details> closes on Escape and when one goes elsewhere.
import { once } from "./once.js";

export const enhanceMenus = (root) => {
  for (const menu of once(root, "details[data-menu]", "Menu")) {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  }
};
