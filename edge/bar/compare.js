// The page as it is for nobody in particular beside the page as it was made, with a divider between them.

const LEAST = 4; // per cent of either page that are always seen

const FAILED = 'The page with its defaults could not be had: the preview has ended, or the site forbids scripts to ask'
  + ' for pages.';

class Compare {
  // `section` is the bar, which stays at hand; `path` the page's own address, `who` it is made for; `rows` as above.
  constructor(section, path, who, rows) {
    this.section = section;
    this.path = path;
    this.who = who;
    this.rows = rows;
    this.dialog = null;
    this.sync = () => {
      this.turn();
      this.scroll();
    };
  }

  // Returns when both can be seen; raises where the other page cannot be had. `changed` is told where the divider is,
  // `closed` that somebody has had enough.
  async open(at, changed, closed) {
    this.frame = framed(await fetched(this.path));
    const move = value => {
      this.slider.value = value;
      this.turn();
      changed(Number(this.slider.value));
    };
    const dialog = this.dialog = this.build(move);
    dialog.addEventListener('close', () => {
      this.shut();
      closed();
    });
    await loaded(this.frame, () => {
      dialog.showModal();
      this.section.dispatchEvent(new Event('moved'));
      move(at);
    });
    if (this.dialog !== dialog) return; // somebody was quick
    this.frame.classList.remove('coming');
    addEventListener('scroll', this.sync, { passive: true });
    addEventListener('resize', this.sync, { passive: true });
    // As much room at its end as the bar takes at that of the page.
    const other = this.frame.contentDocument;
    other.documentElement.style.paddingBottom = getComputedStyle(dialog.getRootNode().host).blockSize;
    this.before = placesOf(other, this.rows);
    this.sync();
    if (!this.section.matches(':focus-within')) this.slider.focus();
  }

  build(move) {
    const dialog = make('dialog', { className: 'both', ariaLabel: 'Before and after' });
    const stage = make('div', { className: 'stage' });
    const divider = make('div', { className: 'divider' });
    const done = make('button', { type: 'button', className: 'done', textContent: 'Close' });
    this.slider = make('input', { type: 'range', min: LEAST, max: 100 - LEAST, ariaLabel: 'Divider' });
    this.slider.addEventListener('input', () => move(this.slider.value));
    this.slider.addEventListener('keydown', event => this.press(event, move));
    drag(stage, move);
    done.addEventListener('click', () => dialog.close());
    divider.append(this.slider, make('span', { className: 'grip' }));
    dialog.append(this.frame, stage, half('before', 'By default'), half('after', `As ${this.who}`), divider, done);
    this.section.before(dialog);
    dialog.append(this.section);
    return dialog;
  }

  shut() {
    removeEventListener('scroll', this.sync);
    removeEventListener('resize', this.sync);
    this.dialog.before(this.section);
    this.dialog.remove();
    this.dialog = null;
    this.section.dispatchEvent(new Event('moved')); // its parts are at their beginnings
  }

  turn() {
    const value = Number(this.slider.value);
    this.dialog.style.setProperty('--at', `${value / 100 * this.dialog.clientWidth}px`);
    this.slider.ariaValueText = `${value} per cent by default, ${100 - value} per cent as ${this.who}`;
  }

  // Left and right move the divider, in larger steps with Shift; what scrolls a page scrolls both.
  press(event, move) {
    const steps = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const pages = { PageUp: -1, PageDown: 1, ' ': event.shiftKey ? -1 : 1 }[event.key];
    if (steps) move(Number(this.slider.value) + steps * (event.shiftKey ? 10 : 2));
    else if (pages) scrollBy({ top: pages * innerHeight * .8 });
    else return;
    event.preventDefault();
  }

  // The pages differ in length: at a line that wanders from the top of the window to its bottom as the page is
  // scrolled, what is the same in both is side by side, whatever stands in the slots above it.
  scroll() {
    const view = this.frame.contentWindow;
    const most = Math.max(0, document.documentElement.scrollHeight - innerHeight);
    const part = most ? Math.min(1, Math.max(0, scrollY / most)) : 0;
    const line = scrollY + part * innerHeight;
    const top = between(this.anchors(view), line) - part * innerHeight;
    view.scrollTo({ top, behavior: 'instant' });
  }

