// What lasts from page to page, for as long as the tab does.

const KEPT = 'edge-bar';

class Memory {
  constructor() {
    try {
      this.kept = { ...JSON.parse(sessionStorage.getItem(KEPT)) };
    } catch {
      this.kept = {}; // no storage, or somebody else's
    }
  }

  keep(change) {
    Object.assign(this.kept, change);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(this.kept));
    } catch {
      // then it lasts for this page
    }
  }
}
