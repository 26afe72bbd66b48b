/** Shared by the tests of requests: the public form, mailed links, entries by staff, and steps by an officer. */
import { env } from "cloudflare:workers";
import { solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/web/pbkdf2";
import { beforeAll, expect } from "vitest";
import type { Challenge } from "../../../shared/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import type { RequestAnswer, RequestStep } from "../../../shared/privacy-requests/api.ts";
import { dayOf, daysLater } from "../../../shared/core/calendar.ts";
import type { Env } from "../../../worker/env.ts";
import { newChallenge } from "../../../worker/privacy-requests/pages/challenge.ts";
import { stamp } from "../../../worker/privacy-requests/pages/form-guard.ts";
import { call, newTeam, under } from "../helpers.ts";
import { arrive, diallerOf, sample } from "../recordings/kit.ts";

/** The tokens of a test file's team; the compliance officer takes the steps. */
export let tokens: Record<Role, string>;
export let officer: string;
export const withTeam = (): void =>
  beforeAll(async () => {
    tokens = await newTeam();
    officer = tokens.compliance;
  });

export const ORIGIN = "https://cleardial.test";
export const NUMBER = "+442079460958";
export const WHO = { name: "Dora Data", email: "dora@example.com", number: NUMBER };

/** A page's text. */
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

export async function open(path: string, own: Env = env) {
  const answer = await under(own, "GET", path);
  return { ...answer, html: textOf(answer.bytes) };
}

/** Sends one of our forms as a browser does. */
export async function sendForm(
  path: string,
  fields: Record<string, string>,
  { own = env, headers = {} }: { own?: Env; headers?: Record<string, string> } = {},
) {
  const answer = await under(own, "POST", path, {
    raw: new URLSearchParams(fields).toString(),
    headers: { origin: ORIGIN, "content-type": "application/x-www-form-urlencoded", ...headers },
  });
  return { ...answer, html: textOf(answer.bytes), location: answer.headers.get("location") };
}

/** Sends the public form, filled in a minute after it was sent out. */
export const fillIn = async (
  fields: Record<string, string>,
  more: { own?: Env; headers?: Record<string, string> } = {},
) =>
  sendForm(
    "/privacy-request",
    { at: await stamp(env.DB, Date.now() - 60_000), website: "", ...fields },
    more,
  );

/** What a flood asks for, as ALTCHA's own library works it out. */
export const solutionOf = async (challenge: Challenge): Promise<string> =>
  btoa(JSON.stringify({ challenge, solution: await solveChallenge({ challenge, deriveKey }) }));
/** The solution of one that the Worker made easy. */
export const easySolution = async (now = Date.now()): Promise<string> =>
  solutionOf(await newChallenge(env.DB, now, 1 / 1000));

/** Paths of the links in the mails to an address, oldest first, with the template. */
export async function linksTo(email: string): Promise<{ template: string; path: string }[]> {
  const { results } = await env.DB.prepare(
    "SELECT template, vals FROM outbox WHERE recipient = ? AND vals IS NOT NULL ORDER BY rowid",
  )
    .bind(email)
    .all<{ template: string; vals: string }>();
  return results.map(({ template, vals }) => ({
    template,
    path: new URL((JSON.parse(vals) as { link: string }).link).pathname,
  }));
}

/** Days in the default policy's zone. */
export const today = (): string => dayOf(Date.now(), "Europe/London");
export const daysAgo = (n: number): string => daysLater(today(), -n);

/** Enters a request as staff, and answers its id; its address proves itself by the link, unless `proved` is false. */
export async function enter(token: string, own: Record<string, unknown> = {}): Promise<string> {
  const { proved = true, ...entry } = own;
  const { status, data } = await call("POST", "/v1/requests/entries", {
    token,
    body: { kind: "access", channel: "email", receivedOn: today(), ...WHO, ...entry },
  });
  expect(status, JSON.stringify(data)).toBe(201);
  const email = "email" in entry ? entry["email"] : WHO.email;
  if (proved && typeof email === "string" && entry["kind"] !== "objection")
    await sendForm((await linksTo(email)).at(-1)!.path, { action: "confirm-address" });
  return (data as { id: string }).id;
}

export interface Answered {
  status: number;
  code?: string;
  why?: string;
  step: RequestStep;
}
/** One step by an officer. */
export async function act(
  token: string,
  id: string,
  path: string,
  body: unknown = {},
  own: Env = env,
): Promise<Answered> {
  const { status, data } = await under(own, "POST", `/v1/requests/${id}/${path}`, { token, body });
  const problem = data as { code?: string; errors?: { message: string }[] };
  return {
    status,
    ...(status < 400 ? {} : { code: problem.code ?? "", why: problem.errors?.[0]?.message ?? "" }),
    step: data as RequestStep,
  };
}
export async function done(token: string, id: string, path: string, body: unknown = {}, own: Env = env) {
  const answer = await act(token, id, path, body, own);
  expect(answer.status, `${path}: ${JSON.stringify(answer.step)}`).toBe(200);
  return answer.step;
}

/** Adds a file to a request. */
export async function upload(id: string, purpose: string, type = "image/png"): Promise<void> {
  const { status } = await under(
    env,
    "PUT",
    `/v1/requests/${id}/files?purpose=${purpose}&name=passport.png`,
    {
      token: officer,
      raw: new Uint8Array([1, 2, 3]),
      headers: { "content-type": type },
    },
  );
  expect(status).toBe(200);
}

/** The id of a request's newest file of a purpose. */
export const fileOn = async (id: string, purpose: string): Promise<string> =>
  (await env.DB.prepare("SELECT id FROM request_files WHERE request = ? AND purpose = ? ORDER BY rowid DESC")
    .bind(id, purpose)
    .first<string>("id"))!;

/** An officer says of each connected system of an access request that is open that they gave what it holds. */
export async function allGiven(token: string, id: string): Promise<void> {
  const { systems = [] } = await read(token, id);
  for (const system of systems.filter(({ outcome }) => outcome === null))
    await done(token, id, `systems/${system.id}`, { outcome: "given", how: "exported the contact" });
}

/** An officer downloads the copy that is there now, so that it went to somebody. */
export async function taken(token: string, id: string): Promise<void> {
  const { files } = await read(token, id);
  const copy = files.findLast(({ purpose, erasedAt }) => purpose === "export" && erasedAt === null)!;
  const { status } = await call("GET", `/v1/requests/${id}/files/${copy.id}`, { token });
  expect(status).toBe(200);
}

/** Withdraws a request, with the requester's own word on file. */
export async function withdraw(id: string): Promise<void> {
  await upload(id, "withdrawal");
  await done(officer, id, "withdraw", { reason: "changed her mind" });
}

/** As if the policy had had these pauses when the request arrived. */
export const pause = (id: string) =>
  env.DB.prepare("UPDATE requests SET pauses = 'law', rev = rev + 1 WHERE id = ?").bind(id).run();

export async function read(token: string, id: string): Promise<RequestAnswer> {
  const { status, data } = await call("GET", `/v1/requests/${id}`, { token });
  expect(status).toBe(200);
  return data as RequestAnswer;
}

export const draft = async (token: string, id: string, kind: string): Promise<string> =>
  ((await call("GET", `/v1/requests/${id}/letters/${kind}`, { token })).data as { text: string }).text;

/** Confirms all items that the search found. */
export async function confirmAll(token: string, id: string): Promise<RequestAnswer["items"]> {
  const { items } = await read(token, id);
  if (items.length > 0)
    await done(token, id, "items", { items: items.map((item) => ({ id: item.id, verdict: "confirmed" })) });
  return items;
}

/** Makes a request by the public API, solved where a flood asks for it. Answers its id, and the path of its page. */
export const ask = async (asked: Record<string, unknown>) => {
  const post = (more = {}) => call("POST", "/v1/requests", { body: { ...more, ...asked } });
  const first = await post();
  const { status, data } = first.status === 428 ? await post({ solution: await easySolution() }) : first;
  expect(status, JSON.stringify(data)).toBe(201);
  const { reference, link } = data as { reference: string; link: string };
  const row = await env.DB.prepare("SELECT id FROM requests WHERE ref = ?")
    .bind(reference)
    .first<{ id: string }>();
  return { id: row!.id, reference, path: new URL(link).pathname };
};

let numbers = 0;
/** A new number that the company has called, or one more call of `number`, with a recording of the call. */
export async function called(
  token: string,
  {
    audio,
    type = "audio/wav",
    startedAt,
    number = `+4420794602${String(++numbers).padStart(2, "0")}`,
  }: { audio?: Uint8Array; type?: string; startedAt?: string; number?: string } = {},
) {
  const recording = await arrive(env, token, sample({ number, ...(startedAt ? { startedAt } : {}) }));
  const raw = audio ?? wav(4);
  const headers = { "content-type": type, "content-length": String(raw.byteLength) };
  const put = await under(env, "PUT", `/v1/recordings/${recording}/audio`, {
    token: await diallerOf(token),
    raw,
    headers,
  });
  expect(put.status).toBe(200);
  return { number, recording };
}

/** A WAV whose samples are all 0x0101: 8,000 a second, 16 bits, one channel. */
export function wav(seconds: number): Uint8Array<ArrayBuffer> {
  const size = seconds * 16_000;
  const bytes = new Uint8Array(44 + size).fill(1, 44);
  const view = new DataView(bytes.buffer);
  const word = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  word(0, "RIFF");
  view.setUint32(4, 36 + size, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 16_000, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, size, true);
  return bytes;
}

export async function verified(
  officer: string,
  number: string,
  own: Record<string, unknown> = {},
): Promise<string> {
  const id = await enter(officer, { number, ...own });
  await done(officer, id, "identity", { step: "clear", how: "wrote from the address on file" });
  await done(officer, id, "match");
  return id;
}
export const letter = { text: "Dear Dora, we have decided.", how: "post" };
