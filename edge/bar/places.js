// Where the slots of a page stand. A place is one element (`start` is `end`), or what is between two comments: those
// of the page itself, or those that Edge has put around a block (`kind` is then how it was put).

const AT = /^edge:at (\S+) (\w+)$/;
const PAIR = /^\s*edge:slot\s+(\S+)\s*$/;
const END = /^\s*\/edge:(at|slot)\s*$/;

// The places of the slots in `rows`, a Map of slots to what says of them how to find them, in the order of the page.
function placesOf(doc, rows) {
  const places = [];
  const open = [];
  const counts = new Map();
  const begin = (slot, start, end, kind) => {
    const row = rows.get(slot);
    if (!row) return;
    if (kind !== 'before' && kind !== 'after') counts.set(slot, (counts.get(slot) ?? 0) + 1);
    const place = { slot, start, end, kind };
    if ((counts.get(slot) ?? 0) <= (row.dataset.times ?? Infinity)) places.push(place);
    return place;
  };
  const walker = doc.createTreeWalker(doc, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const inBlock = open.some(one => one.at);
    if (node.nodeType === Node.ELEMENT_NODE) {
      const slot = inBlock ? null : slotOf(node, rows);
      if (slot) begin(slot, node, node, 'tag');
      continue;
    }
    const [, at, kind] = AT.exec(node.data) ?? [];
    const [, pair] = PAIR.exec(node.data) ?? [];
    const [, end] = END.exec(node.data) ?? [];
    if (at || (pair && !inBlock)) {
      open.push({ at: Boolean(at), parent: node.parentNode, place: begin(at ?? pair, node, null, kind ?? 'pair') });
    } else if (end) {
      const index = open.findLastIndex(one => one.at === (end === 'at') && one.parent === node.parentNode);
      if (index < 0) continue;
      const { place } = open[index];
      if (place) place.end = node;
      open.splice(index);
    }
  }
  return places.filter(place => place.end);
}

function slotOf(element, rows) {
  const known = element.getAttribute('data-edge-at') ?? element.getAttribute('data-edge-slot');
  if (known !== null && rows.has(known)) return known;
  for (const [slot, row] of rows) {
    if (row.dataset.select && matches(element, row.dataset.select)) return slot;
  }
  return null;
}

function matches(element, selector) {
  try {
    return element.matches(selector);
  } catch {
    return false; // no browser's selector: then the slot is told of, and not found
  }
}

function rangeOf({ start, end }) {
  const range = start.ownerDocument.createRange();
  if (start === end) {
    range.selectNodeContents(start);
  } else {
    range.setStartAfter(start);
    range.setEndBefore(end);
  }
  return range;
}

// What the place covers of the window, null where nothing of it is to be seen. A slot that was taken out is the line
// where it had stood.
function rectOf(place) {
  const own = place.start === place.end ? place.start.getBoundingClientRect() : null;
  const rect = own && (own.width || own.height) ? own : rangeOf(place).getBoundingClientRect();
  if (rect.width && rect.height) return rect;
  const around = place.start.parentElement?.getBoundingClientRect();
  if (place.kind !== 'remove' || !around?.width) return null;
  const next = sized(place.end.nextElementSibling, 'nextElementSibling');
  const last = sized(place.start.previousElementSibling, 'previousElementSibling');
  return new DOMRect(around.left, next?.top ?? last?.bottom ?? around.top, around.width, 0);
}

function sized(element, towards) {
  for (; element; element = element[towards]) {
    const rect = element.getBoundingClientRect();
    if (rect.width && rect.height) return rect;
  }
  return null;
}

function holds(place, node) {
  return place.start === place.end ? place.start.contains(node) : rangeOf(place).intersectsNode(node);
}
