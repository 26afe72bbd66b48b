/** Writes docs/costs.md: a month's price on Cloudflare, from the rows that the load bench counted and public prices. */
import { defaultPolicy } from "../../shared/policy/policy.ts";
import { between, today, writeDocument } from "./write.ts";

export interface Rows {
  read: number;
  written: number;
}
/**
 * Rows for one request of each kind, and bytes of D1 for one row, with its indexes: of a dial, of the trail, of a text that
 * dials share, and of the answer stored under a dial's idempotency key.
 */
export interface Costs {
  check: Rows;
  changes: Rows;
  dial: Rows;
  bytes: { dial: number; audit: number; text: number; answer: number };
}

/** An agent's day. A page does not ask again about a number while its facts hold. */
export const DAY = { pages: 150, hours: 8, dials: 100 };
/** One dial in this many is held for an entry with a date of its own, so its text is not shared. */
const OWN_TEXT = 100;
/** Answers are kept for two days and erased on the third. */
const ANSWER_DAYS = 3;
export const POLL_SECONDS = 45;
export const DAYS = 22;
/** A day's changes of a national register, 17,000 numbers: docs/figures.md. */
export const PUSH_ROWS = 60_005;
/** Assumed, not measured on Cloudflare: processor time of one request, in milliseconds. */
export const CPU = { check: 10, other: 5 };

/** Workers Paid, US dollars; `included` is for a month. */
const PRICES = {
  base: 5,
  requests: { included: 10e6, million: 0.3 },
  cpu: { included: 30e6, million: 0.02 },
  read: { included: 25e9, million: 0.001 },
  written: { included: 50e6, million: 1 },
  objects: { included: 1e6, million: 0.15 },
  storage: { included: 5, each: 0.75 },
  archive: { included: 10, each: 0.015 },
};
const SOURCES = [
  "https://developers.cloudflare.com/workers/platform/pricing/",
  "https://developers.cloudflare.com/d1/platform/pricing/",
  "https://developers.cloudflare.com/durable-objects/platform/pricing/",
];
/** When the prices were last compared with copies of those pages. */
const COMPARED = "25 November 2026, with copies of August 2026";
export const LIMIT_GB = 10;

const over = (used: number, { included, million }: { included: number; million: number }) =>
  (Math.max(0, used - included) / 1e6) * million;

/** A month's use: processor time in milliseconds, `objects`: requests to the Durable Object, storage in GB. */
interface Used extends Rows {
  requests: number;
  cpu: number;
  objects: number;
  storage: number;
  archive: number;
}
export function priced({ requests, cpu, read, written, objects, storage, archive }: Used) {
  const stored = (gb: number, { included, each }: { included: number; each: number }) =>
    Math.max(0, gb - included) * each;
  const dollars = {
    requests: over(requests, PRICES.requests),
    cpu: over(cpu, PRICES.cpu),
    read: over(read, PRICES.read),
    written: over(written, PRICES.written),
    objects: over(objects, PRICES.objects),
    storage: stored(Math.min(storage, LIMIT_GB), PRICES.storage),
    archive: stored(archive, PRICES.archive),
  };
  return { dollars, total: Object.values(dollars).reduce((a, b) => a + b, PRICES.base) };
}

export function monthOf(agents: number, { check, changes, dial, bytes }: Costs) {
  const of = (aDay: number) => agents * aDay * DAYS;
  const [checks, polls, dials] = [of(DAY.pages), of((DAY.hours * 3600) / POLL_SECONDS), of(DAY.dials)];
  const sum = (key: keyof Rows) => checks * check[key] + polls * changes[key] + dials * dial[key];
  const requests = checks + polls + dials;
  const read = sum("read");
  const written = sum("written") + PUSH_ROWS * DAYS;
  const { dialMonths } = defaultPolicy.retention;
  // The trail's rows move to R2 by month; dials stay as long as the policy says.
  const grows = (months: number) =>
    (dials *
      ((bytes.dial + bytes.text / OWN_TEXT) * Math.min(months, dialMonths) +
        bytes.audit * Math.min(months, 2)) +
      agents * DAY.dials * ANSWER_DAYS * bytes.answer) /
    1e9;
  const storage = grows(dialMonths);
  let full: number | null = 1;
  while (full !== null && grows(full) < LIMIT_GB) full = full > 120 ? null : full + 1;
  const cpu = checks * CPU.check + (polls + dials) * CPU.other;
  const price = priced({ requests, cpu, read, written, objects: dials, storage, archive: 0 });
  return { requests, read, written, storage, full, ...price };
}

export const million = (n: number) =>
  `${(n / 1e6).toLocaleString("en-GB", { maximumFractionDigits: n < 1e7 ? 1 : 0 })} million`;
export const dollar = (n: number) => `$${n.toFixed(2)}`;

