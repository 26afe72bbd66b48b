/** For plans.test.ts: what is written, what is not asked, and which statements may read much. */
import type { Role } from "../../../shared/people/api.ts";
import { today } from "../helpers.ts";

interface Write {
  path: string;
  method?: string;
  body: object;
  as?: Role | "dialler" | "exchange";
}
const number = "+442079460001";
/** What agents, systems and officers do all day. */
export const writes = (): Write[] => [
  { path: "/v1/check", body: { numbers: [number, "+442079460002"] } },
  {
    path: "/v1/dials",
    as: "agent",
    body: {
      ...{ number, e164: number, action: "passed", verdict: "clear", seen: null, reasons: [] },
      ...{ host: "crm.example", at: new Date().toISOString() },
    },
  },
  { path: "/v1/gate", as: "exchange", body: { to: number, agent: "ann@example.com", callId: "f1" } },
  { path: "/v1/gate", as: "exchange", body: { to: number, agent: "ann@example.com", callId: "new" } },
  {
    path: "/v1/suppressions",
    as: "agent",
    body: { number: "+442079460003", kind: "objection", reason: "asked" },
  },
  { path: "/v1/parties", body: { number: "+442079460004", party: "company", detail: "their page" } },
  {
    path: "/v1/consents",
    as: "manager",
    body: {
      number: "+442079460005",
      kind: "notification",
      givenBy: "J. Doe",
      givenAt: `${today()}T00:00:00Z`,
      words: "yes",
    },
  },
  {
    path: "/v1/calls/import",
    body: { rows: [{ provider: "log", number, direction: "outbound", startedAt: new Date().toISOString() }] },
  },
  { path: "/v1/watch/seen", body: { upTo: 1 } },
  {
    path: "/v1/canary",
    as: "agent",
    body: {
      ...{ browser: "0".repeat(32), version: "0.1.0" },
      results: [{ layer: "link", held: false }],
    },
  },
];

/** GET routes that are not asked, and why. */
export const unasked: Readonly<Record<string, string>> = {
  "/v1/recordings/{id}/audio": "reads one recording by its id",
  "/v1/recordings/{id}/look": "looks at one object by its recording's id",
  "/v1/requests/{id}/files/{file}": "reads one file by its id",
  "/v1/audit/heads/{day}": "reads one head by its day",
  "/v1/statements/{day}": "reads one statement by its day",
};

/** Statements by the first twelve digits of their SHA-256, with white space as one space and days as `DAY`; who asks them, and why they may read much. */
export const known: Readonly<Record<string, string>> = {
  // A verification's step reads a thousand rows, and their events.
  "38d57be4272e": "GET /v1/audit/deep: the rows of a step",
  f6af228e2daa: "GET /v1/audit/deep: the sums of all blocks, as each commit of a register has them",
  "9a59fef814c8": "GET /v1/audit/deep: their events",
  // Once, when a release that binds rows is deployed.
  "293b8b0be765": "every five minutes, until the adoption: dials that requests had erased",
  "572811c68d6c": "every five minutes, until the adoption: parties of before",
  "7a24c9627921": "every five minutes, until the adoption: uses of consents of before",
  c10854d825d8: "every five minutes, until the adoption: requests of before",
  a14b822f8b68: "every five minutes, until the adoption: their states",
  "3043c2a0045c": "every five minutes, until the adoption: their duties",
  "7911a2fea92f": "every five minutes, until the adoption: their timelines",
  // The newest rows of the trail, down to those of a few seconds ago.
  d2592e21839e: "the watch's first step: an adoption writes many at once",
  // Figures of a period that is asked for.
  a8185ae5f817: "GET /v1/calls/days: the calls of the days that are asked for",
  "18177c2f29e2": "GET /v1/calls/unseen: the dials of the days that are asked for",
  "4f71ef4b2cad": "GET /v1/calls/state: agents of the last weeks' calls that are no persons yet",
  // Counts of all that is kept: as many as there are, not as there have been.
  fe35e6b65a99: "GET /v1/recordings/erasures: recordings that are kept, by the week of their erasure",
  d019950aa5d6: "GET /v1/recordings/retention: another retention concerns every recording that is kept",
  a9982301ea4d: "GET /v1/watch: numbers that are watched",
  // Once a day: what is older than its time, of tables that keep two days, or what is there now.
  c8620e2191b1: "the sweep of asked: two days",
  c810e85e18da: "the sweep of idempotency: two days",
  c648f428ab4e: "the sweep of sso_nonces: two days",
  c0c3a015c4bb: "the sweep of trials: two days",
  ab25bd76e02d: "the sweep of watched: numbers that are watched",
  "95665be2d730": "the sweep of connector_accounts: what the CRMs hold now",
  e0856f24f9b5: "the sweep of connector_numbers: what the CRMs hold now",
  c1694c5b17d0: "the sweep of block_undo: the registers' history that policy keeps",
  "012008484672": "the morning's count of the canary: the browsers of one day, each with its results",
  aaec2aa4fcc7: "the sweep of consents: whichever way a consent ends, by its law",
};
