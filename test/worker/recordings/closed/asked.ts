/** What every GET route that may tell of recordings answers: the same, wherever their rows lie. */
import { env } from "cloudflare:workers";
import type { Role } from "../../../../shared/people/api.ts";
import type { NumberProof } from "../../../../shared/proof/api.ts";
import type { AuditAnswer } from "../../../../shared/trail/api.ts";
import type { KeptRow } from "../../../../shared/trail/chain.ts";
import { companyFigures } from "../../../../worker/proof/company.ts";
import { DAY, today } from "../../helpers.ts";
import { agentOf, get, ids, listed, numberOf, reports } from "./kit.ts";

const hour = () => new Date(Date.parse(reports[0]!.startedAt)).toISOString().slice(11, 16);
const days = () => [-2, 2].map((n) => new Date(Date.now() + n * DAY).toISOString().slice(0, 10));

/** Lists, each in pages of one, of two and of all. None of them brings a row back. */
export const searches = (): string[] => {
  const [from, to] = days() as [string, string];
  const day = reports[0]!.startedAt.slice(0, 10);
  return [
    "",
    `agent=${encodeURIComponent(agentOf(1))}`,
    `agent=${encodeURIComponent(agentOf(1))}&date=${day}`,
    "agent=nobody@example.com",
    "provider=dialler",
    "provider=other",
    `from=${from}&to=${to}`,
    `from=${from}&to=${from}`,
    `date=${day}`,
    `date=${day}&time=${hour()}`,
    ...["flagged", "held", "failing", "quarantined"].map((show) => `show=${show}`),
    `show=quarantined&agent=${encodeURIComponent(agentOf(0))}`,
  ];
};
/** Those by number, whole, by its end and by its beginning. */
const byNumber = (): string[] => [
  `number=${encodeURIComponent(numberOf(0))}`,
  `number=${encodeURIComponent(numberOf(0))}&agent=${encodeURIComponent(agentOf(0))}`,
  `number=${encodeURIComponent(numberOf(0))}&agent=${encodeURIComponent(agentOf(1))}`,
  "number=60951",
  `number=${encodeURIComponent("+4420794609")}`,
  "number=02079460954",
  `number=${encodeURIComponent("+442079469999")}`,
];

/** What a route is asked with; of the others the parameters suffice. */
const queries = (): Record<string, string[]> => {
  const [from, to] = days() as [string, string];
  const period = `?from=${from}&to=${to}`;
  return {
    "/v1/calls": [period],
    "/v1/calls/days": [period],
    "/v1/calls/unseen": [period],
    "/v1/dials": [period],
    "/v1/figures": [period],
    "/v1/audit/deep": ["recordings", "audio", "certificates"].flatMap((table) =>
      ["events", "rows"].map((pass) => `?table=${table}&pass=${pass}`),
    ),
    "/v1/callable": ["?region=GB"],
    // By number, or by what brings rows back: asked apart.
    "/v1/audit": [],
    "/v1/audit/export": [],
    "/v1/recordings": [],
    "/v1/find": [],
    "/v1/disclosures": [""],
    "/v1/proof": [],
    "/v1/explain/{e164}": [],
    "/v1/numbers/{e164}/history": [],
    // Who was there last.
    "/v1/people": [],
    "/v1/people/{id}": [],
    "/v1/recordings/{id}": [],
    "/v1/recordings/{id}/audio": [],
    "/v1/reports/{report}": [period],
  };
};
const values = (): Record<string, string[]> => ({
  id: [ids[0]!],
  e164: [encodeURIComponent(numberOf(0))],
  day: [today()],
  month: [today().slice(0, 7)],
  kind: ["erasure", "decision"],
  report: ["misuse", "presented", "hours", "overrides", "consents", "refusals", "announced"],
  version: ["1"],
  ver: ["1"],
  file: [ids[0]!],
});
/** Every GET route of the API, each with what it can be asked. */
async function routes(token: string): Promise<string[]> {
  const { data } = await get(token, "/openapi.json");
  const { paths } = data as { paths: Record<string, { get?: object }> };
  const own = queries();
  const filled = (path: string): string[] => {
    const [whole, name] = /\{(\w+)\}/.exec(path) ?? [];
    if (name === undefined) return [path];
    return (values()[name] ?? ["1"]).flatMap((value) => filled(path.replace(whole!, value)));
  };
  return Object.entries(paths)
    .filter(([path, of]) => of.get && path.startsWith("/v1/"))
    .flatMap(([path]) => (own[path] ?? [""]).flatMap((query) => filled(path).map((one) => one + query)));
}

