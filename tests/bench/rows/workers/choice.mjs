// The block of each slot by segment: of a slot's experiences, the first that is for it.

import job from "./job.mjs";

export const SLOTS = Object.keys(job.experiences);

export function chosen(segment) {
  return SLOTS.map((slot) => {
    const [experience] = job.experiences[slot].find(([, meant]) => meant === null || meant.includes(segment));
    return job.blocks[experience];
  });
}

const everybody = Array.from({ length: job.count }, (_, segment) => chosen(segment));
const nobody = chosen(null);

export function blocksFor(segment) {
  return segment === null ? nobody : everybody[segment];
}
