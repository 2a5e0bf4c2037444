// How Chromium reads a page, and the same page with its slot filled: `judge` says what is wrong, "" if nothing is.
// `within` and `around` are the tokens of the tree in and around the slot's element, formatting elements left out.
(() => {
  const FORMATTING = new Set("a b big code em font i nobr s small strike strong tt u".split(" "));
  const IN_TABLES = new Set("table tbody thead tfoot tr colgroup".split(" "));
  const HTML = "http://www.w3.org/1999/xhtml";

  function read(page, slot) {
    const tree = { within: [], around: [], all: [], formatting: 0, slots: 0, host: "", foreign: false };
    walk(new DOMParser().parseFromString(page, "text/html"), false);
    return tree;

    function put(inside, token) {
      (inside ? tree.within : tree.around).push(token);
      if (!inside) tree.all.push(token);
    }

    function walk(node, inside) {
      if (node.nodeType === Node.TEXT_NODE) for (const sign of node.data) put(inside, `#${sign}`);
      else if (node.nodeType === Node.COMMENT_NODE) put(inside, `!${node.data}`);
      else if (node.nodeType === Node.ELEMENT_NODE) element(node, inside);
      else for (const child of node.childNodes) walk(child, inside);
    }

    function element(node, inside) {
      const isSlot = node.getAttribute("data-edge-slot") === slot;
      const attributes = [...node.attributes].map(({ name, value }) => ` ${name}=${JSON.stringify(value)}`);
      const token = `<${node.namespaceURI}:${node.localName}${attributes.join("")}`;
      const formatting = node.namespaceURI === HTML && FORMATTING.has(node.localName) && !isSlot;
      if (!formatting) put(inside, token);
      else if (!inside) tree.all.push(token);
      if (isSlot) {
        tree.slots += 1;
        tree.host = node.localName;
        tree.foreign = node.namespaceURI !== HTML;
      } else if (formatting && !inside) tree.formatting += 1;
      for (const child of [...(node.content?.childNodes ?? []), ...node.childNodes]) walk(child, inside || isSlot);
      if (!formatting) put(inside, ">");
      else if (!inside) tree.all.push(">");
    }
  }

  const same = (one, other) => one.length === other.length && one.every((token, at) => token === other[at]);

  function contains(whole, part) {
    let at = 0;
    for (const token of whole) if (token === part[at]) at += 1;
    return at === part.length;
  }

  return ({ page, filled, slot, block }) => {
    const [before, after] = [read(page, slot), read(filled, slot)];
    if (before.slots !== 1) return `the page has the slot ${before.slots} times`;
    // A table hands text on to its parent: there only a comment stays, and what the table handed on goes.
    const inTable = IN_TABLES.has(before.host);
    if (inTable && !block.startsWith("<!--")) return "";
    if (before.foreign && block.startsWith("<b>")) return ""; // ends a drawing or a formula
    if (after.slots !== 1) return `the filled page has the slot ${after.slots} times`;
    const expected = block.startsWith("<!--") ? "!NEW" : "#N#E#W";
    if (after.within.join("") !== expected) return `the slot holds ${after.within.join("")}`;
    if (same(before.all, after.all)) return "";
    if (inTable && contains(before.all, after.all)) return "";
    // Formatting that the old content left open goes with it: the one change around a slot that is as it should be.
    return after.formatting < before.formatting ? "" : `around the slot stands ${after.all.join("")}`;
  };
})()
