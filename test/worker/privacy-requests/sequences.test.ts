/**
 * Three things never happen, whatever the order of steps. Three hundred sequences on the real routes and the real database,
 * and a thousand by `npm run soak:requests`; test/shared/privacy-requests/steps.test.ts has seven hundred on the table alone.
 */
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { newSecret } from "../../../worker/core/auth.ts";
import { app } from "../../../worker/index.ts";
import { sha256Hex } from "../../../worker/core/hash.ts";
import { anAddress, aTeam } from "../helpers.ts";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";

const SEQUENCES = Number(env.SEQUENCES);
const tokens = aTeam();

const letter = (text: string) => ({ text, how: "post" });
const reasons = "We need it.";
const whole = `${reasons} https://ico.org.uk, or go to court.`;
/** Steps to try: path and body, below a request or its recording. */
const actions: Record<string, (request: Made) => [path: string, body?: unknown]> = {
  ask: (r) => [`requests/${r.id}/identity`, { step: "ask", letter: letter("?") }],
  receive: (r) => [`requests/${r.id}/identity`, { step: "received" }],
  verify: (r) => [`requests/${r.id}/identity`, { step: "verified", how: "bill" }],
  clear: (r) => [`requests/${r.id}/identity`, { step: "clear", how: "known" }],
  search: (r) => [`requests/${r.id}/match`, {}],
  confirm: (r) => [
    `requests/${r.id}/items`,
    { items: [{ id: `recording.${r.recording}`, verdict: "confirmed" }] },
  ],
  reject: (r) => [
    `requests/${r.id}/items`,
    { items: [{ id: `recording.${r.recording}`, verdict: "rejected" }] },
  ],
  comply: (r) => [`requests/${r.id}/decide`, { decision: "comply" }],
  deny: (r) => [`requests/${r.id}/decide`, { decision: "deny", ground: "protection", reasons }],
  groundless: (r) => [`requests/${r.id}/decide`, { decision: "deny", ground: "protection", reasons: " " }],
  export: (r) => [`requests/${r.id}/export`],
  tell: (r) => [`requests/${r.id}/letters`, { kind: "decision", ...letter(whole) }],
  curt: (r) => [`requests/${r.id}/letters`, { kind: "decision", ...letter("No.") }],
  notice: (r) => [`requests/${r.id}/letters`, { kind: "authority", ...letter(`${r.ref}: refused.`) }],
  none: (r) => [`requests/${r.id}/recipients`, { none: true }],
  close: (r) => [`requests/${r.id}/close`, {}],
  hold: (r) => [`recordings/${r.recording}/hold`, { reason: "claim", reviewOn: "2099-01-01" }],
  release: (r) => [`recordings/${r.recording}/release`, { reason: "settled" }],
  erase: (r) => [`recordings/${r.recording}/erase`, { why: "asked" }],
};
type Action = keyof typeof actions;
/** Sequences that reach an end; the test leaves some steps out, and inserts others. */
const ways: Action[][] = [
  ["ask", "receive", "verify", "search", "reject", "comply", "export", "download", "tell", "close"],
  ["clear", "search", "confirm", "hold", "comply", "release", "erase", "tell", "none", "close"],
  ["deny", "groundless", "curt", "tell", "notice", "close", "export", "download"],
  ["clear", "search", "hold", "confirm", "comply", "deny", "tell", "notice", "close", "erase"],
];
const action = fc.constantFrom(...Object.keys(actions), "download");
const sequence = fc.record({
  kind: fc.constantFrom("access", "erasure"),
  steps: fc
    .tuple(
      fc.constantFrom(...ways).chain((way) => fc.subarray(way, { minLength: 2 })),
      fc.array(fc.tuple(fc.nat(9), action), { maxLength: 2 }),
    )
    .map(([way, extra]) => extra.reduce((all, [at, more]) => all.toSpliced(at, 0, more), way)),
});

