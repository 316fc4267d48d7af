// How many characters are left in a text, said after a pause so as not to speak over the typing.
import { once } from "./once.js";

const PAUSE = 600;

// As the server counts: code points, a line break being the two characters a form sends.
const lengthOf = (text) => [...text.replace(/\r?\n/g, "\r\n")].length;

const sentence = (line, left) => {
  const n = Math.abs(left);
  const text = left < 0 ? line.dataset.over : line.dataset.left;
  const single = left < 0 ? line.dataset.overOne : line.dataset.leftOne;
  return (n <= 1 ? single : text).replace("{n}", n.toLocaleString("fr-FR"));
};

export const enhanceCounts = (root) => {
  for (const line of once(root, "[data-count-for]", "Count")) {
    const field = document.getElementById(line.dataset.countFor);
    if (!field) continue;
    const spoken = line.nextElementSibling;
    let timer = 0;
    const show = () => {
      const left = Number(line.dataset.max) - lengthOf(field.value);
      line.textContent = sentence(line, left);
      line.toggleAttribute("data-exceeded", left < 0);
    };
    field.addEventListener("input", () => {
      show();
      clearTimeout(timer);
      timer = setTimeout(() => { spoken.textContent = line.textContent; }, PAUSE);
    });
    show();
  }
};
