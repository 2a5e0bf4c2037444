// Widgets that the page shows without their style: who wrote the page has to link it.

function tellOfUnstyled(panel, prefix, say) {
  const bare = [...document.querySelectorAll('.edge-widget')]
    .some(widget => !getComputedStyle(widget).getPropertyValue('--edge-s'));
  if (!bare) return;
  const line = `<link rel="stylesheet" href="${prefix}/widgets.css">`;
  panel.querySelector('.about').after(make('p', { textContent: `For the head of this page: ${line}` }));
  say('A widget stands here without its style. The bar, opened, has the line that is missing.', true);
}
