/**
 * What must never happen does not, whatever the order of steps, and no duty is forgotten. Each way to an end as it is, and forty random
 * sequences, on the real routes and the real database, and a thousand by `npm run soak:requests`; test/shared/privacy-requests/steps.test.ts has seven hundred on the table alone.
 */
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { english, plural } from "../../../shared/texts/language.ts";
import { letterWords as words } from "../../../shared/texts/privacy-requests/letters.en.ts";
import { newSecret } from "../../../worker/core/auth.ts";
import { app } from "../../../worker/index.ts";
import { sha256Hex } from "../../../worker/core/hash.ts";
import { makeDuties } from "../../../worker/privacy-requests/duties.ts";
import { anAddress, aTeam } from "../helpers.ts";
import { today } from "./kit.ts";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";

const SEQUENCES = Number(env.SEQUENCES);
const tokens = aTeam();

const letter = (text: string) => ({ text, how: "post" });
const reasons = "We need it.";
/** What is owed of the one recording that is rejected, too. */
const others = (["access", "erasure"] as const).map((kind) => plural(english, words.others[kind], 1));
const whole = [reasons, "https://ico.org.uk, or go to court.", ...others].join(" ");
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
    { items: [{ id: `recording.${r.recording}`, verdict: "rejected" }], reason: "x" },
  ],
  comply: (r) => [`requests/${r.id}/decide`, { decision: "comply" }],
  deny: (r) => [`requests/${r.id}/decide`, { decision: "deny", ground: "protection", reasons }],
  groundless: (r) => [`requests/${r.id}/decide`, { decision: "deny", ground: "protection", reasons: " " }],
  export: (r) => [`requests/${r.id}/export`],
  tell: (r) => [`requests/${r.id}/letters`, { kind: "decision", ...letter(whole) }],
  curt: (r) => [`requests/${r.id}/letters`, { kind: "decision", ...letter("No.") }],
  notice: (r) => [`requests/${r.id}/letters`, { kind: "authority", ...letter(`${r.ref}: refused.`) }],
  none: (r) => [`requests/${r.id}/recipients`, { none: true }],
  untold: (r) => [`requests/${r.id}/recipients`, { name: "Mail House" }],
  told: (r) => [`requests/${r.id}/recipients`, { name: "Mail House", toldOn: today() }],
  mistake: (r) => [`requests/${r.id}/recipients`, { name: "Mail House", mistake: "a slip" }],
  clarify: (r) => [`requests/${r.id}/clarify`, { step: "ask", letter: letter("?") }],
  clarified: (r) => [`requests/${r.id}/clarify`, { step: "answered", said: "July" }],
  extend: (r) => [`requests/${r.id}/extend`, { reason: "many", letter: letter("More time.") }],
  withdraw: (r) => [`requests/${r.id}/withdraw`, { reason: "said so" }],
  acknowledge: (r) => [`requests/${r.id}/letters`, { kind: "acknowledgement", ...letter("We have it.") }],
  investigate: (r) => [`requests/${r.id}/investigate`],
  progress: (r) => [`requests/${r.id}/letters`, { kind: "progress", ...letter("Still looking.") }],
  outcome: (r) => [`requests/${r.id}/letters`, { kind: "outcome", ...letter("Upheld.") }],
  conclude: (r) => [`requests/${r.id}/close`, { outcome: "upheld" }],
  confirmObjection: (r) => ["requests/objections", { ...objection(r), action: "confirm-objection" }],
  takeBack: (r) => ["requests/objections", { ...objection(r), action: "take-back" }],
  close: (r) => [`requests/${r.id}/close`, {}],
  hold: (r) => [`recordings/${r.recording}/hold`, { reason: "claim", reviewOn: "2099-01-01" }],
  release: (r) => [`recordings/${r.recording}/release`, { reason: "settled" }],
  erase: (r) => [`recordings/${r.recording}/erase`, { why: "asked" }],
};
type Action = keyof typeof actions;
const objection = (r: Made) => ({ requests: [r.id], reason: "checked" });
/** Sequences that reach an end; the test leaves some steps out, and inserts others. */
const ways: Record<string, Action[][]> = {
  data: [
    ["ask", "receive", "verify", "search", "reject", "comply", "export", "download", "tell", "close"],
    ["clear", "search", "confirm", "hold", "comply", "release", "erase", "tell", "none", "close"],
    ["deny", "groundless", "curt", "tell", "notice", "close", "export", "download"],
    ["clear", "search", "hold", "confirm", "comply", "deny", "tell", "notice", "close", "erase"],
    [
      "clarify",
      "clear",
      "search",
      "clarified",
      "confirm",
      "comply",
      "untold",
      "tell",
      "told",
      "export",
      "tell",
      "close",
    ],
  ],
  complaint: [["acknowledge", "investigate", "progress", "progress", "outcome", "conclude"]],
  objection: [["confirmObjection", "takeBack"]],
};
const action = fc.constantFrom(...Object.keys(actions), "download");
const sequence = fc
  .constantFrom("access", "erasure", "access", "erasure", "complaint", "objection")
  .chain((kind) =>
    fc.record({
      kind: fc.constant(kind),
      pauses: fc.constantFrom("none", "law"),
      /** From before duties were rows. */
      old: fc.boolean(),
      steps: fc
        .tuple(
          fc
            .constantFrom(...(ways[kind] ?? ways["data"]!))
            .chain((way) =>
              fc.oneof(fc.constant(way), fc.subarray(way, { minLength: Math.min(2, way.length) })),
            ),
          fc.array(fc.tuple(fc.nat(9), action), { maxLength: 2 }),
        )
        .map(([way, extra]) => extra.reduce((all, [at, more]) => all.toSpliced(at, 0, more), way)),
    }),
  );
