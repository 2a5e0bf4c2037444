// Who asks: the cookie of Edge, verified, and the segment of those who are known, by country and language.

import job from "./job.mjs";

const MOST = 10_000;
const encoder = new TextEncoder();
const signed = new Map(); // when cookies that verified were signed: as Edge keeps them
let key;

// The segment's number; null for nobody known.
export async function segmentOf(request) {
  const token = cookie(request.headers.get("cookie"));
  if (token === null) return null;
  const since = signed.get(token) ?? (await verified(token));
  const age = Date.now() / 1000 - since;
  if (!(age >= -120 && age <= job.maxAge)) return null;
  const country = job.segments[request.headers.get("cf-ipcountry")];
  return country?.[language(request.headers.get("accept-language"))] ?? null;
}

function cookie(header) {
  if (header === null) return null;
  const start = header.startsWith("edge=") ? 5 : header.indexOf("; edge=") + 7;
  if (start === 6) return null;
  const end = header.indexOf(";", start);
  return end === -1 ? header.slice(start) : header.slice(start, end);
}

function language(header) {
  return header === null ? "" : /^[a-z]*/.exec(header)[0];
}

// When the token was signed; NaN unless it was signed by us: payload.seconds.signature, as itsdangerous writes it.
async function verified(token) {
  const parts = token.split(".");
  if (parts.length !== 3) return NaN;
  key ??= signing();
  const told = encoder.encode(`${parts[0]}.${parts[1]}`);
  if (!(await crypto.subtle.verify("HMAC", await key, bytes(parts[2]), told))) return NaN;
  if (signed.size >= MOST) signed.clear();
  const since = Number(parts[1]);
  signed.set(token, since);
  return since;
}

async function signing() {
  const secret = await imported(encoder.encode(job.secret), "sign");
  return imported(await crypto.subtle.sign("HMAC", secret, encoder.encode(job.salt)), "verify");
}

function imported(raw, use) {
  return crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, [use]);
}

function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
}
