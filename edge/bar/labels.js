// Where the label of an outline stands: above its slot and outside of it if there is room, and over nothing to read
// or to press, as far as that can be had.

const LABEL = 22; // pixels that a label is high
const FRAME = 3; // pixels that a frame takes around its slot
const ALONG = [0, 1, .5, .25, .75, .125, .375, .625, .875]; // parts of the way from the left end to the right one
const SOLID = 'a, img, svg, svg *, video, canvas, iframe, button, input, select, textarea';

// Left and top of a label that is so `wide`, for a slot that covers `rect`. `taken` are those of other labels.
function seatOf(rect, wide, taken, host) {
  const from = Math.max(0, rect.left - FRAME);
  const way = Math.max(0, Math.min(rect.right + FRAME, innerWidth) - wide - from);
  const [above, within, below] = [rect.top - FRAME - LABEL, Math.max(0, rect.top), rect.bottom + FRAME];
  const tops = (rect.top < 0 ? [within, below] : [above, below, within])
    .filter(top => top >= 0 && top + LABEL <= innerHeight);
  const lefts = ALONG.map(part => Math.max(0, Math.min(from + way * part, innerWidth - wide)));
  const seats = tops.flatMap(top => lefts.map(left => new DOMRect(left, top, wide, LABEL)));
  const apart = seats.filter(seat => !taken.some(other => meet(seat, other)));
  return apart.find(seat => !covers(seat, host)) ?? apart[0] ?? seats[0] ?? new DOMRect(from, within, wide, LABEL);
}

function covers(seat, host) {
  const { left, right, top, bottom } = seat;
  return [left + 1, (left + right) / 2, right - 1].some(x => [top + 2, bottom - 2].some(y => {
    const element = document.elementsFromPoint(x, y).find(one => one !== host);
    return element && (element.matches(SOLID) || lines(element).some(line => meet(line, seat)));
  }));
}

// Where the text stands that the element itself has.
function lines(element) {
  return [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE && node.data.trim()).flatMap(node => {
    const range = document.createRange();
    range.selectNode(node);
    return [...range.getClientRects()];
  });
}

function meet(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