/** `simulation`: what that bench wrote, which stays. */
export function costsDocument(costs: Costs, simulation = ""): string {
  const sizes = [10, 100, 1000];
  const months = sizes.map((agents) => monthOf(agents, costs));
  type Month = (typeof months)[number];
  const line = (name: string, say: (month: Month) => string) =>
    `| ${[name, ...months.map(say)].join(" | ")} |`;
  const rows = (name: string, { read, written }: Rows) =>
    `| ${name} | ${read.toFixed(1)} | ${written.toFixed(1)} |`;
  const { dial, audit, text, answer } = costs.bytes;
  const most = (LIMIT_GB / monthOf(1000, costs).storage) * 1000;
  const bytes = (n: number) => `${Math.round(n).toLocaleString("en-GB")} bytes`;
  const { dialMonths } = defaultPolicy.retention;
  return `# What it costs

For administrators: what a month costs on Cloudflare, and for how many agents one database is enough.

\`npm run bench:load\` wrote this page on ${today()}, from rows that D1 itself counted. Cloudflare bills D1 by rows read and written, and everything else by requests and time.

| one request | rows read | rows written |
| --- | ---: | ---: |
${rows("check of a page's 50 numbers", costs.check)}
${rows("poll for changes, every 45 seconds", costs.changes)}
${rows("record of a dial", costs.dial)}

Storage of one dial:

- ${bytes(dial)} for its evidence, with indexes, as long as the policy keeps it. The trail commits to that same row and does not repeat it.
- ${bytes(audit)} for its row of the trail, which moves to R2 with a full object, or after the month.
- ${bytes(answer)} for the answer stored under its idempotency key, for two days.
- Texts that dials share (reasons, the registers' versions, hosts) are stored once a month, ${bytes(text)} each.

## A month

A month has ${DAYS} working days. On each, every agent opens ${DAY.pages} pages with new numbers, has them in view for ${DAY.hours} hours and dials ${DAY.dials} times, and a register gets a day's changes. Plan: Workers Paid. Prices: US dollars without tax.

| | ${sizes.map((n) => `${n.toLocaleString("en-GB")} agents`).join(" | ")} |
| --- | ---: | ---: | ---: |
${line("requests", (m) => million(m.requests))}
${line("rows read", (m) => million(m.read))}
${line("rows written", (m) => million(m.written))}
${line(`D1 after ${dialMonths} months`, (m) => `${m.storage.toFixed(1)} GB`)}
${line("base", () => dollar(PRICES.base))}
${line("requests", (m) => dollar(m.dollars.requests))}
${line("processor time", (m) => dollar(m.dollars.cpu))}
${line("rows read", (m) => dollar(m.dollars.read))}
${line("rows written", (m) => dollar(m.dollars.written))}
${line("Durable Object", (m) => dollar(m.dollars.objects))}
${line("D1's storage, in the last month", (m) => dollar(m.dollars.storage))}
${line("**a month**", (m) => `**${dollar(m.total)}**`)}
${line(`D1's ${LIMIT_GB} GB are full after`, (m) => (m.full === null ? "never" : `${m.full} months`))}

D1's limit of ${LIMIT_GB} GB is enough for the dials of ${(Math.floor(most / 50) * 50).toLocaleString("en-GB")} such agents for ${dialMonths} months. With more agents, the policy must keep dials for less time (\`retention.dialMonths\`). Not counted in this: plain dials of closed months [leave the database](audit.md#what-leaves-the-database). Of each of 100,000 such dials 48 bytes stayed in it, of 139, and 59 were in R2; what finds them is [packed](audit.md#what-leaves-the-database) once their month is over. A dial with a logged call leaves with it where nothing else names either; all others stay until their retention ends.

## Recorded or not

<!-- simulation -->

${simulation}

<!-- /simulation -->

## What is assumed

- Processor time: ${CPU.check} ms for a check and ${CPU.other} ms for any other request. It was not measured on Cloudflare.
- One dial in ${OWN_TEXT} is held for an entry with a date of its own, such as an objection, and so has a text that no other dial shares.
- The Durable Object is called once for each commit. If it were awake all working hours, it would use ${Math.round(DAY.hours * 3600 * DAYS * 0.128).toLocaleString("en-GB")} GB-s of the 400,000 included.
- Not counted: recordings and requests' files (your store's own prices; R2 is $0.015 a GB and month; a bucket itself costs nothing), the trail's archive in R2 (its first 10 GB are free), mail, logs, a domain, and the people who work in the desk.
- Not counted either: calls that are logged, and recordings. How many bytes of D1 each takes, what stays of it once it [leaves the database](audit.md#what-leaves-the-database), and for how many agents D1's limit of 10 GB is enough, whether rows leave or none does, is in [figures.md](figures.md#what-a-recording-its-call-and-its-certificate-take).
- Nor is the trigger of every minute that reads changes in connected CRMs: 43,200 requests a month, and some hundred rows read by each where a CRM is connected. How the clock's jobs went is a row written for each: some 330,000 a month, of the 50 million that are included.
- Nor is a requester's copy. Of a call of 24 months ago in a company of 1,000 such agents it opens some 2,600 parts of the trail's archive (20,000 rows each): 60 at once, 120 more every five minutes, so it is ready within two hours, and takes about five minutes of processor time (110 ms each, measured on one machine), which is less than a cent. A copy of more than 400 recordings is made in parts of 400: a part asks its store 800 times, of the 1,000 calls that Cloudflare allows in one request, and is one message of a queue.

Prices: ${SOURCES.map((url) => `<${url}>`).join(", ")}. Compared on ${COMPARED}, as current pages were not available. Compare them again before you rely on them.
`;
}

export const writeCosts = (costs: Costs): Promise<void> =>
  writeDocument("docs/costs.md", costsDocument(costs, between("docs/costs.md", "simulation")));
