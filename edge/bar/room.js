// Room for what the bar covers: for the end of the page, and for what is focused.

function makeRoom(host, section, panel) {
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
