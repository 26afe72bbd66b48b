/** The desk's screens, by their address: each is opened, read by axe, and gone through by keyboard. */
import type { Role } from "../../../scripts/lib/seed.ts";

export const roles = ["manager", "compliance", "admin"] as const;

export const screens: [name: string, hash: string, roles: readonly Role[]][] = [
  ["overview", "#/", roles],
  ["policy", "#/policy", roles],
  ["policy-history", "#/policy/history", roles],
  ["policy-proposals", "#/policy/proposals", ["compliance"]],
  ["people", "#/people", roles],
  ["watching", "#/watching", ["manager"]],
  ["audit", "#/audit", ["compliance", "admin"]],
  ["audit-proofs", "#/audit/proofs", ["compliance", "admin"]],
  ["audit-sent", "#/audit/sent", ["compliance", "admin"]],
  ["mail", "#/mail", ["compliance", "admin"]],
];

/** More screens. Tests of their own run axe on most of them again, with data. */
export const more = [
  "/lists",
  "/lists/tps",
  "/screening",
  "/do-not-call",
  "/do-not-call/lines",
  "/consents",
  "/dials",
  "/watching/webhooks",
  "/calls",
  "/calls/days",
  "/calls/logs",
  "/calls/import",
  "/recordings",
  "/recordings/erasures",
  "/recordings/holds",
  "/recordings/certificates",
  "/recordings/stores",
  "/recordings/import",
  "/reports",
  "/reports/presented",
  "/reports/hours",
  "/reports/overrides",
  "/reports/consents",
  "/reports/refusals",
  "/reports/announced",
  "/requests",
  "/requests/objections",
  "/requests/systems",
  "/requests/figures",
  "/requests/letters",
  "/connectors",
  "/proof",
  "/check",
  "/find",
  "/work",
];
/** Screens of one person, recording, request or connector: the tests that create one run axe on them. */
export const ofOne = [
  "/people/:id",
  "/recordings/call/:id",
  "/recordings/certificates/:id",
  "/requests/case/:id",
  "/connectors/:id",
];
