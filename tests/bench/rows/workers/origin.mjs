// The site behind: a page from memory.

import job from "./job.mjs";

const HEADERS = { headers: { "content-type": "text/html; charset=utf-8" } };

export default {
  fetch: () => new Response(job.page, HEADERS),
};
