// The row of personas, as far as there is room for it, with a button for all of them where there is not.

const FADE = 28; // pixels at an end of the row, as in the style

class People {
  constructor(section, row, panel, openAll) {
    this.row = row;
    this.panel = panel;
    this.pressed = row.querySelector('[aria-pressed=true]');
    this.all = make('button', { type: 'button', className: 'all', textContent: `All ${row.children.length}` });
    row.after(this.all);
    this.all.addEventListener('click', () => {
      openAll();
      (this.pressed ?? row.firstElementChild).focus({ preventScroll: true });
    });
    for (const one of [row, panel]) one.addEventListener('scroll', () => this.ends(), { passive: true });
    panel.addEventListener('toggle', () => this.ends(), { capture: true });
    row.addEventListener('wheel', event => this.turn(event));
    new ResizeObserver(() => this.fit()).observe(section);
    new ResizeObserver(() => this.ends()).observe(panel);
    section.addEventListener('moved', () => this.fit());
  }

  fit() {
    this.all.hidden = true;
    this.all.hidden = this.row.scrollWidth <= this.row.clientWidth;
    this.seat();
    this.ends();
  }

  // The one that is pressed is in sight.
  seat() {
    if (!this.pressed) return;
    const { offsetLeft: start, offsetWidth: width } = this.pressed;
    const from = start - this.row.scrollLeft;
    if (from < FADE || from + width > this.row.clientWidth - FADE) {
      this.row.scrollLeft = start - (this.row.clientWidth - width) / 2;
    }
  }

  // Whether there is more at either end, of the row and of what is below it.
  ends() {
    const { row, panel } = this;
    row.classList.toggle('begun', row.scrollLeft > 1);
    row.classList.toggle('ended', row.scrollLeft + row.clientWidth >= row.scrollWidth - 1);
    panel.classList.toggle('more', panel.scrollTop + panel.clientHeight < panel.scrollHeight - 1);
  }

  turn(event) {
    if (this.row.scrollWidth <= this.row.clientWidth || event.deltaX) return;
    event.preventDefault();
    this.row.scrollLeft += event.deltaY;
  }
}