  // Pairs of heights, in the page and in the other, that belong together.
  anchors(view) {
    const height = view.document.documentElement.scrollHeight;
    const pairs = [];
    const here = placesOf(document, this.rows);
    for (const slot of this.rows.keys()) {
      const [mine, others] = [here, this.before].map(all =>
        all.filter(place => place.slot === slot && place.kind !== 'before' && place.kind !== 'after'));
      mine.slice(0, others.length).forEach((place, index) => {
        const [a, b] = [rectOf(place), rectOf(others[index])];
        if (!a || !b) return;
        pairs.push([a.top + scrollY, b.top + view.scrollY], [a.bottom + scrollY, b.bottom + view.scrollY]);
      });
    }
    pairs.sort((one, other) => one[0] - other[0]);
    const anchors = [[0, 0]];
    for (const [a, b] of pairs) if (a > anchors.at(-1)[0] && b >= anchors.at(-1)[1]) anchors.push([a, b]);
    const end = document.documentElement.scrollHeight;
    if (end > anchors.at(-1)[0]) anchors.push([end, Math.max(height, anchors.at(-1)[1])]);
    return anchors;
  }
}

function between(anchors, y) {
  const next = anchors.findIndex(([a]) => a >= y);
  if (next < 1) return next ? anchors.at(-1)[1] : anchors[0][1];
  const [[a, b], [c, d]] = [anchors[next - 1], anchors[next]];
  return b + (y - a) / (c - a) * (d - b);
}

// The text of the page at `path` with its defaults: of this host, though the path may begin with two slashes or the
// page name another base. Edge ends it with a word of its own: without that, something between has answered.
async function fetched(path) {
  const answer = await fetch(location.origin + path, { headers: { 'Edge-Preview': 'defaults' }, cache: 'no-store' });
  const text = new TextDecoder(document.characterSet).decode(await answer.arrayBuffer()).trimEnd();
  if (!text.endsWith('<!--edge:defaults-->')) throw new Error(FAILED);
  return text;
}

// What would run, load or count once more. What is in <noscript> the page shows nobody who has this script; to a
// parser without scripts it is markup like any other, which may end up anywhere.
const UNSEEN = /<noscript\b[^>]*>[^]*?<\/noscript\s*>/gi;
const RUNNING = 'script, link[as=script], link[rel=modulepreload], meta[http-equiv=refresh i], object, embed';

// A page may allow a policy of this name once.
let trusted;
function html(markup) {
  trusted ??= window.trustedTypes?.createPolicy('edge-bar', { createHTML: markup => markup });
  return trusted ? trusted.createHTML(markup) : markup;
}

// A frame for that page. It may not run scripts in any case.
function framed(text) {
  const doc = new DOMParser().parseFromString(html(text.replace(UNSEEN, '')), 'text/html');
  for (const one of doc.querySelectorAll(RUNNING)) one.remove();
  for (const one of doc.querySelectorAll('iframe')) one.replaceWith(keepingPlace(one));
  for (const element of doc.querySelectorAll('*')) {
    for (const { name } of [...element.attributes]) if (name.startsWith('on')) element.removeAttribute(name);
  }
  for (const name of ['documentElement', 'body']) alike(document[name], doc[name]);
  const frame = make('iframe', { className: 'coming', title: 'The page for nobody in particular', inert: true });
  frame.setAttribute('sandbox', 'allow-same-origin');
  frame.style.colorScheme = getComputedStyle(document.documentElement).colorScheme;
  frame.srcdoc = html(`<!doctype html>${doc.documentElement.outerHTML}`);
  return frame;
}

function keepingPlace(frame) {
  const box = frame.ownerDocument.createElement('span');
  for (const { name, value } of frame.attributes) {
    if (['id', 'class', 'style', 'width', 'height'].includes(name)) box.setAttribute(name, value);
  }
  return box;
}

// What the page's scripts have set on its root, such as a class for its style, the other page has to have too. But no
// style of its own: the page's policy may forbid markup to have one.
function alike(mine, other) {
  if (!mine || !other || other.hasAttribute('data-edge-slot')) return;
  for (const { name, value } of mine.attributes) {
    if (!name.startsWith('on') && name !== 'style') other.setAttribute(name, value);
  }
}

// Returns when the frame has its page, or when that takes too long to be waited for.
function loaded(frame, begin) {
  return new Promise(resolve => {
    frame.addEventListener('load', resolve, { once: true });
    setTimeout(resolve, 4000);
    begin();
  });
}

function drag(stage, move) {
  const follow = event => move(event.clientX / stage.clientWidth * 100);
  stage.addEventListener('pointerdown', event => {
    if (event.button) return;
    event.preventDefault();
    stage.setPointerCapture(event.pointerId);
    follow(event);
  });
  stage.addEventListener('pointermove', event => {
    if (stage.hasPointerCapture(event.pointerId)) follow(event);
  });
}

function half(name, who) {
  const label = make('p', { className: `half ${name}` });
  label.append(make('span', { textContent: who }));
  return label;
}

function make(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