/** What the trail's pages tell of a recording's arrival, wherever the event is and its row. */
async function arrivalOf(token: string, id: string): Promise<unknown> {
  for (let before: number | null = Number.MAX_SAFE_INTEGER; before !== null;) {
    const path = `/v1/audit?subject=${id}&code=recording.added&before=${before}`;
    const { rows, next } = (await get(token, path)).data as AuditAnswer;
    if (rows[0]) return rows[0].payload;
    before = next;
  }
  return undefined;
}
/** And its export. */
async function exported(token: string): Promise<unknown[]> {
  const { data } = await get(token, "/v1/audit/export");
  const lines = String(data).trimEnd().split("\n");
  const rows = lines.map((line) => JSON.parse(line) as KeptRow);
  return rows.filter(({ code }) => code === "recording.added").map(({ subject, said }) => [subject, said]);
}

/** What is asked of one number. */
const each = (number: string): string[] => {
  const e164 = encodeURIComponent(number);
  return [`/v1/find?number=${e164}`, `/v1/disclosures?number=${e164}`, `/v1/numbers/${e164}/history`];
};
/** What explains it and proves it. */
const explained = (number: string): string[] => {
  const e164 = encodeURIComponent(number);
  const [from, to] = days() as [string, string];
  return [
    `/v1/explain/${e164}`,
    // A moment past, of which the facts of then are told.
    `/v1/explain/${e164}?at=${from}T12:00:00.000Z`,
    `/v1/explain/${e164}?at=${encodeURIComponent(past)}`,
    `/v1/proof?number=${e164}&from=${from}&to=${to}`,
  ];
};
/** Once all was made, and behind it. */
let past = "";
export const passed = (at: number): void => void (past = new Date(at).toISOString());

/** All but what says when a document was made, and how long the trail is by then. */
function withoutHead(path: string, answer: unknown): unknown {
  if (path.startsWith("/v1/explain"))
    return withoutTimes(JSON.parse(JSON.stringify(answer).replaceAll(/"seq":\d+/g, '"seq":0')));
  if (!path.startsWith("/v1/proof")) return answer;
  const { status, data } = answer as { status: number; data: { proof?: NumberProof } };
  if (!data.proof) return answer;
  const { events, registers, altered, number } = data.proof;
  return { status, events, registers: withoutTimes(registers), altered, number };
}

/** What every route says of a number. */
export async function askedOf({ compliance }: Record<Role, string>, number: string): Promise<Told> {
  const told: Told = {};
  for (const path of [...each(number), ...explained(number)])
    told[path] = withoutHead(path, await get(compliance, path));
  return told;
}

/** When an answer was made. */
const withoutTimes = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d\d:\d\d(:\d\d)?/g, "then"));

type Told = Record<string, unknown>;
/** Without what the number, or the reading itself, brings back. */
export async function askedWithout(tokens: Record<Role, string>): Promise<Told> {
  const told: Told = {};
  for (const search of searches())
    for (const limit of [1, 2, 200])
      told[`${search} ${limit}`] = await listed(tokens.compliance, `${search}&limit=${limit}`);
  for (const path of await routes(tokens.admin)) {
    const answer = await get(tokens.admin, path);
    // The asker's own tokens say when they were last used, to the minute.
    told[path] = /^\/v1\/(reports|figures|waiting|me$|tokens)/.test(path) ? withoutTimes(answer) : answer;
  }
  for (const id of ids) told[`arrival ${id}`] = await arrivalOf(tokens.compliance, id);
  told["export"] = await exported(tokens.compliance);
  const [from, to] = days() as [string, string];
  const [start, end] = [from, to].map((day) => `${day}T00:00:00.000Z`) as [string, string];
  told["company"] = await companyFigures(env.DB, { from, to, zone: "UTC", start, end }, today());
  told["find"] = await get(tokens.compliance, "/v1/find?number=60951");
  return told;
}

/** And by number. `rest` of a history is when it was made. */
export async function askedByNumber(tokens: Record<Role, string>): Promise<Told> {
  const told: Told = {};
  for (const search of byNumber())
    for (const limit of [1, 200])
      told[`${search} ${limit}`] = await listed(tokens.compliance, `${search}&limit=${limit}`);
  for (const id of ids)
    for (const role of ["manager", "compliance"] as const)
      told[`${role} ${id}`] = await get(tokens[role], `/v1/recordings/${id}`);
  for (const n of ids.keys())
    for (const path of each(numberOf(n))) told[path] = await get(tokens.compliance, path);
  return told;
}
