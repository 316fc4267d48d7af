// When a form comes back with errors, start from their summary.
export const focusErrors = (root) => root.querySelector("[data-focus]")?.focus();