type Sequence = typeof sequence extends fc.Arbitrary<infer S> ? S : never;

/** So many at a time: the trail groups their commits. */
const GROUP = 20;
/** Each way as it is, of each kind; and again with pauses, or as of before, until the group is full. */
const plain = (["none", "law"] as const).flatMap((pauses) =>
  (["access", "erasure", "complaint", "objection"] as const).flatMap((kind) =>
    (ways[kind] ?? ways["data"]!).map((steps): Sequence => ({ kind, pauses, old: pauses === "law", steps })),
  ),
);

interface Made {
  id: string;
  ref: string;
  recording: string;
  /** The path of its own page, as mailed. */
  path: string;
}
let made = 0;
const starts: Record<string, string> = { complaint: "lodged", objection: "held" };
/** Inserts a request and its recording directly into the database, as they are after their arrival. */
async function make({ kind, pauses, old }: Sequence): Promise<Made> {
  const n = ++made;
  const [id, recording, ref] = [`r${n}`, `x${n}`, `AB${String(n).padStart(6, "0")}`];
  const number = 442_079_000_000 + n;
  const secret = newSecret("cdr");
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO requests (id, ref, kind, channel, state, name, email, proved_at, number, received_on, days, decide_by, by,
         pauses, at)
       VALUES (?1, ?2, ?3, 'email', ?5, 'Zoe Quill', 'z@example.com', 'x', ?4, date('now'), 30, date('now', '+28 days'), 'p',
         ?6, 'x')`,
    ).bind(id, ref, kind, number, starts[kind] ?? "open", pauses),
    env.DB.prepare(
      `INSERT INTO recordings (id, provider, ref, provider_id, number, direction, started_at, started_on, seconds, store,
         object, region, announced, purpose, erase_after, rule, months, by, at)
       VALUES (?1, 'd', ?1, ?1, ?2, 'outbound', '2026-07-01T10:00:00.000Z', '2026-07-01', 5, 'r2', ?1, 'GB', 1, 'quality',
         '2099-01-01', 'retention', 12, 'p', 'x')`,
    ).bind(recording, number),
    env.DB.prepare(
      "INSERT INTO request_links (hash, request, scope, until, at) VALUES (?, ?, 'whole', '2099-01-01', 'x')",
    ).bind(sha256Hex(secret), id),
  ]);
  if (!old) await makeDuties(env, Date.now());
  return { id, ref, recording, path: `/privacy-request/${secret}/copy` };
}

/** Finds what must not happen, in the database and at each download. */
async function run(sequence: Sequence, reached: Set<string>): Promise<void> {
  const { kind, steps } = sequence;
  const request = await make(sequence);
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
    if (step !== "download") await owes(request.id, steps);
    if (step !== "download") continue;
    const row = await env.DB.prepare("SELECT verified_at FROM requests WHERE id = ?")
      .bind(request.id)
      .first();
    expect(row!["verified_at"], `shared unverified: ${steps.join()}`).not.toBeNull();
  }
  await waitOnExecutionContext(context);
}

/** A request that is not over owes something, or can be closed at once; each duty is there, once a round. */
async function owes(id: string, steps: string[]): Promise<void> {
  const row = await env.DB.prepare(
    `SELECT r.closed_at, r.state, r.told_at, COUNT(d.id) AS made, COUNT(*) FILTER (WHERE d.met_at IS NULL AND d.void_at IS NULL) AS open,
       COUNT(*) FILTER (WHERE d.met_at IS NULL AND d.void_at IS NULL AND d.due IS NULL) AS paused,
       COUNT(*) FILTER (WHERE d.met_at IS NULL AND d.void_at IS NULL AND d.due IS NOT NULL) AS running
     FROM requests r LEFT JOIN duties d ON d.request = r.id WHERE r.id = ?`,
  )
    .bind(id)
    .first<Record<"made" | "open" | "paused" | "running", number> & Record<string, string | null>>();
  const { closed_at, made, open, paused, running, told_at } = row!;
  const said = steps.join();
  // A hold or an erasure by hand of its recording is no step of the request.
  if (made === 0) return expect(closed_at, said).toBeNull();
  if (closed_at !== null) return expect(open, said).toBe(0);
  if (open === 0) return expect(told_at, said).not.toBeNull();
  if (paused > 0) expect(running, said).toBeGreaterThan(0);
}

const never: Record<string, string> = {
  "a request closed with something owed": `SELECT r.id FROM requests r WHERE r.closed_at IS NOT NULL AND (
    NOT EXISTS (SELECT 1 FROM duties d WHERE d.request = r.id)
    OR EXISTS (SELECT 1 FROM duties d WHERE d.request = r.id AND d.met_at IS NULL AND d.void_at IS NULL))`,
  "two open duties of a kind": `SELECT request FROM duties WHERE met_at IS NULL AND void_at IS NULL
    GROUP BY request, kind HAVING COUNT(*) > 1`,
  "a withdrawal without the requester's word": `SELECT id FROM requests r WHERE state = 'withdrawn'
    AND NOT EXISTS (SELECT 1 FROM request_files f WHERE f.request = r.id AND f.purpose = 'withdrawal')`,
  "a duty met without what meets it": `SELECT d.id FROM duties d WHERE d.met_at IS NOT NULL AND (
    d.kind = 'tell' AND NOT EXISTS (SELECT 1 FROM request_letters l WHERE l.request = d.request AND l.kind = 'decision')
    OR d.kind = 'tell-authority' AND NOT EXISTS (SELECT 1 FROM request_letters l WHERE l.request = d.request AND l.kind = 'authority')
    OR d.kind = 'outcome' AND NOT EXISTS (SELECT 1 FROM request_letters l WHERE l.request = d.request AND l.kind = 'outcome')
    OR d.kind = 'progress' AND NOT EXISTS (SELECT 1 FROM request_letters l WHERE l.request = d.request AND l.kind = 'progress')
    OR d.kind = 'acknowledge' AND NOT EXISTS (SELECT 1 FROM request_letters l WHERE l.request = d.request AND l.kind = 'acknowledgement')
    OR d.kind = 'decide' AND (SELECT decided_on FROM requests r WHERE r.id = d.request) IS NULL
    OR d.kind = 'erase' AND EXISTS (SELECT 1 FROM request_items i JOIN recordings x ON x.id = i.ref
      WHERE i.request = d.request AND i.decision = 'comply' AND x.state <> 'erased')
      AND NOT EXISTS (SELECT 1 FROM duties o WHERE o.request = d.request AND o.kind = 'erase' AND o.round > d.round)
    OR d.kind = 'receipts' AND EXISTS (SELECT 1 FROM request_recipients p WHERE p.request = d.request AND p.told_on IS NULL AND p.mistaken IS NULL)
      AND NOT EXISTS (SELECT 1 FROM duties o WHERE o.request = d.request AND o.kind = 'receipts' AND o.round > d.round))`,
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
  "sequences never share before identity, close with anything owed, or erase under a hold",
  async () => {
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(sequence, { minLength: GROUP, maxLength: GROUP }), async (sequences) => {
        await Promise.all(sequences.map((s) => run(s, reached)));
        for (const [what, query] of Object.entries(never))
          expect((await env.DB.prepare(query).all()).results, what).toEqual([]);
      }),
      { numRuns: SEQUENCES / GROUP, endOnFailure: true, examples: [[plain.slice(0, GROUP)]] },
    );
    expect(made).toBe(SEQUENCES);
    // Not all steps were refused.
    for (const far of [
      ...[
        "access download",
        "access close",
        "access clarified",
        "erasure comply",
        "erasure close",
        "erasure erase",
      ],
      ...["complaint progress", "complaint conclude", "objection confirmObjection", "objection takeBack"],
    ])
      expect(reached).toContain(far);
  },
  SEQUENCES * 8000,
);
