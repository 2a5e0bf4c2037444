// The outlines of the slots, drawn over the page: its own elements are left as they are.

class Outlines {
  // `layer` is an element over the whole window, `rows` are the lines of the bar, by slot; `say` speaks.
  constructor(layer, rows, say) {
    this.layer = layer;
    this.rows = rows;
    this.say = say;
    this.on = false;
    this.at = null;
    this.drawn = [];
    this.frame = 0;
    this.stale = true;
    new MutationObserver(() => { this.stale = true; })
      .observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['id', 'class'] });
    for (const [slot, row] of rows) {
      row.addEventListener('pointerenter', () => this.point(slot));
      row.addEventListener('pointerleave', () => this.point(null));
      row.addEventListener('focusin', () => this.point(slot));
      row.addEventListener('focusout', () => this.point(null));
    }
    document.addEventListener('pointermove', event => this.follow(event.target), { passive: true });
    document.addEventListener('focusin', event => this.follow(event.target));
  }

  turn(on) {
    this.on = on;
    this.layer.classList.toggle('on', on);
    this.point(null);
  }

  // How many slots are to be seen somewhere in the page.
  get count() {
    this.find();
    return new Set(this.drawn.filter(one => rectOf(one.place)).map(one => one.place.slot)).size;
  }

  // Makes one slot stand out, in the page and in the bar.
  point(slot, { scroll = false } = {}) {
    this.at = slot;
    for (const [name, row] of this.rows) row.classList.toggle('at', name === slot);
    if (scroll && slot) this.rows.get(slot).scrollIntoView({ block: 'nearest' });
    if ((this.on || slot) && !this.frame) this.draw();
  }

  // Whoever looks at the page finds the line of the slot that they have come to.
  follow(target) {
    if (!this.on || !(target instanceof Node) || target.getRootNode() !== document) return;
    if (target === this.layer.getRootNode().host) return;
    this.find();
    const slot = this.drawn.findLast(one => holds(one.place, target))?.place.slot ?? null;
    if (slot !== this.at) this.point(slot, { scroll: true });
  }

  // Brings the slot's first place into sight.
  go(slot, smooth) {
    this.find();
    const row = this.rows.get(slot);
    const place = this.drawn.find(one => one.place.slot === slot && rectOf(one.place))?.place;
    if (!place) {
      this.say(`${slot} cannot be seen on this page.`);
      if (!row.querySelector('.unseen')) row.append(noted());
      return false;
    }
    row.querySelector('.unseen')?.remove();
    const element = place.start === place.end ? place.start
      : place.start.nextElementSibling ?? place.start.parentElement;
    const block = rectOf(place).height > innerHeight / 2 ? 'start' : 'center';
    element.scrollIntoView({ block, behavior: smooth ? 'smooth' : 'instant' });
    this.point(slot);
    this.say(`${slot} is in sight.`);
    return true;
  }

  find() {
    if (!this.stale) return;
    this.stale = false;
    this.layer.replaceChildren();
    this.drawn = placesOf(document, this.rows).map(place => {
      const box = this.layer.appendChild(document.createElement('div'));
      const label = this.layer.appendChild(document.createElement('span'));
      const { shown } = this.rows.get(place.slot).dataset;
      const added = { before: 'added before', after: 'added after', remove: 'removed' }[place.kind];
      box.className = `box ${shown === undefined ? 'default' : 'tailored'}`;
      label.className = `label ${shown === undefined ? 'default' : 'tailored'}`;
      label.append(text('b', place.slot), text('span', ` ${added ?? shown ?? 'default'}`));
      label.addEventListener('click', () => this.layer.dispatchEvent(new CustomEvent('line', { detail: place.slot })));
      return { place, box, label, width: 0, where: '', seat: null };
    });
  }

  draw() {
    this.frame = 0;
    if (!this.on && !this.at) {
      this.layer.hidden = true;
      return;
    }
    this.layer.hidden = false;
    this.find();
    const taken = [];
    for (const one of this.drawn) this.set(one, taken);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  set(one, taken) {
    const rect = rectOf(one.place);
    const seen = rect && rect.bottom >= 0 && rect.top <= innerHeight;
    const at = one.place.slot === this.at;
    one.box.hidden = one.label.hidden = !seen || !(this.on || at);
    if (one.box.hidden) return;
    one.box.classList.toggle('at', at);
    one.label.classList.toggle('at', at);
    const [from, to] = [Math.max(rect.left, FRAME), Math.min(rect.right, innerWidth - FRAME)];
    put(one.box, from, rect.top);
    one.box.style.inlineSize = `${Math.max(0, to - from)}px`;
    one.box.style.blockSize = `${rect.height}px`;
    one.width ||= one.label.offsetWidth;
    const where = [rect.left, rect.top, rect.width, rect.height, innerWidth, innerHeight].join();
    if (where !== one.where) {
      one.where = where;
      one.seat = seatOf(rect, one.width, taken, this.layer.getRootNode().host);
    }
    taken.push(one.seat);
    put(one.label, one.seat.left, one.seat.top);
  }
}

function put(element, left, top) {
  element.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
}

function text(name, content) {
  const element = document.createElement(name);
  element.textContent = content;
  return element;
}

function noted() {
  const note = text('dd', 'cannot be seen on this page');
  note.className = 'unseen';
  return note;
}
