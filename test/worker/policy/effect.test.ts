/** The figures that a proposal shows: what was held, and what would be erased, on a day's calls. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { PolicyAnswer, PolicySaved } from "../../../shared/policy/api.ts";
import { withClause } from "../../../shared/policy/clauses.ts";
import { defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";
import { aTeam, call, push, setPolicy } from "../helpers.ts";

const tokens = aTeam();
const LISTED = "+442079460001";
const OTHER = "+442079460002";
const never = { mon: null, tue: null, wed: null, thu: null, fri: null, sat: null, sun: null };
const weekdays = { ...never, mon: ["09:00", "18:00"] as [string, string] };
/** Nobody is called at any hour, and what is held is held. */
const base: Policy = {
  ...defaultPolicy,
  ...{ hours: { GB: never }, outOfHours: "hold", overrides: "none" },
  retention: { ...defaultPolicy.retention, dialMonths: 24 },
};

const dial = async (e164: string, own: object = {}) => {
  const { status, data } = await call("POST", "/v1/dials", {
    token: tokens.agent,
    body: {
      ...{ number: e164, e164, action: "held", verdict: "blocked", reasons: [], seen: null },
      ...{ host: "crm.example", at: new Date().toISOString(), ...own },
    },
  });
  expect(status, JSON.stringify(data)).toBe(201);
};
/** The newest dial was made some days ago as well. */
const alsoMade = (...days: number[]) =>
  env.DB.batch(
    days.map((ago) =>
      env.DB.prepare(
        `INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons,
           worker_reasons, state)
         SELECT num - ? * 86400 * 64000, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons,
           worker_reasons, state FROM dials ORDER BY num DESC LIMIT 1`,
      ).bind(ago),
    ),
  );

beforeAll(async () => {
  await push(tokens.admin, "tps", [LISTED]);
  await push(tokens.admin, "ctps", ["+442079460009"]);
  await setPolicy(() => base);
  await dial(LISTED);
  await dial(LISTED);
  // Longer ago than the figures of calls look back.
  await alsoMade(40, 396, 397);
  await dial(OTHER);
});

/** What a change's proposal shows, by path. */
const figures = async (...changes: [path: string, to: unknown][]) => {
  const { version } = (await call("GET", "/v1/policy", { token: tokens.admin })).data as PolicyAnswer;
  const policy = changes.reduce<Policy>((p, [path, to]) => withClause(p, path, to), base);
  const { data } = await call("PUT", "/v1/policy", {
    ...{ token: tokens.admin, body: { policy, why: "a trial week" } },
    headers: { "if-match": `"${version}"` },
  });
  const { id, effect } = (data as PolicySaved).proposed!;
  await call("POST", `/v1/proposals/${id}/withdraw`, { token: tokens.admin });
  return Object.fromEntries(effect.map(({ path, n }) => [path, n]));
};

it.each<[path: string, to: unknown, n: number]>([
  ["grounds.tps", "We call about the boiler that they bought", 2],
  ["grounds.ctps", "We call about the boiler that they bought", 0],
  ["outOfHours", "warn", 3],
  ["hours.GB", weekdays, 3],
  ["overrides", "service-and-solicited", 3],
  ["campaigns.runs", ["general", "automated"], 0],
  ["consents.recordedBy", ["manager", "compliance", "agent"], 1],
  ["recording.openedBy", [...defaultPolicy.recording.openedBy, "agent"], 1],
  ["retention.dialMonths", 12, 2],
  ["retention.dialMonths", 23, 0],
])("%s becomes %j: %d", async (path, to, n) => {
  expect(await figures([path, to])).toEqual({ [path]: n });
});

it("a longer retention erases nothing, and shows no figure; several changes show each", async () => {
  expect(await figures(["retention.dialMonths", 36])).toEqual({});
  expect(await figures(["grounds.tps", "We call about the boiler"], ["outOfHours", "warn"])).toEqual({
    "grounds.tps": 2,
    outOfHours: 3,
  });
});

it("a retention's figure is of the day on which it first erases: a week after it counts", async () => {
  // A year old in five days, and in nine.
  const year = 365;
  await alsoMade(year - 5, year - 9);
  expect(await figures(["retention.dialMonths", 12])).toEqual({ "retention.dialMonths": 3 });
});