interface Made {
  id: string;
  ref: string;
  recording: string;
  /** The path of its own page, as mailed. */
  path: string;
}
let made = 0;
/** Inserts a request and its recording directly into the database, as they are after their arrival. */
async function make(kind: string): Promise<Made> {
  const n = ++made;
  const [id, recording, ref] = [`r${n}`, `x${n}`, `AB${String(n).padStart(6, "0")}`];
  const number = 442_079_000_000 + n;
  const secret = newSecret("cdr");
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO requests (id, ref, kind, channel, state, name, email, proved_at, number, received_on, days, decide_by, by, at)
       VALUES (?, ?, ?, 'email', 'open', 'Zoe Quill', 'z@example.com', 'x', ?, date('now'), 30, date('now', '+28 days'), 'p', 'x')`,
    ).bind(id, ref, kind, number),
    env.DB.prepare(
      `INSERT INTO recordings (id, provider, ref, provider_id, number, direction, started_at, started_on, seconds, store,
         object, region, announced, purpose, erase_after, rule, months, by, at)
       VALUES (?1, 'd', ?1, ?1, ?2, 'outbound', '2026-07-01T10:00:00.000Z', '2026-07-01', 5, 'r2', ?1, 'GB', 1, 'quality',
         '2099-01-01', 'retention', 12, 'p', 'x')`,
    ).bind(recording, number),
    env.DB.prepare("INSERT INTO request_links VALUES (?, ?, 'whole', '2099-01-01', 'x')").bind(
      sha256Hex(secret),
      id,
    ),
  ]);
  return { id, ref, recording, path: `/privacy-request/${secret}/copy` };
}

/** Finds what must not happen, in the database and at each download. */
async function run({ kind, steps }: { kind: string; steps: string[] }, reached: Set<string>): Promise<void> {
  const request = await make(kind);
  const context = createExecutionContext();
  for (const step of steps) {
    const [path, body] = step === "download" ? [request.path] : actions[step]!(request);
    const sent = step === "download" ? {} : { method: "POST", body: JSON.stringify(body ?? {}) };
    const headers = {
      authorization: `Bearer ${tokens.compliance}`,
      "content-type": "application/json",
      ...anAddress(),
    };
    const url = step === "download" ? path : `/v1/${path}`;
    const answer = await app.fetch(
      new Request(`https://cleardial.test${url}`, { ...sent, headers }),
      env,
      context,
    );
    await answer.arrayBuffer();
    expect(answer.status).toBeLessThan(500);
    if (answer.status >= 300) continue;
    reached.add(`${kind} ${step}`);
    if (step !== "download") continue;
    const row = await env.DB.prepare("SELECT verified_at FROM requests WHERE id = ?")
      .bind(request.id)
      .first();
    expect(row!["verified_at"], `shared unverified: ${steps.join()}`).not.toBeNull();
  }
  await waitOnExecutionContext(context);
}

const never: Record<string, string> = {
  "a copy before identity": `SELECT f.id FROM request_files f JOIN requests r ON r.id = f.request
    WHERE f.purpose = 'export' AND r.verified_at IS NULL`,
  "a refusal closed without reasons, letter or notice": `SELECT id FROM requests r
    WHERE state = 'closed' AND decision = 'deny' AND (COALESCE(reasons, '') = '' OR ground IS NULL
      OR NOT EXISTS (SELECT 1 FROM request_letters l WHERE l.request = r.id AND l.kind = 'decision' AND l.text LIKE '%court%')
      OR NOT EXISTS (SELECT 1 FROM request_letters l WHERE l.request = r.id AND l.kind = 'authority'))`,
  "an erasure under a hold": `SELECT r.id FROM recordings r JOIN recording_holds h ON h.recording = r.id
    WHERE r.state <> 'kept' AND h.released_at IS NULL`,
  "an erasure closed with something left": `SELECT r.id FROM requests r JOIN request_items i ON i.request = r.id
    JOIN recordings x ON x.id = i.ref
    WHERE r.state = 'closed' AND r.kind = 'erasure' AND i.decision = 'comply' AND x.state <> 'erased'`,
};

it(
  "sequences never share before identity, close a bare refusal, or erase under a hold",
  async () => {
    const reached = new Set<string>();
    // Twenty at a time: the trail groups their commits.
    await fc.assert(
      fc.asyncProperty(fc.array(sequence, { minLength: 20, maxLength: 20 }), async (sequences) => {
        await Promise.all(sequences.map((s) => run(s, reached)));
        for (const [what, query] of Object.entries(never))
          expect((await env.DB.prepare(query).all()).results, what).toEqual([]);
      }),
      { numRuns: SEQUENCES / 20, endOnFailure: true },
    );
    expect(made).toBe(SEQUENCES);
    // Not all steps were refused.
    for (const far of ["access download", "access close", "erasure comply", "erasure close", "erasure erase"])
      expect(reached).toContain(far);
  },
  SEQUENCES * 1000,
);
