// A page from memory, rewritten for each request. One selector that names the element is the fastest there is: eight
// of `[data-edge-slot="…"]` cost half as much again.

import job from "./job.mjs";
import { SLOTS, blocksFor } from "./choice.mjs";
import { segmentOf } from "./visitor.mjs";

const HEADERS = { headers: { "content-type": "text/html; charset=utf-8" } };
const PAGE = new TextEncoder().encode(job.page);

export default {
  async fetch(request) {
    const blocks = blocksFor(await segmentOf(request));
    const fill = {
      element(element) {
        const at = SLOTS.indexOf(element.getAttribute("data-edge-slot"));
        if (at !== -1) element.setInnerContent(blocks[at], { html: true });
      },
    };
    return new HTMLRewriter().on("div[data-edge-slot]", fill).transform(new Response(PAGE, HEADERS));
  },
};
