// A page cut once, by hand, and joined for each request. Bytes instead of text, or whole pages kept by segment, cost
// the same: what is left is the runtime's own.

import job from "./job.mjs";
import { SLOTS, blocksFor } from "./choice.mjs";
import { segmentOf } from "./visitor.mjs";

const PLAIN = { headers: { "content-type": "text/html; charset=utf-8" } };
const PACKED = { headers: { ...PLAIN.headers, "content-encoding": "gzip" } };
const HOLES = job.holes.map((slot) => SLOTS.indexOf(slot));

export default {
  async fetch(request) {
    const blocks = blocksFor(await segmentOf(request));
    let page = job.pieces[0];
    HOLES.forEach((slot, hole) => {
      page += blocks[slot] + job.pieces[hole + 1];
    });
    return new Response(page, request.headers.get("accept-encoding") === "gzip" ? PACKED : PLAIN);
  },
};
