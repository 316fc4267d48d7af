// A plain search made a combobox (WAI-ARIA authoring practices, list autocomplete with manual selection).
import { once } from "./once.js";

const PAUSE = 180;
const SHORTEST = 2;

class Picker {
  constructor(root) {
    this.root = root;
    this.texts = root.dataset;
    this.multiple = root.dataset.multiple === "true";
    this.input = root.querySelector("[data-picker-input]");
    this.list = root.querySelector("[role=listbox]");
    this.status = root.querySelector("[data-picker-status]");
    this.chosen = root.querySelector("[data-picker-chosen]");
    this.template = root.querySelector("template");
    this.active = -1;
    this.pending = null;
    this.timer = 0;
    this.prepare();
    this.listen();
  }

  prepare() {
    const { input, list } = this;
    // Hidden is not enough: the form's first submit button is the one that Enter presses.
    this.root.querySelector("[data-picker-search]").remove();
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    if (!this.multiple) {
      const held = this.chosen.querySelector("input:checked");
      this.value = document.createElement("input");
      this.value.type = "hidden";
      this.value.name = this.root.dataset.name;
      this.value.value = held ? held.value : "";
      if (held) input.value = this.chosen.querySelector("[data-picker-label]").textContent.trim();
      this.chosen.replaceChildren(this.value);
      this.asked = this.root.querySelector("[data-picker-results]");
      this.offer();
    }
  }

  // What the server asks to choose from. The hidden field alone is sent: these belong to no form.
  offer() {
    for (const radio of this.asked?.querySelectorAll("input") ?? []) radio.setAttribute("form", "");
    this.asked?.addEventListener("change", (event) => {
      const label = event.target.closest("[data-picker-choice]").querySelector("[data-picker-label]");
      this.value.value = event.target.value;
      this.input.value = label.textContent.trim();
    });
  }

  listen() {
    const { input, list } = this;
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("blur", () => this.close());
    // Keep the focus in the text while an option is clicked.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  typed() {
    if (this.value) this.value.value = "";
    this.asked?.remove();
    clearTimeout(this.timer);
    this.pending?.abort();
    const query = this.input.value.trim();
    if (query.length < SHORTEST) {
      this.close();
      this.status.textContent = "";
      return;
    }
    this.timer = setTimeout(() => this.search(query), PAUSE);
  }

  async search(query) {
    const url = new URL(this.root.dataset.source, window.location.href);
    url.searchParams.set("q", query);
    this.pending = new AbortController();
    try {
      const answer = await fetch(url, { signal: this.pending.signal, headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.statusText);
      this.show(await answer.text());
    } catch (error) {
      if (error.name === "AbortError") return;
      this.close();
      this.status.textContent = this.texts.textFailed;
    }
  }

  show(html) {
    this.list.innerHTML = html;
    this.active = -1;
    this.options.forEach((option, rank) => { option.id = `${this.list.id}-${rank}`; });
    const count = this.options.length;
    if (count) this.open();
    else this.close();
    const text = [this.texts.textNone, this.texts.textOne][count] ?? this.texts.textMany;
    this.status.textContent = text.replace("{n}", count);
  }

  open() {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    for (const option of this.options) option.setAttribute("aria-selected", "false");
  }

  move(step) {
    const options = this.options;
    if (!options.length) return;
    if (this.list.hidden) this.open();
    options[this.active]?.setAttribute("aria-selected", "false");
    const from = this.active < 0 && step < 0 ? 0 : this.active;
    this.active = (from + step + options.length) % options.length;
    const option = options[this.active];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  pressed(event) {
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      if (this.active >= 0) this.choose(this.options[this.active]);
    } else if (event.key === "Tab" && open && this.active >= 0) {
      // The focus goes on, as it does from any field.
      this.choose(this.options[this.active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      this.close();
    }
  }

  choose(option) {
    const { value, label } = option.dataset;
    if (this.multiple) {
      this.add(value, label);
      this.input.value = "";
    } else {
      this.asked?.remove();
      this.value.value = value;
      this.value.dispatchEvent(new Event("change", { bubbles: true }));
      this.input.value = label;
    }
    this.close();
    this.list.replaceChildren();
    this.status.textContent = this.texts.textChosen.replace("{label}", label);
  }

  add(value, label) {
    const same = [...this.chosen.querySelectorAll("input")].find((input) => input.value === value);
    if (same) {
      same.checked = true;
      return;
    }
    const fieldset = this.template.content.firstElementChild.cloneNode(true);
    const choice = fieldset.querySelector("[data-picker-choice]");
    const input = choice.querySelector("input");
    input.value = value;
    input.id = `${this.input.id}-chosen-${this.chosen.querySelectorAll("input").length}`;
    choice.querySelector("label").htmlFor = input.id;
    choice.querySelector("[data-picker-label]").textContent = label;
    const present = this.chosen.querySelector("fieldset");
    if (present) present.append(choice);
    else this.chosen.append(fieldset);
  }
}

export const enhancePickers = (root) => {
  for (const element of once(root, "[data-picker]", "Picker")) new Picker(element);
};
