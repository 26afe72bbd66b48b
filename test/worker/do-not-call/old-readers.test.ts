/**
 * How older versions read what a database and an answer hold of consents: copied, and kept as they were. They run in
 * browsers that have not been updated, and in a Worker that was put back. They know no kinds, and took every consent that
 * counts at all for consent to any call.
 */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import { aTeam, call, daysAgo } from "../helpers.ts";

interface Old {
  basis: string;
  givenAt: string;
  until: string | null;
}
const isLive = ({ until, givenAt }: Old) =>
  (until === null || until >= daysAgo(0)) && Date.parse(givenAt) <= Date.now();
/** Before and after soft opt-ins (0018). */
const readings: ((consent: Old) => boolean)[] = [
  (consent) => isLive(consent) && consent.basis !== "service",
  (consent) => isLive(consent) && (consent.basis === "consent" || consent.basis === "solicited"),
];
const liveBefore = `SELECT number, basis, given_at AS givenAt, until, at, withdrawn_at AS withdrawnAt
  FROM consents WHERE number = ? AND withdrawn_at IS NULL ORDER BY given_at`;

const tokens = aTeam();
const given = new Date(Date.now() - 86_400_000).toISOString();
const said = { giver: "subscriber", words: "yes", how: "web", proof: "form 7" };
let next = 0;

const weaker: [
  name: string,
  more: object,
  after?: ((consent: Consent) => Promise<unknown>) | undefined,
  agent?: true,
][] = [
  ["a notification, for general live calls only", { kind: "notification" }],
  ["prior consent to another kind of call", { kind: "prior", calls: ["automated"] }],
  ["for messages only", { kind: "prior", calls: ["general"], medium: "message" }],
  ["a soft opt-in", { kind: "soft-opt-in", product: "boilers" }],
  ["a soft opt-in by its basis", { basis: "soft-opt-in", evidence: "x" }],
  ["service", { kind: "service" }],
  ["another's word, not the subscriber's", { kind: "notification", giver: "other" }],
  ["a call asked for", { kind: "solicited", day: daysAgo(0) }],
  ["an agent's entry", { kind: "notification" }, undefined, true],
  ["an agent's entry by its basis", { basis: "consent", evidence: "x" }, undefined, true],
  [
    "a call asked for that has happened",
    { kind: "solicited" },
    ({ id }) => call("POST", `/v1/consents/${id}/done`, { token: tokens.manager }),
  ],
  [
    "refused at its review",
    { kind: "notification" },
    ({ id }) =>
      call("POST", `/v1/consents/${id}/review`, {
        token: tokens.manager,
        body: { verdict: "refused", review: "no" },
      }),
    true,
  ],
  [
    "found good at its review",
    { kind: "notification" },
    ({ id }) =>
      call("POST", `/v1/consents/${id}/review`, {
        token: tokens.manager,
        body: { verdict: "good", review: "yes", giver: "subscriber", how: "telephone", proof: "call 12" },
      }),
    true,
  ],
];

it.each(weaker)("to an older page or Worker, %s is no consent to a call", async (_, more, after, agent) => {
  const number = `+44113496${String(++next).padStart(4, "0")}`;
  const body = { number, givenBy: "J. Doe", givenAt: given, ...("kind" in more ? said : {}), ...more };
  const { status, data } = await call("POST", "/v1/consents", {
    token: agent ? tokens.agent : tokens.manager,
    body,
  });
  expect(status, JSON.stringify(data)).toBe(201);
  await after?.(data as Consent);
  const answer = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  const { consents } = (answer.data as CheckAnswer).results[0]!.facts!;
  const { results } = await env.DB.prepare(liveBefore)
    .bind(Number(number.slice(1)))
    .all<Old & { number: number }>();
  expect(results).toHaveLength(1);
  for (const reads of readings) expect([...consents, ...results].filter(reads)).toEqual([]);
});
