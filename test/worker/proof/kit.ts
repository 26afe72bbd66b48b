/** Shared by the tests of proofs: a key, a dial, and a number's story with everything that can be on record of it. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Dial } from "../../../shared/dials/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import type { ProofEvent } from "../../../shared/proof/api-events.ts";
import type { NumberProof, ProofDocument } from "../../../shared/proof/api.ts";
import type { Env } from "../../../worker/env.ts";
import { finishScreening, openScreening, screenPart } from "../../../worker/screening/record.ts";
import { call, daysAgo, push, today, under } from "../helpers.ts";
import { arrive, sample } from "../recordings/kit.ts";

export const NUMBER = "+442079460958";
export const OTHER = "+442079460001";

/** A deployment without the key that signs and that rows have their codes under. */
export const keyless: Env = { ...env, AUDIT_KEY: "" };

export const tomorrow = (): string => daysAgo(-1);

/** A proof from the route, from yesterday to tomorrow, so that today is in it in any zone. */
export async function proofOf(own: Env, token: string, number: string | null = NUMBER, days = 1) {
  const query = new URLSearchParams({
    from: daysAgo(days),
    to: tomorrow(),
    ...(number === null ? {} : { number }),
  });
  const answer = await under(own, "GET", `/v1/proof?${query.toString()}`, { token });
  expect(answer.status, JSON.stringify(answer.data)).toBe(200);
  return { document: answer.data as ProofDocument, text: new TextDecoder().decode(answer.bytes) };
}
export const eventsOf = ({ proof }: ProofDocument): ProofEvent[] => (proof as NumberProof).events;

export async function made<T>(method: string, path: string, token: string, body: unknown): Promise<T> {
  const { status, data } = await call(method, path, { token, body });
  expect([200, 201, 409], JSON.stringify(data)).toContain(status);
  return data as T;
}
export const dial = (token: string, own: object = {}) =>
  made<Dial>("POST", "/v1/dials", token, {
    ...{ number: NUMBER, e164: NUMBER, action: "passed", verdict: "clear", seen: null },
    ...{
      reasons: [{ code: "not-listed", list: "tps" }],
      host: "crm.example.com",
      at: new Date().toISOString(),
    },
    ...own,
  });

/** Puts everything on record that can be on record of NUMBER, and similar things of OTHER. */
export async function story(tokens: Record<Role, string>) {
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, [OTHER], { asOf: daysAgo(3) });
  const { by } = (await env.DB.prepare("SELECT id AS by FROM people WHERE role = 'admin'").first<{
    by: string;
  }>())!;
  const screening = await openScreening(env, by, { source: "desk", name: "spring.csv" });
  await screenPart(env, by, screening, 1, [OTHER, NUMBER]);
  await screenPart(env, by, screening, 2, ["+442079460002"]);
  // Watched numbers are judged again after each answer: the story must not depend on when.
  await env.DB.exec("DELETE FROM watched");
  await finishScreening(env, by, screening, { rows: 3 });
  const passed = await dial(tokens.agent);
  const { id: unrelated } = await dial(tokens.agent, { number: OTHER, e164: OTHER });
  await push(tokens.admin, "tps", [OTHER, NUMBER], { asOf: daysAgo(1) });
  const held = await dial(tokens.agent, { action: "held", verdict: "blocked", reasons: [{ code: "tps" }] });
  const consent = await made<Consent>("POST", "/v1/consents", tokens.manager, {
    ...{
      number: NUMBER,
      kind: "notification",
      giver: "subscriber",
      givenBy: "Dora Data",
      givenAt: new Date().toISOString(),
    },
    ...{ words: "Do ring me", how: "web", proof: "form 12" },
  });
  const overridden = await dial(tokens.agent, {
    ...{ action: "overridden", verdict: "blocked", basis: "service", reason: "their repair" },
  });
  await made("POST", `/v1/consents/${consent.id}/withdraw?because=mistake`, tokens.manager, {});
  const objection = await made<Suppression>("POST", "/v1/suppressions", tokens.agent, {
    ...{ number: NUMBER, kind: "objection", reason: "asked us to stop" },
  });
  await dial(tokens.agent, { action: "overridden", verdict: "blocked", basis: "service", reason: "again" });
  await made("DELETE", `/v1/suppressions/${NUMBER}`, tokens.manager, { reason: "another line was meant" });
  await made("POST", "/v1/suppressions/bulk", tokens.manager, {
    rows: [
      { number: NUMBER, kind: "house", reason: "key account" },
      { number: OTHER, kind: "house", reason: "key account" },
    ],
  });
  const recording = await arrive(env, tokens.admin, sample({ number: NUMBER }));
  const { id: request } = await made<{ id: string }>("POST", "/v1/requests/entries", tokens.compliance, {
    ...{
      kind: "access",
      name: "Dora Data",
      email: "dora@example.com",
      number: NUMBER,
      channel: "email",
      receivedOn: today(),
    },
  });
  return { passed, held, overridden, consent, objection, recording, request, screening, unrelated };
}
