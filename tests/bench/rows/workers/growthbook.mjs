// GrowthBook's edge app, as its users call it: told who asks, and given its experiments beforehand.

import { handleRequest } from "@growthbook/edge-cloudflare";
import job from "./job.mjs";
import { segmentOf } from "./visitor.mjs";

// Of a slot's experiences the first that matches wins, so each is for those segments that none before it is for. To
// everybody in it, GrowthBook shows the second of two variations.
function experiments(slot) {
  const before = [];
  return job.experiences[slot].map(([number, meant]) => {
    const segment = meant === null ? { $nin: [...before] } : { $in: meant.filter((one) => !before.includes(one)) };
    before.push(...(meant ?? []));
    const selector = `div[data-edge-slot="${slot}"]`;
    const shown = { selector, attribute: "html", action: "set", value: job.blocks[number] };
    return {
      key: `e${number}`,
      changeId: `e${number}`,
      status: "running",
      hashAttribute: "id",
      condition: { segment },
      coverage: 1,
      weights: [0, 1],
      variations: [{ domMutations: [] }, { domMutations: [shown] }],
    };
  });
}

const payload = { features: {}, experiments: Object.keys(job.experiences).flatMap(experiments) };

export default {
  async fetch(request, env) {
    const segment = (await segmentOf(request)) ?? -1;
    const attributes = { id: String(segment), segment, url: request.url };
    return handleRequest(request, env, {
      payload,
      attributes,
      skipAutoAttributes: true,
      disableInjections: true,
      runUrlRedirectExperiments: "skip",
      proxyTarget: "http://origin/",
    });
  },
};
