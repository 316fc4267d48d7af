// The elements of `root` matching `selector` that `name` has not enhanced yet.
export const once = (root, selector, name) => {
  const key = `enhanced${name}`;
  const found = [...root.querySelectorAll(selector)].filter((element) => !element.dataset[key]);
  for (const element of found) element.dataset[key] = "true";
  return found;
};
