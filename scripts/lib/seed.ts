/** Fills a Worker through its own API and command line: people, registers, do-not-call entries, consents. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Person, TokenAnswer } from "../../shared/people/api.ts";
import type { Problem } from "../../shared/api.ts";
import { DAY } from "../../shared/core/time.ts";
import { at } from "./paths.ts";
import { capture, Plain } from "./processes.ts";

export type Role = Person["role"];
export type Tokens = Record<Role, string>;
export type Identity = { name: string; email: string };

/** One request. Throws with the Worker's error code and message. */
export async function call<T>(
  url: string,
  token: string | null,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...headers,
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) {
    const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
    throw new Plain(
      `${method} ${path}: ${response.status} ${problem.code ?? ""} ${problem.detail ?? problem.title ?? ""}`.trim(),
    );
  }
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Sets up the Worker with its first administrator; resolves with their token. */
export async function setUp(url: string, code: string, admin: Identity): Promise<string> {
  return (await call<TokenAnswer>(url, null, "POST", "/v1/setup", { code, ...admin })).token;
}

/** An invite's code, for one device. */
export async function invite(
  url: string,
  adminToken: string,
  who: Identity & { role: Role },
): Promise<string> {
  return (await call<{ code: string }>(url, adminToken, "POST", "/v1/invites", who)).code;
}

/** Invites a person and joins as that person. */
export async function addPerson(
  url: string,
  adminToken: string,
  who: Identity & { role: Role },
): Promise<string> {
  const code = await invite(url, adminToken, who);
  return (await call<TokenAnswer>(url, null, "POST", "/v1/join", { code, device: "Command line" })).token;
}

/** The token of an integration that registers recordings. */
export async function addIntegration(url: string, adminToken: string, name = "Dialler"): Promise<string> {
  const wanted = { name, scopes: ["recordings:write", "calls:write"], until: daysAgo(-365) };
  return (await call<TokenAnswer>(url, adminToken, "POST", "/v1/tokens", wanted)).token;
}

/** Pushes a whole register with the command line. */
export async function push(
  url: string,
  adminToken: string,
  list: string,
  numbers: string[],
  asOf: string,
  flags: string[] = [],
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cleardial-"));
  try {
    const file = join(folder, `${list}.txt`);
    writeFileSync(file, numbers.map((n) => `${n}\r\n`).join(""));
    await capture(
      process.execPath,
      [at("worker/cli/main.ts"), "push", list, file, "--as-of", asOf, "--json", ...flags],
      // Not as an argument, which everyone on the machine could read.
      { env: { ...process.env, CLEARDIAL_URL: url, CLEARDIAL_TOKEN: adminToken } },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const london = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/London" });
/** The day when this process started: a run that passes midnight keeps one today. */
const begun = Date.now();
/** A day in the policy's time zone: in summer, the last hour of a UTC day belongs to the next day. */
export const daysAgo = (days: number, now = begun): string =>
  new Date(Date.parse(london.format(now)) - days * DAY).toISOString().slice(0, 10);
/** A moment some hours ago, as a recording's start: of more than a day ago it would be imported. Its day is `daysAgo(0, Date.parse(…))`. */
export const hoursAgo = (hours: number): string => new Date(begun - (hours * DAY) / 24).toISOString();
/** Days that have begun since this process did: 1 in a run that passes midnight. */
export const daysPassed = (): number => (Date.parse(daysAgo(0, Date.now())) - Date.parse(daysAgo(0))) / DAY;
