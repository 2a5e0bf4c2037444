// The bar's own buttons, and how the page is found again.

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
  const memory = new Memory();
  const { kept } = memory;
  const people = new People(section, form.querySelector('.people'), panel, () => { details.open = true; });

  const say = (text, problem = false) => {
    status.classList.toggle('problem', problem);
    status.textContent = text;
  };
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
    memory.keep({ outlines: on });
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
      await compare.open(at, now => memory.keep({ compare: now }), () => {
        both.ariaPressed = 'false';
        memory.keep({ compare: null });
        say('One page again.');
        both.focus();
      });
      both.ariaPressed = String(compare.dialog !== null);
      say('');
    } catch {
      memory.keep({ compare: null });
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

  document.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || event.defaultPrevented || !details.open) return; // the page may have taken it
    event.preventDefault(); // or the comparison closes with it
    if (section.matches(':focus-within')) summary.focus();
    details.open = false;
  });
  form.addEventListener('submit', ({ submitter }) => {
    memory.keep({
      who: null,
      focus: submitter.matches(':focus-visible') ? submitter.value : null,
      left: { path, top: scrollY, open: details.open && !isSmall() }, // where it is small, it covers the page
    });
  });

  makeRoom(host, section, panel);

  // As it was on the page before.

  if (kept.left?.path === path) {
    details.open = kept.left.open;
    scrollTo({ top: kept.left.top, behavior: 'instant' });
  }
  memory.keep({ left: null });
  if (kept.outlines) turn(true);
  if (typeof kept.compare === 'number') beside(kept.who === who ? kept.compare : 50); // nobody else's divider
  if (kept.who !== who) {
    if (kept.who !== undefined) say(`Viewing as ${who}. ${section.querySelector('.count').textContent}.`);
    const { pressed } = people;
    if (typeof kept.focus === 'string') (pressed?.checkVisibility() ? pressed : summary).focus({ preventScroll: true });
    memory.keep({ who, focus: null });
  }
  const prefix = new URL(form.action).pathname.replace(/\/preview$/, '');
  whenLoaded(() => tellOfUnstyled(panel, prefix, say));
}

function whenLoaded(then) {
  if (document.readyState === 'complete') then();
  else addEventListener('load', then);
}

const host = [...document.querySelectorAll('edge-bar')].at(-1);
if (host?.shadowRoot?.querySelector('section')) start(host);
