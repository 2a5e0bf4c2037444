// The bar's own buttons, and what of it lasts from page to page.

const KEPT = 'edge-bar';
const FADE = 28; // pixels at an end of the row, as in the style

function start(host) {
  const root = host.shadowRoot;
  const section = root.querySelector('section');
  const details = section.querySelector('details');
  const summary = details.firstElementChild;
  const panel = section.querySelector('.why');
  const form = section.querySelector('form');
  const rows = new Map([...panel.querySelectorAll('[data-slot]')].map(row => [row.dataset.slot, row]));
  const { who } = section.dataset;
  const path = form.elements.next.value;
  const status = section.appendChild(make('p', { className: 'said', role: 'status' }));
  const kept = recall();

  const say = (text, problem = false) => {
    status.classList.toggle('problem', problem);
    status.textContent = text;
  };
  const keep = change => remember(Object.assign(kept, change));
  const isSmall = () => getComputedStyle(section).flexDirection === 'column';
  const fold = () => { if (isSmall()) details.open = false; };

  const tools = make('div', { className: 'tools', role: 'group', ariaLabel: 'Look closer' });
  const outline = make('button', { type: 'button', textContent: 'Outline slots', ariaPressed: 'false' });
  const both = make('button', { type: 'button', textContent: 'Before and after', ariaPressed: 'false' });
  tools.append(outline, both);
  form.querySelector('.leave').before(tools); // at the end, where nothing else moves for it

  // Outlines.

  const layer = make('div', { className: 'layer', ariaHidden: 'true', hidden: true });
  root.insertBefore(layer, section);
  const outlines = new Outlines(layer, rows, say);
  const turn = on => {
    outlines.turn(on);
    outline.ariaPressed = String(on);
    keep({ outlines: on });
  };
  outline.addEventListener('click', () => {
    turn(!outlines.on);
    if (outlines.on) fold();
    const { count } = outlines;
    say(outlines.on ? `${count} slot${count === 1 ? ' is' : 's are'} outlined.` : 'No outlines.');
  });
  layer.addEventListener('line', ({ detail }) => {
    details.open = true;
    requestAnimationFrame(() => {
      outlines.point(detail, { scroll: true });
      rows.get(detail).querySelector('.find').focus({ preventScroll: true });
    });
  });
  for (const [slot, row] of rows) {
    if (row.dataset.head !== undefined) continue; // nothing to be seen
    const find = make('button', { type: 'button', className: 'find', textContent: slot, title: 'Show it in the page' });
    row.querySelector('dt').replaceChildren(find);
    find.addEventListener('click', () => {
      fold();
      if (outlines.go(slot, !matchMedia('(prefers-reduced-motion: reduce)').matches) && isSmall()) summary.focus();
    });
  }

  // Before and after.

  const compare = new Compare(section, path, who, rows);
  const beside = async at => {
    both.disabled = true;
    say('One moment.');
    try {
      await compare.open(at, now => keep({ compare: now }), () => {
        both.ariaPressed = 'false';
        keep({ compare: null });
        say('One page again.');
        both.focus();
      });
      both.ariaPressed = String(compare.dialog !== null);
      say('');
    } catch {
      keep({ compare: null });
      say(FAILED, true);
    }
    both.disabled = false;
  };
  both.addEventListener('click', () => {
    fold();
    if (compare.dialog) compare.dialog.close();
    else beside(50);
  });

  // The keyboard, and whoever listens.

  section.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || !details.open) return;
    event.preventDefault(); // or the comparison closes with it
    details.open = false;
    summary.focus();
  });
  form.addEventListener('submit', ({ submitter }) => {
    keep({
      who: null,
      focus: submitter.matches(':focus-visible') ? submitter.value : null,
      left: { path, top: scrollY, open: details.open && !isSmall() }, // where it is small, it covers the page
    });
  });

  // The row of personas, as far as there is room for it.

  const people = form.querySelector('.people');
  const pressed = people.querySelector('[aria-pressed=true]');
  const all = make('button', { type: 'button', className: 'all', textContent: `All ${people.children.length}` });
  people.after(all);
  all.addEventListener('click', () => {
    details.open = true;
    (pressed ?? people.firstElementChild).focus({ preventScroll: true });
  });
  const seat = () => {
    if (!pressed) return;
    const { offsetLeft: start, offsetWidth: width } = pressed;
    const from = start - people.scrollLeft;
    if (from < FADE || from + width > people.clientWidth - FADE) {
      people.scrollLeft = start - (people.clientWidth - width) / 2;
    }
  };
  const fit = () => {
    all.hidden = true;
    all.hidden = people.scrollWidth <= people.clientWidth;
    seat();
    ends();
  };
  const ends = () => {
    people.classList.toggle('begun', people.scrollLeft > 1);
    people.classList.toggle('ended', people.scrollLeft + people.clientWidth >= people.scrollWidth - 1);
    panel.classList.toggle('more', panel.scrollTop + panel.clientHeight < panel.scrollHeight - 1);
  };
  for (const one of [people, panel]) one.addEventListener('scroll', ends, { passive: true });
  panel.addEventListener('toggle', ends, { capture: true });
  new ResizeObserver(fit).observe(section);
  new ResizeObserver(ends).observe(panel);
  people.addEventListener('wheel', event => {
    if (people.scrollWidth <= people.clientWidth || event.deltaX) return;
    event.preventDefault();
    people.scrollLeft += event.deltaY;
  });
  section.addEventListener('moved', fit);

  // Room for what the bar covers: for the end of the page, and for what is focused.

  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const measure = () => {
    const covered = innerHeight - Math.min(section.getBoundingClientRect().top, topOf(panel));
    const room = `${Math.max(0, Math.round(covered))}px`;
    sheet.replaceSync(`html { scroll-padding-bottom: ${room} !important; }`);
    stand(host, room);
  };
  const sizes = new ResizeObserver(measure);
  for (const one of [section, panel, document.body]) sizes.observe(one);
  addEventListener('resize', measure);

  // As it was on the page before.

  if (kept.left?.path === path) {
    details.open = kept.left.open;
    scrollTo({ top: kept.left.top, behavior: 'instant' });
  }
  keep({ left: null });
  if (kept.outlines) turn(true);
  if (typeof kept.compare === 'number') beside(kept.who === who ? kept.compare : 50); // nobody else's divider
  if (kept.who !== who) {
    if (kept.who !== undefined) say(`Viewing as ${who}. ${section.querySelector('.count').textContent}.`);
    if (typeof kept.focus === 'string') (pressed?.checkVisibility() ? pressed : summary).focus({ preventScroll: true });
    keep({ who, focus: null });
  }
}

function topOf(panel) {
  const { top, height } = panel.getBoundingClientRect();
  return height ? top : Infinity;
}

// The host stands behind all of the page, out of its flow: in a page that is a flex or grid container that takes a
// word, for there it would stand at its beginning.
function stand(host, room) {
  const { documentElement: html, body } = document;
  host.style.setProperty('--room', '0px');
  host.style.setProperty('--foot', '0px');
  const from = host.getBoundingClientRect().top + scrollY;
  const end = Math.max(body.getBoundingClientRect().bottom + scrollY,
    html.scrollHeight > html.clientHeight ? html.scrollHeight : 0);
  host.style.setProperty('--foot', `${end - from}px`);
  host.style.setProperty('--room', room);
}

function recall() {
  try {
    return { ...JSON.parse(sessionStorage.getItem(KEPT)) };
  } catch {
    return {}; // no storage, or somebody else's
  }
}

function remember(kept) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    // then it lasts for this page
  }
}

const host = [...document.querySelectorAll('edge-bar')].at(-1);
if (host?.shadowRoot?.querySelector('section')) start(host);
